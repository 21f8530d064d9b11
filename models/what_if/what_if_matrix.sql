-- one row per decision and the pair of outcomes before and after that leads have; leads
-- that stay are on the diagonal
with

    what_if_leads as (select * from {{ ref("what_if_leads") }}),

    outcomes as (
        {% for decision in ["stage", "health", "track", "work"] %}
            select
                '{{ decision }}' as decision,
                {{ decision }}_before as outcome_before,
                {{ decision }}_after as outcome_after,
                is_{{ decision }}_moved as is_moved
            from what_if_leads
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}

    )

select decision, outcome_before, outcome_after, count(*) as lead_count, is_moved
from outcomes
group by decision, outcome_before, outcome_after, is_moved
