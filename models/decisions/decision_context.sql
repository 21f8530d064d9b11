-- one row: the day that leads are judged on, and a column per threshold, as in force
-- depends_on: {{ ref("current_build") }}, which stops a build for other leads
with

    as_of as (select * from {{ ref("as_of") }}),

    thresholds_in_force as (select * from {{ ref("thresholds_in_force") }})

select
    as_of.as_of_date,
    {%- for name in threshold_names() %}
        max(case when threshold = '{{ name }}' then value end) as {{ name }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
from as_of
cross join thresholds_in_force
group by as_of.as_of_date
