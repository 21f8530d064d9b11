-- one row per raw row: what stg_lead_rows makes of it, and its texts only where the row
-- is rejected or something is noted of the field: of most rows nobody needs them
with stg_lead_rows as (select * from {{ ref("stg_lead_rows") }})

select
    {%- for column in canonical_columns() %}
        case
            when
                rejection_reasons is not null
                {%- for field, _, condition in quality_issues() if field == column %}
                    or {{ condition }}
                {%- endfor %}
                {%- if column == "intent_score" %}
                    -- not a whole number, or not of the scale that it is scored on
                    or raw_intent_score != cast(intent_score as {{ dbt.type_string() }})
                {%- endif %}
            then raw_{{ column }}
        end as raw_{{ column }},
    {%- endfor %}
    {{ lead_row_columns() | join(", ") }},
    rejection_reasons
from stg_lead_rows
