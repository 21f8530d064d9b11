-- one row per raw row that can't be trusted, whole, with the reasons
with stg_leads_judged as (select * from {{ ref("stg_leads_judged") }})

select
    {%- for column in canonical_columns() %}
        raw_{{ column }} as {{ column }},
    {%- endfor %}
    rejection_reasons
from stg_leads_judged
where rejection_reasons is not null
