-- one row per lead with activities: when it last did something, when we last were in
-- touch, what it asks that nobody has answered, and the intent that its activities show
with

    stg_activities as (select * from {{ ref("stg_activities") }}),

    activity_types as (select * from {{ ref("activity_types") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    intent_receipts as (select * from {{ ref("intent_receipts") }}),

    -- a touch of which only the day is known may have come at the day's last second:
    -- nobody is called late who may have answered
    acted as (

        select
            stg_activities.lead_id,
            stg_activities.activity_type,
            stg_activities.channel,
            activity_types.meaning,
            activity_types.needs_answer,
            stg_activities.occurred_at,
            case
                when activity_types.actor in ('lead', 'both')
                then stg_activities.occurred_at
            end as engaged_at,
            activity_types.actor in ('lead', 'both')
            and stg_activities.row_count > 0 as is_logged_engagement,
            case
                when activity_types.actor in ('us', 'both')
                then stg_activities.occurred_at
            end as touched_at,
            case
                when activity_types.actor not in ('us', 'both')
                then null
                when stg_activities.has_time_of_day
                then stg_activities.occurred_at
                else stg_activities.occurred_at + interval '86399' second
            end as answered_until
        from stg_activities
        inner join
            activity_types
            on stg_activities.activity_type = activity_types.activity_type
        cross join decision_context
        where cast(stg_activities.occurred_at as date) <= decision_context.as_of_date

    ),

    by_lead as (

        select
            lead_id,
            max(engaged_at) as engaged_at,
            max(touched_at) as touched_at,
            max(answered_until) as answered_until,
            max(case when is_logged_engagement then 1 else 0 end) = 1 as is_logged
        from acted
        group by lead_id

    ),

    unanswered as (

        select
            acted.lead_id,
            acted.meaning,
            acted.channel,
            acted.occurred_at,
            row_number() over (
                partition by acted.lead_id
                order by acted.occurred_at desc, acted.activity_type
            ) as place,
            min(acted.occurred_at) over (
                partition by acted.lead_id
            ) as first_unanswered_at
        from acted
        inner join by_lead on acted.lead_id = by_lead.lead_id
        cross join decision_context
        where
            acted.needs_answer
            -- an answer that comes later is none
            and {{ days_between("cast(acted.occurred_at as date)", "as_of_date") }}
            <= work_answer_max_days
            and (
                by_lead.answered_until is null
                or acted.occurred_at > by_lead.answered_until
            )

    ),

    intents as (

        select
            lead_id,
            cast(
                floor(least(sum(points), 100)) as {{ dbt.type_int() }}
            ) as activity_intent
        from intent_receipts
        group by lead_id

    )

select
    by_lead.lead_id,
    unanswered.meaning as unanswered_signal,
    unanswered.channel as unanswered_channel,
    -- what is worth nothing any more still is a score, and what no log has is none
    case
        when by_lead.is_logged then coalesce(intents.activity_intent, 0)
    end as activity_intent,
    by_lead.engaged_at,
    by_lead.touched_at,
    unanswered.occurred_at as unanswered_at,
    unanswered.first_unanswered_at
from by_lead
left join unanswered on by_lead.lead_id = unanswered.lead_id and unanswered.place = 1
left join intents on by_lead.lead_id = intents.lead_id
