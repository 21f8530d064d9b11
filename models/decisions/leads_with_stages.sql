-- one row per lead, with the lifecycle stage that its intent and engagement earn it
with

    stg_leads as (select * from {{ ref("stg_leads") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    stage_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'stage'

    ),

    measured as (

        select
            stg_leads.*,
            decision_context.*,
            {{ days_between("last_engaged", "as_of_date") }} as days_since_engaged
        from stg_leads
        cross join decision_context

    ),

    -- asked by the rules and by the words for what is missing; null where not known
    compared as (

        select
            *,
            intent_score >= mql_min_intent as has_mql_intent,
            intent_score >= sql_min_intent as has_sql_intent,
            days_since_engaged <= sql_max_quiet_days as is_engaged_lately
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
                then 'the lead has never engaged'
                when days_since_engaged = 0
                then 'the last engagement was today'
                when days_since_engaged = 1
                then 'the last engagement was 1 day ago'
                else concat('the last engagement was ', days_since_engaged, ' days ago')
            end as last_engagement,
            case
                lifecycle_stages.next_stage
                when 'MQL'
                then mql_min_intent
                when 'SQL'
                then sql_min_intent
            end as next_stage_min_intent,
            case
                lifecycle_stages.next_stage
                when 'MQL'
                then has_mql_intent
                when 'SQL'
                then has_sql_intent
            end as has_next_stage_intent
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
    intent_score,
    days_since_engaged,
    created_at,
    last_engaged,
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
                        when intent_score is null
                        then
                            concat(
                                'an intent score of at least ', next_stage_min_intent
                            )
                        when next_stage_min_intent - intent_score = 1
                        then '1 more intent point'
                        when not has_next_stage_intent
                        then
                            concat(
                                next_stage_min_intent - intent_score,
                                ' more intent points'
                            )
                    end,
                    case
                        when
                            next_stage = 'SQL'
                            and not coalesce(is_engaged_lately, false)
                        then
                            concat('an engagement within ', sql_max_quiet_days, ' days')
                    end
                ),
                ' for ',
                next_stage
            )
    end as next_stage_needs
from explained
