-- one row: the day that leads are judged on, and every threshold as now in force: a
-- candidate's value, else the ledger's, else the seed's
with

    as_of as (select * from {{ ref("as_of") }}),

    thresholds as (select * from {{ ref("thresholds") }}),

    overrides as (

        select target, new_number as value
        from {{ ref("stg_logic_overrides") }}
        where target_kind = 'threshold' and is_in_force

    ),

    candidates as (
        {% for threshold, value in var("what_if").items() %}
            select
                {{ text_literal(threshold) }} as threshold, {{ value | int }} as value
            union all
        {% endfor %}
        select null as threshold, null as value

    ),

    in_force as (

        select
            thresholds.threshold,
            coalesce(candidates.value, overrides.value, thresholds.value) as value
        from thresholds
        left join overrides on thresholds.threshold = overrides.target
        left join candidates on thresholds.threshold = candidates.threshold

    )

select
    as_of.as_of_date,
    {%- for threshold in threshold_names() %}
        max(
            case when in_force.threshold = '{{ threshold }}' then in_force.value end
        ) as {{ threshold }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
from as_of
cross join in_force
group by as_of.as_of_date
