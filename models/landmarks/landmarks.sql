-- one row per landmark: today, and days of the past that have had their horizon since;
-- none where the days on which leads were won are not known
{%- set horizon = var("horizon_days") | int %}
{%- set spacing = [horizon // 3, 1] | max %}

with

    as_of as (select * from {{ ref("as_of") }}),

    -- what came after a landmark is only known where wins have days
    wins as (

        select
            count(case when lifecycle_stages.outcome = 'won' then 1 end) as won_count,
            count(lead_milestones.customer_on) as dated_count
        from {{ ref("lead_milestones") }} as lead_milestones
        inner join
            {{ ref("stg_leads") }} as stg_leads
            on lead_milestones.lead_id = stg_leads.lead_id
        inner join
            {{ ref("lifecycle_stages") }} as lifecycle_stages
            on stg_leads.funnel_stage = lifecycle_stages.stage

    ),

    numbered as (

        select 0 as nth, 0 as days_ago
        {%- for nth in range(1, 13) %}
            union all
            select {{ nth }} as nth, {{ horizon + spacing * (nth - 1) }} as days_ago
        {%- endfor %}

    )

select
    numbered.nth,
    numbered.days_ago,
    numbered.nth > 0 as is_mature,
    {{ days_later("as_of.as_of_date", "-numbered.days_ago") }} as landmark_on
from numbered
cross join as_of
cross join wins
where wins.dated_count > 0 and wins.dated_count >= 0.9 * wins.won_count
