-- one row per lead, with the lifecycle stage that its intent and engagement earn it
with

    stg_leads as (select * from {{ ref("stg_leads") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    lead_signals as (select * from {{ ref("lead_signals") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    stage_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'stage'

    ),

    -- what the lead did counts, wherever it was seen; what we did is no engagement
    signalled as (

        select
            {%- for column in canonical_columns() if column not in [
                "lead_id",
                "intent_score",
                "last_engaged",
            ] %}
                stg_leads.{{ column }},
            {%- endfor %}
            {{ extra_columns_named("stg_leads") }}
            stg_leads.lead_id,
            stg_leads.intent_score as crm_intent_score,
            stg_leads.last_engaged as crm_last_engaged,
            lead_signals.unanswered_signal,
            lead_signals.unanswered_channel,
            lead_signals.unanswered_at,
            lead_signals.first_unanswered_at,
            coalesce(
                stg_leads.intent_score, lead_signals.activity_intent
            ) as intent_score,
            case
                when stg_leads.intent_score is not null
                then 'crm'
                when lead_signals.activity_intent is not null
                then 'activities'
            end as intent_source,
            greatest(
                stg_leads.last_engaged, cast(lead_signals.engaged_at as date)
            ) as last_engaged,
            cast(lead_signals.touched_at as date) as last_touched
        from stg_leads
        left join lead_signals on stg_leads.lead_id = lead_signals.lead_id

    ),

    measured as (

        select
            signalled.*,
            decision_context.*,
            {{ days_between("last_engaged", "as_of_date") }} as days_since_engaged
        from signalled
        cross join decision_context

    ),

    -- asked by the rules and by the words for what is missing; null where not known
    compared as (

        select
            *,
            intent_score >= mql_min_intent as has_mql_intent,
            intent_score >= sql_min_intent as has_sql_intent,
            days_since_engaged <= sql_max_quiet_days as is_engaged_lately,
            intent_score >= sql_keep_min_intent
            and days_since_engaged <= sql_keep_max_quiet_days as is_worth_keeping
        from measured

    ),

    earned as (

        select
            *,
            -- order is precedence: the first true line wins
            case
                when intent_score is null and funnel_stage = 'SQL' and is_engaged_lately
                then 'not_scored_sql'
                when intent_score is null and funnel_stage in ('MQL', 'SQL')
                then 'not_scored_mql'
                when intent_score is null
                then 'not_scored'
                when has_sql_intent and is_engaged_lately
                then 'sales_ready'
                when funnel_stage = 'SQL' and is_worth_keeping
                then 'kept_by_sales'
                when has_sql_intent
                then 'cooled_off'
                when has_mql_intent
                then 'marketing_qualified'
                else 'not_yet_qualified'
            end as earned_rule
        from compared

    ),

    decided as (

        select
            *,
            -- what the CRM knows for sure comes before all that a lead can earn
            case
                when funnel_stage = 'Customer'
                then 'customer_on_record'
                when funnel_stage = 'Disqualified'
                then 'disqualified_on_record'
                else earned_rule
            end as stage_rule
        from earned

    ),

    explained as (

        select
            decided.*,
            stage_rules.outcome as simulated_stage,
            stage_rules.reason as reason_template,
            lifecycle_stages.next_stage,
            case
                when days_since_engaged is null
                then 'no engagement of the lead is on record'
                when days_since_engaged = 0
                then 'the last engagement was today'
                when days_since_engaged = 1
                then 'the last engagement was 1 day ago'
                else concat('the last engagement was ', days_since_engaged, ' days ago')
            end as last_engagement,
            -- who is with sales comes back for less, without a score too
            case
                when lifecycle_stages.next_stage = 'MQL'
                then mql_min_intent
                when lifecycle_stages.next_stage = 'SQL' and funnel_stage = 'SQL'
                then case when intent_score is not null then sql_keep_min_intent end
                when lifecycle_stages.next_stage = 'SQL'
                then sql_min_intent
            end as next_stage_min_intent,
            case
                when funnel_stage = 'SQL' and intent_score is not null
                then sql_keep_max_quiet_days
                else sql_max_quiet_days
            end as next_stage_max_quiet_days
        from decided
        left join stage_rules on decided.stage_rule = stage_rules.rule_id
        left join lifecycle_stages on stage_rules.outcome = lifecycle_stages.stage

    )

select
    lead_id,
    funnel_stage,
    company_size,
    source,
    engagement_channel,
    sales_owner,
    {{ extra_columns_named() }}
    last_engagement,
    unanswered_signal,
    unanswered_channel,
    intent_score,
    intent_source,
    crm_intent_score,
    days_since_engaged,
    created_at,
    last_engaged,
    crm_last_engaged,
    last_touched,
    unanswered_at,
    first_unanswered_at,
    as_of_date,
    simulated_stage,
    stage_rule,
    earned_rule,
    {{
        fill_places(
            "reason_template", ["intent_score", "last_engagement", "funnel_stage"]
        )
    }} as stage_reason,
    next_stage,
    case
        when next_stage = 'Customer'
        then 'a won deal in the CRM for Customer'
        when next_stage is not null
        then
            concat(
                concat_ws(
                    ' and ',
                    case
                        when next_stage_min_intent is null
                        then null
                        when intent_score is null
                        then
                            concat(
                                'an intent score of at least ', next_stage_min_intent
                            )
                        when next_stage_min_intent - intent_score = 1
                        then '1 more intent point'
                        when intent_score < next_stage_min_intent
                        then
                            concat(
                                next_stage_min_intent - intent_score,
                                ' more intent points'
                            )
                    end,
                    case
                        when
                            next_stage = 'SQL'
                            and not coalesce(
                                days_since_engaged <= next_stage_max_quiet_days, false
                            )
                        then
                            concat(
                                'an engagement within ',
                                next_stage_max_quiet_days,
                                ' days'
                            )
                    end
                ),
                ' for ',
                next_stage
            )
    end as next_stage_needs
from explained
