-- one row per raw row: its nine texts as they came, the same cast once and null where
-- they are not understood, and the reasons that the row can't be trusted by itself
-- Spark keeps no view of so long a text
{{ config(materialized="view" if target.type == "duckdb" else "table") }}
{%- set enums = ["funnel_stage", "company_size", "source", "engagement_channel"] -%}
{%- set dates = ["created_at", "last_engaged"] -%}
{%- set least_score, most_score = score_range() -%}
{#- no date that counts lies between the newest one and today -#}
{%- set last_day = "coalesce(%s, current_date)" % date_setting("as_of_date") -%}
{%- set unread = "(%s is null and %s is not null)" -%}
{#- what a spreadsheet writes below its rows, in English, German and Italian -#}
{%- set totals = "(grand[ -]?|sub[ -]?)?totals?( *[:(].*)?|sum|summe|gesamt(ergebnis|summe)?|totale" -%}
{%- set rejections = [
    ("missing_lead_id", "lead_id is null"),
    ("rounded_lead_id", is_rounded_number("lead_id")),
    (
        "total_row",
        "(created_at is null and last_engaged is null and funnel_stage is null"
        " and sales_owner is null and %s)"
        % matches("lower(lead_id)", totals),
    ),
    (
        "invalid_created_at",
        unread % ("created_at", clean_text("raw_created_at")),
    ),
    (
        "invalid_last_engaged",
        unread % ("last_engaged", clean_text("raw_last_engaged")),
    ),
    (
        "date_after_as_of",
        "(created_at > %s or last_engaged > %s)" % (last_day, last_day),
    ),
    (
        "unknown_funnel_stage",
        unread % ("funnel_stage", clean_text("raw_funnel_stage")),
    ),
] %}

with

    -- a mapping of a warehouse's table may have dates and numbers
    raw_leads as (

        select
            {%- for name in extra_columns() %}
                cast(
                    {{ adapter.quote(name) }} as {{ dbt.type_string() }}
                ) as {{ adapter.quote(name) }},
            {%- endfor %}
            {%- for column in canonical_columns() %}
                cast({{ column }} as {{ dbt.type_string() }}) as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ ref(crm_mapping()) }}

    ),

    trimmed as (

        select
            {%- for name in extra_columns() %}
                {{ trimmed(adapter.quote(name)) }} as {{ adapter.quote(name) }},
            {%- endfor %}
            {%- for column in canonical_columns() %}
                {{ column }} as raw_{{ column }},
            {%- endfor %}
            {{ trimmed("lead_id") }} as lead_id,
            {{ trimmed("sales_owner") }} as sales_owner,
            {{ trimmed("intent_score") }} as intent_score
        from raw_leads

    ),

    typed as (

        select
            {%- for name in extra_columns() %}
                {{ not_blank(adapter.quote(name)) }} as {{ adapter.quote(name) }},
            {%- endfor %}
            {%- for column in canonical_columns() %} raw_{{ column }}, {% endfor %}
            {{ not_blank("lead_id") }} as lead_id,
            {{ not_blank("sales_owner") }} as sales_owner,
            -- what prints as it was written is plain: a whole number, or a day
            case
                when
                    cast(
                        {{ try_cast("raw_intent_score", dbt.type_int()) }}
                        as {{ dbt.type_string() }}
                    )
                    = raw_intent_score
                then {{ try_cast("raw_intent_score", dbt.type_int()) }}
                else {{ score_number("intent_score") }}
            end as score,
            -- most texts are what they should be: only the others are cleaned
            {%- for column in enums %}
                case
                    raw_{{ column }}
                    {%- for value in allowed_values(column) %}
                        when {{ text_literal(value) }} then {{ text_literal(value) }}
                    {%- endfor %}
                    else
                        {{
                            one_of(
                                clean_text("raw_" ~ column), allowed_values(column)
                            )
                        }}
                end as {{ column }},
            {%- endfor %}
            {%- for column in dates %}
                {%- set text = clean_text("raw_" ~ column) %}
                {%- if date_format(column) %}
                    {{ text_to_date(text, date_format(column)) }} as {{ column }}
                {%- else %}
                    case
                        when raw_{{ column }} is null
                        then null
                        when
                            raw_{{ column }} like '____-__-__'
                            -- a year 0000 prints as it was written on Spark
                            and raw_{{ column }} >= '0001'
                            and cast(
                                {{ try_cast("raw_" ~ column, "date") }}
                                as {{ dbt.type_string() }}
                            )
                            = raw_{{ column }}
                        then {{ try_cast("raw_" ~ column, "date") }}
                        else {{ text_to_date(text) }}
                    end as {{ column }}
                {%- endif %}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from trimmed

    ),

    scored as (

        select
            *,
            cast(
                case
                    when score between {{ least_score }} and {{ most_score }}
                    then {{ score_of_100("score", least_score, most_score) }}
                end as {{ dbt.type_int() }}
            ) as intent_score
        from typed

    )

select
    {%- for column in canonical_columns() %} raw_{{ column }}, {% endfor %}
    lead_id,
    funnel_stage,
    company_size,
    source,
    engagement_channel,
    sales_owner,
    {{ extra_columns_named() }}
    intent_score,
    created_at,
    last_engaged,
    {{ rejection_reasons(rejections) }} as rejection_reasons
from scored
