-- one row per field of a lead, and one per column of the export that nothing reads:
-- what
-- the export gave for it and what was understood of that
{#- what a row is known by, and what becomes of a text that is not understood -#}
{%- set fields = {
    "lead_id": ("lead_id is not null", "rejected"),
    "created_at": ("created_at is not null", "rejected"),
    "funnel_stage": (
        "not is_unknown_funnel_stage and not is_missing_funnel_stage",
        "rejected",
    ),
    "intent_score": ("intent_score is not null", "not scored"),
    "last_engaged": ("last_engaged is not null", "rejected"),
    "company_size": ("not is_unknown_company_size", none),
    "source": ("not is_unknown_source", none),
    "engagement_channel": ("not is_unknown_engagement_channel", none),
    "sales_owner": ("sales_owner is not null", "unassigned"),
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
            {%- for field, (is_recognised, _) in fields.items() %}
                count(
                    case
                        when
                            {{ is_recognised }}
                            or {{ clean_text("raw_" ~ field) }} is not null
                        then 1
                    end
                ) as {{ field }}_filled,
                count(
                    case when {{ is_recognised }} then 1 end
                ) as {{ field }}_recognised,
            {%- endfor %}
            count(*) as row_count
        from stg_leads_typed

    ),

    fields as (
        {% for field, (_, taken_as) in fields.items() %}
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
        {% for field, (is_recognised, _) in fields.items() %}
            select '{{ field }}' as field, {{ clean_text("raw_" ~ field) }} as text
            from stg_leads_typed
            where raw_{{ field }} is not null and not ({{ is_recognised }})
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
