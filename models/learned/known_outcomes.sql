-- one row: how many leads were won within the horizon of a landmark, and whether that
-- is enough to learn from and to judge what was learned
{%- set min_wins = whole_number_setting("win_within_min_wins", 2, 1000000000) %}

with

    counted as (

        select
            count(distinct lead_id) as lead_count,
            count(distinct case when is_won_within then lead_id end) as win_count,
            count(
                distinct case when is_won_within and is_learned_before then lead_id end
            ) as learned_win_count,
            count(
                distinct case when is_won_within and is_judged then lead_id end
            ) as judged_win_count,
            count(*) as row_count,
            count(case when is_won_within then 1 end) as won_row_count,
            count(
                case when is_learned_before and not is_won_within then 1 end
            ) as learned_other_count
        from {{ ref("lead_features") }}
        where nth > 0

    ),

    customers as (

        select
            count(*) as customer_count,
            count(lead_milestones.customer_on) as dated_count
        from {{ ref("stg_leads") }} as stg_leads
        inner join
            {{ ref("lifecycle_stages") }} as lifecycle_stages
            on stg_leads.funnel_stage = lifecycle_stages.stage
        inner join
            {{ ref("lead_milestones") }} as lead_milestones
            on stg_leads.lead_id = lead_milestones.lead_id
        where lifecycle_stages.outcome = 'won'

    ),

    first_days as (

        select count(*) as all_count, count(lead_on) as first_day_count
        from {{ ref("lead_milestones") }}

    ),

    landmarks as (select count(*) as landmark_count from {{ ref("landmarks") }})

select
    counted.lead_count,
    counted.win_count,
    counted.learned_win_count,
    counted.judged_win_count,
    counted.row_count,
    counted.won_row_count,
    customers.customer_count,
    customers.dated_count,
    first_days.all_count,
    first_days.first_day_count,
    landmarks.landmark_count,
    {{ ratio("won_row_count", "row_count") }} as win_rate,
    cast({{ min_wins }} as {{ dbt.type_bigint() }}) as needed_win_count,
    -- with none that was not won there is nothing to tell apart
    win_count >= {{ min_wins }} and won_row_count < row_count as is_enough,
    learned_win_count >= {{ min_wins }}
    and judged_win_count >= {{ min_wins }}
    and learned_other_count > 0 as is_enough_to_judge
from counted
cross join customers
cross join first_days
cross join landmarks
