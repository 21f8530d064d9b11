-- one row per lead and activity that counts: what the activity adds to the lead's
-- intent on the day leads are judged; the sum, capped and rounded down, is the intent
with

    stg_activities as (select * from {{ ref("stg_activities") }}),

    activity_types as (select * from {{ ref("activity_types") }} where actor != 'us'),

    thresholds_in_force as (select * from {{ ref("thresholds_in_force") }}),

    as_of as (select * from {{ ref("as_of") }}),

    -- dates in the leads' own columns say when a lead last did something, not how often
    -- it did: where no log has anything that it did, they are no measure of intent
    logged_leads as (

        select distinct stg_activities.lead_id
        from stg_activities
        inner join
            activity_types
            on stg_activities.activity_type = activity_types.activity_type
        where stg_activities.row_count > 0

    ),

    worth as (

        select
            activity_types.activity_type,
            activity_types.meaning,
            points.value as full_points,
            half_lives.value as half_life_days
        from activity_types
        inner join
            thresholds_in_force as points
            on concat('points.', activity_types.activity_type) = points.threshold
        inner join
            thresholds_in_force as half_lives
            on concat('half_life_days.', activity_types.activity_type)
            = half_lives.threshold

    ),

    dated as (

        select
            stg_activities.lead_id,
            stg_activities.activity_type,
            stg_activities.channel,
            worth.meaning,
            worth.full_points,
            worth.half_life_days,
            {{ days_between("cast(occurred_at as date)", "as_of_date") }} as age_days,
            stg_activities.occurred_at
        from stg_activities
        inner join worth on stg_activities.activity_type = worth.activity_type
        inner join logged_leads on stg_activities.lead_id = logged_leads.lead_id
        cross join as_of

    ),

    decayed as (

        select
            *,
            {{ decayed_points("full_points", "half_life_days", "age_days") }} as points
        from dated
        where age_days >= 0

    )

select
    lead_id,
    activity_type,
    channel,
    meaning,
    full_points,
    half_life_days,
    age_days,
    points,
    occurred_at
from decayed
where points > 0
