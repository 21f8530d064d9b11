{# What lead_dates found, as a relation of lead_id, value and moment: a row for each lead
   and column that is not empty. #}
{% macro lead_date_rows(dates) %}
    {%- set columns = smartcrm.crm_export_columns() -%}
    {%- set reads = smartcrm.fields_read(columns) -%}
    {%- set ids = (
        reads
        | selectattr("field", "eq", "lead_id")
        | map(attribute="column")
    ) %}
    (
        select lead_id, value, moment
        from
            (
                select
                    {{ smartcrm.column_as_text(ids | first) }} as lead_id,
                    places.value,
                    case
                        places.place
                        {%- for date in dates %}
                            when {{ loop.index }}
                            then {{ smartcrm.column_as_text(date.column) }}
                        {%- endfor %}
                    end as moment
                from {{ smartcrm.leads_file(var("leads_path")) }} as export
                cross join
                    (
                        {% for date in dates -%}
                            select
                                {{ loop.index }} as place,
                                {{ smartcrm.text_literal(date.value) }} as value
                            {% if not loop.last %}
                                union all
                            {% endif %}
                        {%- endfor %}
                    ) as places
            ) as dated
        where
            {{ smartcrm.clean_text("moment") }} is not null
            and {{ smartcrm.clean_text("lead_id") }} is not null
    )
{% endmacro %}
