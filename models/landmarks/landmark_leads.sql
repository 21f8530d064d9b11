-- one row per lead and landmark on which it was open: what the CRM had on record of it
-- then, and what came of it within the horizon
{%- set horizon = horizon_days() %}
{%- set max_leads = whole_number_setting("landmark_max_leads", 1, 1000000000) %}

with

    as_of as (select * from {{ ref("as_of") }}),

    landmarks as (select * from {{ ref("landmarks") }}),

    lead_milestones as (select * from {{ ref("lead_milestones") }}),

    -- so many tell as much as all of them: which ones is up to a hash of their ids
    stg_leads as (

        select *
        from {{ ref("stg_leads") }}
        order by {{ dbt.hash("lead_id") }}, lead_id
        limit {{ max_leads }}

    ),

    stage_changes as (

        select
            stg_stage_changes.lead_id,
            stg_stage_changes.stage,
            cast(stg_stage_changes.entered_at as date) as entered_on,
            stg_stage_changes.entered_at
        from {{ ref("stg_stage_changes") }} as stg_stage_changes
        inner join stg_leads on stg_stage_changes.lead_id = stg_leads.lead_id

    ),

    -- what only an earlier build of the same day said has no length, and a replay of an
    -- earlier day knows nothing of later ones
    lead_history as (

        select lead_history.*
        from {{ ref("lead_history") }} as lead_history
        inner join stg_leads on lead_history.lead_id = stg_leads.lead_id
        cross join as_of
        where
            coalesce(lead_history.valid_to > lead_history.valid_from, true)
            and lead_history.valid_from <= as_of.as_of_date

    ),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    labels_seen as (

        select lead_id, stage, entered_on, entered_at
        from stage_changes
        union all
        select
            lead_id,
            funnel_stage as stage,
            valid_from as entered_on,
            cast(valid_from as {{ dbt.type_timestamp() }}) as entered_at
        from lead_history
        where funnel_stage is not null

    ),

    -- of what has one moment, as a day has, what the CRM says today came last, and a
    -- win or a loss behind an open stage
    label_changes as (

        select
            labels_seen.lead_id,
            labels_seen.stage,
            lifecycle_stages.outcome,
            lifecycle_stages.stage_order,
            labels_seen.stage = stg_leads.funnel_stage as is_todays,
            labels_seen.entered_on,
            labels_seen.entered_at
        from labels_seen
        inner join stg_leads on labels_seen.lead_id = stg_leads.lead_id
        inner join lifecycle_stages on labels_seen.stage = lifecycle_stages.stage

    ),

    -- a lead whose stage was never seen to change, and has, tells nothing of its past
    last_labels as (

        select lead_id, stage, outcome
        from
            (
                select
                    *,
                    row_number() over (
                        partition by lead_id
                        order by
                            entered_at desc,
                            is_todays desc,
                            outcome is not null desc,
                            stage_order desc
                    ) as place
                from label_changes
            ) as ranked
        where place = 1

    ),

    -- a build knows what a stage was on its day, and not since when: what came before
    -- the first one, only changes tell
    first_builds as (

        select
            lead_id,
            funnel_stage as stage,
            valid_from as built_on,
            row_number() over (partition by lead_id order by valid_from) as nth
        from lead_history
        where funnel_stage is not null

    ),

    anchors as (

        select
            stg_leads.lead_id,
            coalesce(first_builds.stage, stg_leads.funnel_stage) as stage,
            coalesce(first_builds.built_on, as_of.as_of_date) as known_on
        from stg_leads
        cross join as_of
        left join
            first_builds
            on stg_leads.lead_id = first_builds.lead_id
            and first_builds.nth = 1

    ),

    changes_before as (

        select
            anchors.lead_id,
            stage_changes.stage,
            lifecycle_stages.outcome,
            row_number() over (
                partition by anchors.lead_id
                order by
                    stage_changes.entered_at desc,
                    stage_changes.stage = anchors.stage desc,
                    lifecycle_stages.outcome is not null desc,
                    lifecycle_stages.stage_order desc
            ) as place
        from anchors
        inner join
            stage_changes
            on anchors.lead_id = stage_changes.lead_id
            and anchors.known_on >= stage_changes.entered_on
        inner join lifecycle_stages on stage_changes.stage = lifecycle_stages.stage

    ),

    recording as (select count(*) > 0 as has_changes from stage_changes),

    followed as (

        select
            stg_leads.*,
            lead_milestones.lead_on,
            lead_milestones.mql_on,
            lead_milestones.sql_on,
            lead_milestones.customer_on,
            lead_milestones.lost_on,
            case
                when
                    recording.has_changes
                    and (
                        coalesce(changes_before.stage, 'Lead') = anchors.stage
                        or (
                            anchored.outcome = 'lost' and changes_before.outcome is null
                        )
                    )
                then lead_milestones.lead_on
                else greatest(lead_milestones.lead_on, anchors.known_on)
            end as followed_from
        from stg_leads
        cross join recording
        inner join lead_milestones on stg_leads.lead_id = lead_milestones.lead_id
        inner join anchors on stg_leads.lead_id = anchors.lead_id
        inner join lifecycle_stages as anchored on anchors.stage = anchored.stage
        inner join
            lifecycle_stages as standing on stg_leads.funnel_stage = standing.stage
        left join
            changes_before
            on stg_leads.lead_id = changes_before.lead_id
            and changes_before.place = 1
        left join last_labels on stg_leads.lead_id = last_labels.lead_id
        where
            coalesce(last_labels.stage, 'Lead') = stg_leads.funnel_stage
            -- few CRMs have the day of a loss: leaving these leads out, and not the
            -- won,
            -- would make every rate too high. They count as open until a loss is seen
            or (standing.outcome = 'lost' and last_labels.outcome is null)

    ),

    known as (

        select followed.*, landmarks.nth, landmarks.days_ago, landmarks.landmark_on
        from followed
        inner join landmarks on followed.followed_from <= landmarks.landmark_on

    ),

    labels_then as (

        select
            known.lead_id,
            known.nth,
            label_changes.stage,
            row_number() over (
                partition by known.lead_id, known.nth
                order by
                    label_changes.entered_at desc,
                    label_changes.is_todays desc,
                    label_changes.outcome is not null desc,
                    label_changes.stage_order desc
            ) as place
        from known
        inner join
            label_changes
            on known.lead_id = label_changes.lead_id
            and known.landmark_on >= label_changes.entered_on

    ),

    recorded as (

        select
            known.*,
            coalesce(labels_then.stage, 'Lead') as funnel_stage_then,
            -- only what a build of the time has seen: that today's last engagement came
            -- before then would tell that none came after
            lead_history.crm_intent_score as intent_score_then,
            lead_history.crm_last_engaged as last_engaged_then
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
        recorded.customer_on <= {{ days_later("recorded.landmark_on", horizon) }}, false
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
where
    lifecycle_stages.outcome is null
    -- whom the CRM has reopened since it was won can't be won again
    and coalesce(recorded.customer_on > recorded.landmark_on, true)
