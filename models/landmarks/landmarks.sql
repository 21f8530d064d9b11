-- one row per landmark: a day of the past that has had its horizon since; none where
-- the
-- days on which leads were won are not known
{%- set horizon = var("horizon_days") | int %}
{%- set spacing = [horizon // 3, 1] | max %}
{#- the judged ones are of the last horizon that has passed -#}
{%- set first_judged = horizon + (horizon - 1) // spacing * spacing %}

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

        {% for nth in range(1, 13) %}
            select {{ nth }} as nth, {{ horizon + spacing * (nth - 1) }} as days_ago
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    )

select
    numbered.nth,
    numbered.days_ago,
    -- what was learned from landmarks whose horizon had passed before the first of the
    -- judged ones is judged on these
    numbered.days_ago <= {{ first_judged }} as is_judged,
    numbered.days_ago >= {{ first_judged + horizon }} as is_learned_before,
    {{ days_later("as_of.as_of_date", "-numbered.days_ago") }} as landmark_on
from numbered
cross join as_of
cross join wins
where wins.dated_count > 0 and wins.dated_count >= 0.9 * wins.won_count
