-- one row per raw row that can't be trusted, whole, with the reasons
-- depends_on: {{ ref("current_build") }}, which stops a build for other leads
with stg_leads_judged as (select * from {{ ref("stg_leads_judged") }})

select
    {%- for column in canonical_columns() %}
        raw_{{ column }} as {{ column }},
    {%- endfor %}
    rejection_reasons
from stg_leads_judged
where rejection_reasons is not null
