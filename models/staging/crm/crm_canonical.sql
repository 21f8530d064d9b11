-- one row per row of an export that already has SmartCRM's own column names
{% set columns = crm_export_columns() %}
{%- set sample = ref("leads_cleaned_1000") if is_sample() else none %}
with

    export as (select * from {{ crm_export(sample) }}),

    renamed as (

        select
            {{ extra_columns_read(columns) }}
            {%- for column in canonical_columns() %}
                {% if column == "intent_score" -%}
                    {{ crm_score_column(columns, [column]) }}
                {%- else -%}
                    {{ crm_column(columns, [column], required=column == "lead_id") }}
                {%- endif %} as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from export

    )

select
    {{ extra_columns_named(are_as_read=true) }} {{ canonical_columns() | join(", ") }}
from renamed
