{# What meta_columns found, as a relation of lead_id, value and text: a row for each lead
   and column that is not empty. #}
{% macro meta_rows(found) %}
    {%- set columns = smartcrm.crm_export_columns() -%}
    {%- set reads = smartcrm.fields_read(columns) -%}
    {%- set ids = (
        reads
        | selectattr("field", "eq", "lead_id")
        | map(attribute="column")
    ) %}
    (
        select lead_id, value, text
        from
            (
                select
                    {{ smartcrm.column_as_text(ids | first) }} as lead_id,
                    places.value,
                    case
                        places.place
                        {%- for one in found %}
                            when {{ loop.index }}
                            then {{ smartcrm.column_as_text(one.column) }}
                        {%- endfor %}
                    end as text
                from {{ smartcrm.leads_file(var("leads_path")) }} as export
                cross join
                    (
                        {% for one in found -%}
                            select
                                {{ loop.index }} as place,
                                {{ smartcrm.text_literal(one.value) }} as value
                            {% if not loop.last %}
                                union all
                            {% endif %}
                        {%- endfor %}
                    ) as places
            ) as told
        where
            {{ smartcrm.clean_text("text") }} is not null
            and {{ smartcrm.clean_text("lead_id") }} is not null
    )
{% endmacro %}
