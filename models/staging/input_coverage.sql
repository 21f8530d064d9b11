-- one row per field of a lead, and one per column of the export that nothing reads:
-- what
-- the export gave for it and what was understood of that
{#- what becomes of a text that is not understood, where not the last of its values -#}
{%- set fields = {
    "lead_id": "rejected",
    "created_at": "rejected",
    "funnel_stage": "rejected",
    "intent_score": "not scored",
    "last_engaged": "rejected",
    "company_size": none,
    "source": none,
    "engagement_channel": none,
    "sales_owner": "unassigned",
} -%}
{#- the share of rows with a value that is understood, below which a field is thin -#}
{%- set thin = 0.5 -%}
{%- set shown_examples = 3 -%}
{%- set columns = crm_export_columns() -%}
{%- set columns_read = {} -%}
{%- for read in fields_read(columns) if read.column -%}
    {%- do columns_read.setdefault(read.field, []).append(read.column) -%}
{%- endfor -%}
{%- set unread = unread_columns(columns) %}

with

    stg_leads_typed as (select * from {{ ref("stg_leads_typed") }}),

    counted as (

        select
            {%- for field in fields %}
                count(
                    coalesce(
                        cast({{ field }} as {{ dbt.type_string() }}),
                        {{ clean_text("raw_" ~ field) }}
                    )
                ) as {{ field }}_filled,
                count({{ field }}) as {{ field }}_recognised,
            {%- endfor %}
            count(*) as row_count
        from stg_leads_typed

    ),

    fields as (
        {% for field, taken_as in fields.items() %}
            select
                {{ loop.index }} as field_order,
                '{{ field }}' as field,
                cast(
                    {{
                        (
                            text_literal(columns_read[field] | join(", "))
                            if field in columns_read
                            else "null"
                        )
                    }} as {{ dbt.type_string() }}
                ) as column_read,
                {{ text_literal(taken_as or allowed_values(field) | last) }}
                as taken_as,
                {{ field }}_filled as filled_count,
                {{ field }}_recognised as recognised_count,
                row_count
            from counted
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    not_understood as (
        {% for field in fields %}
            select '{{ field }}' as field, {{ clean_text("raw_" ~ field) }} as text
            from stg_leads_typed
            where {{ field }} is null and raw_{{ field }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    frequent as (

        select
            field,
            -- a date is not a telephone number
            case
                when
                    {{
                        matches(
                            "text",
                            "(\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d\d))([T ,]+\d{1,2}:[\d:.]+( ?[AaPp][Mm])?)?",
                        )
                    }}
                then text
                else {{ masked("text") }}
            end as text,
            row_number() over (partition by field order by count(*) desc, text) as place
        from not_understood
        where text is not null
        group by field, text

    ),

    examples as (

        select field, {{ joined_texts("text", "', '", "order by place") }} as examples
        from frequent
        where place <= {{ shown_examples }}
        group by field

    )

select
    fields.field,
    fields.column_read,
    fields.taken_as,
    examples.examples,
    fields.row_count,
    fields.filled_count,
    fields.recognised_count,
    fields.filled_count - fields.recognised_count as not_understood_count,
    fields.recognised_count < {{ thin }} * fields.row_count as is_thin,
    fields.field_order
from fields
left join examples on fields.field = examples.field
{%- for column in unread %}
    union all
    select
        null,
        {{ text_literal(column) }},
        null,
        null,
        null,
        null,
        null,
        null,
        false,
        null
{%- endfor %}
