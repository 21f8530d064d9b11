-- one row per landmark: a day of the past that has had its horizon since; none where
-- the days on which leads came or were won are not known
{%- set horizon = horizon_days() %}
{%- set spacing = [horizon // 3, 1] | max %}
{#- the judged ones are of the last horizon that has passed -#}
{%- set first_judged = horizon + (horizon - 1) // spacing * spacing %}

with

    as_of as (select * from {{ ref("as_of") }}),

    won_stages as (

        select stage from {{ ref("lifecycle_stages") }} where outcome = 'won'

    ),

    first_seen_won as (

        select lead_history.lead_id, min(lead_history.valid_from) as seen_on
        from {{ ref("lead_history") }} as lead_history
        inner join won_stages on lead_history.funnel_stage = won_stages.stage
        group by lead_history.lead_id

    ),

    -- of leads without a day of creation, or with a later one, only those that moved
    -- would be looked at
    first_days as (

        select
            {{
                mostly_dated(
                    "count(case when not was_there_before then lead_on end)",
                    "count(case when was_there_before or lead_on is null then 1 end)",
                )
            }} as are_known
        from {{ ref("lead_milestones") }}

    ),

    customers as (

        select lead_milestones.customer_on, first_seen_won.seen_on
        from {{ ref("stg_leads") }} as stg_leads
        inner join won_stages on stg_leads.funnel_stage = won_stages.stage
        inner join
            {{ ref("lead_milestones") }} as lead_milestones
            on stg_leads.lead_id = lead_milestones.lead_id
        left join first_seen_won on stg_leads.lead_id = first_seen_won.lead_id

    ),

    numbered as (

        {% for nth in range(1, 13) %}
            select {{ nth }} as nth, {{ horizon + spacing * (nth - 1) }} as days_ago
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    dated as (

        select
            numbered.*,
            {{ days_later("as_of.as_of_date", "-numbered.days_ago") }} as landmark_on
        from numbered
        cross join as_of

    ),

    -- what came after a landmark is only known where wins have days, or had come before
    wins as (

        select
            dated.nth,
            count(customers.customer_on) as dated_count,
            count(
                case
                    when
                        customers.customer_on is null
                        and coalesce(customers.seen_on > dated.landmark_on, true)
                    then 1
                end
            ) as undated_count
        from dated
        cross join customers
        group by dated.nth

    )

select
    dated.nth,
    dated.days_ago,
    -- what was learned from landmarks whose horizon had passed before the first of the
    -- judged ones is judged on these
    dated.days_ago <= {{ first_judged }} as is_judged,
    dated.days_ago >= {{ first_judged + horizon }} as is_learned_before,
    dated.landmark_on
from dated
inner join wins on dated.nth = wins.nth
cross join first_days
where
    first_days.are_known
    and wins.dated_count > 0
    and wins.dated_count >= 9 * wins.undated_count
