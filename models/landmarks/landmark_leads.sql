-- one row per lead and landmark on which it was open: what the CRM had on record of it
-- then, and what came of it within the horizon
{%- set max_leads = var("landmark_max_leads") | int %}

with

    landmarks as (select * from {{ ref("landmarks") }}),

    lead_milestones as (select * from {{ ref("lead_milestones") }}),

    lead_history as (select * from {{ ref("lead_history") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    -- so many tell as much as all of them: which ones is up to a hash of their ids
    stg_leads as (

        select *
        from {{ ref("stg_leads") }}
        order by {{ dbt.hash("lead_id") }}, lead_id
        limit {{ max_leads }}

    ),

    label_changes as (

        select lead_id, stage, cast(entered_at as date) as entered_on, entered_at
        from {{ ref("stg_stage_changes") }}
        union all
        select
            lead_id,
            funnel_stage as stage,
            valid_from as entered_on,
            cast(valid_from as {{ dbt.type_timestamp() }}) as entered_at
        from lead_history
        where funnel_stage is not null

    ),

    -- a lead whose stage was never seen to change, and has, tells nothing of its past
    last_labels as (

        select lead_id, stage
        from
            (
                select
                    label_changes.lead_id,
                    label_changes.stage,
                    row_number() over (
                        partition by label_changes.lead_id
                        order by
                            label_changes.entered_at desc,
                            lifecycle_stages.stage_order desc
                    ) as place
                from label_changes
                inner join
                    lifecycle_stages on label_changes.stage = lifecycle_stages.stage
            ) as ranked
        where place = 1

    ),

    followed as (

        select
            stg_leads.*,
            lead_milestones.lead_on,
            lead_milestones.mql_on,
            lead_milestones.sql_on,
            lead_milestones.customer_on,
            lead_milestones.lost_on
        from stg_leads
        inner join lead_milestones on stg_leads.lead_id = lead_milestones.lead_id
        left join last_labels on stg_leads.lead_id = last_labels.lead_id
        where coalesce(last_labels.stage, 'Lead') = stg_leads.funnel_stage

    ),

    known as (

        select followed.*, landmarks.nth, landmarks.days_ago, landmarks.landmark_on
        from followed
        inner join landmarks on followed.lead_on <= landmarks.landmark_on

    ),

    labels_then as (

        select
            known.lead_id,
            known.nth,
            label_changes.stage,
            row_number() over (
                partition by known.lead_id, known.nth
                order by
                    label_changes.entered_at desc, lifecycle_stages.stage_order desc
            ) as place
        from known
        inner join
            label_changes
            on known.lead_id = label_changes.lead_id
            and known.landmark_on >= label_changes.entered_on
        inner join lifecycle_stages on label_changes.stage = lifecycle_stages.stage

    ),

    recorded as (

        select
            known.*,
            coalesce(labels_then.stage, 'Lead') as funnel_stage_then,
            -- a score of the past is known where a build has seen it
            lead_history.crm_intent_score as intent_score_then,
            case
                when known.last_engaged <= known.landmark_on
                then known.last_engaged
                else lead_history.crm_last_engaged
            end as last_engaged_then
        from known
        left join
            labels_then
            on known.lead_id = labels_then.lead_id
            and known.nth = labels_then.nth
            and labels_then.place = 1
        left join
            lead_history
            on known.lead_id = lead_history.lead_id
            and known.landmark_on >= lead_history.valid_from
            and (
                lead_history.valid_to is null
                or known.landmark_on < lead_history.valid_to
            )

    )

select
    concat(recorded.lead_id, '@', recorded.nth) as landmark_id,
    recorded.lead_id,
    recorded.funnel_stage_then as funnel_stage,
    recorded.company_size,
    recorded.source,
    recorded.engagement_channel,
    recorded.sales_owner,
    {{ extra_columns_named("recorded") }}
    recorded.nth,
    recorded.days_ago,
    recorded.intent_score_then as intent_score,
    coalesce(
        recorded.customer_on
        <= {{ days_later("recorded.landmark_on", var("horizon_days") | int) }},
        false
    ) as is_won_within,
    recorded.landmark_on,
    recorded.lead_on,
    recorded.created_at,
    recorded.last_engaged_then as last_engaged,
    recorded.mql_on,
    recorded.sql_on,
    recorded.customer_on,
    recorded.lost_on
from recorded
inner join lifecycle_stages on recorded.funnel_stage_then = lifecycle_stages.stage
where lifecycle_stages.outcome is null
