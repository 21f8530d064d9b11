-- one row: how many leads have a known outcome, and whether that is enough to learn
-- from
{%- set min_outcomes = var("win_probability_min_outcomes") | int %}
-- with fewer than two of a kind a fold leaves none to learn that kind from
{%- set min_of_each = [var("win_probability_min_of_each") | int, 2] | max %}

with

    counted as (

        select
            coalesce(sum(win_count), 0) as win_count,
            coalesce(sum(loss_count), 0) as loss_count
        from {{ ref("feature_counts") }}
        -- each feature holds every lead once
        where feature = '{{ score_features()[0] }}'

    )

select
    cast(win_count + loss_count as {{ dbt.type_bigint() }}) as lead_count,
    cast(win_count as {{ dbt.type_bigint() }}) as win_count,
    cast(loss_count as {{ dbt.type_bigint() }}) as loss_count,
    {{ ratio("win_count", "win_count + loss_count") }} as win_rate,
    cast({{ min_outcomes }} as {{ dbt.type_bigint() }}) as needed_lead_count,
    cast({{ min_of_each }} as {{ dbt.type_bigint() }}) as needed_of_each_count,
    (
        win_count + loss_count >= {{ min_outcomes }}
        and win_count >= {{ min_of_each }}
        and loss_count >= {{ min_of_each }}
    ) as is_enough
from counted
