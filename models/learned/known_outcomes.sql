-- one row: how many leads were won within the horizon of a landmark, and whether that
-- is
-- enough to learn from and to judge what was learned
{%- set min_wins = [var("win_within_min_wins") | int, 2] | max %}

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
            count(case when is_won_within then 1 end) as won_row_count
        from {{ ref("lead_features") }}
        where nth > 0

    )

select
    lead_count,
    win_count,
    learned_win_count,
    judged_win_count,
    row_count,
    won_row_count,
    {{ ratio("won_row_count", "row_count") }} as win_rate,
    cast({{ min_wins }} as {{ dbt.type_bigint() }}) as needed_win_count,
    -- with none that was not won there is nothing to tell apart
    win_count >= {{ min_wins }} and won_row_count < row_count as is_enough,
    learned_win_count >= {{ min_wins }}
    and judged_win_count >= {{ min_wins }}
    and won_row_count < row_count as is_enough_to_judge
from counted
