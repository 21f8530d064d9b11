-- one row per raw row: its nine texts as they came, the same cast once and null where
-- they are not understood, and the reasons that the row can't be trusted by itself
{{ config(materialized="ephemeral") }}
{%- set enums = ["funnel_stage", "company_size", "source", "engagement_channel"] -%}
{%- set dates = ["created_at", "last_engaged"] -%}
{%- set least_score, most_score = score_range() -%}
{#- no date that counts lies between the newest one and today -#}
{%- set last_day = "coalesce(%s, %s)" % (date_setting("as_of_date"), today()) -%}
{%- set rejections = [
    ("missing_lead_id", "lead_id is null"),
    (
        "invalid_created_at",
        "created_at is null and created_at_text is not null",
    ),
    (
        "invalid_last_engaged",
        "last_engaged is null and last_engaged_text is not null",
    ),
    (
        "date_after_as_of",
        "created_at > %s or last_engaged > %s" % (last_day, last_day),
    ),
    (
        "unknown_funnel_stage",
        "funnel_stage is null and funnel_stage_text is not null",
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

    -- most texts have no blanks at their ends, and are known for one of ours at a
    -- glance
    trimmed as (

        select
            {%- for name in extra_columns() %}
                {{ trimmed(adapter.quote(name)) }} as {{ adapter.quote(name) }},
            {%- endfor %}
            {%- for column in canonical_columns() %}
                {{ column }} as raw_{{ column }},
                {%- if column in enums %}
                    case
                        {{ column }}
                        {%- for value in allowed_values(column) %}
                            when {{ text_literal(value) }}
                            then {{ text_literal(value) }}
                        {%- endfor %}
                        else {{ trimmed(column) }}
                    end as {{ column }}
                {%- else %} {{ trimmed(column) }} as {{ column }}
                {%- endif %}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from raw_leads

    ),

    cleaned as (

        select
            {%- for name in extra_columns() %}
                {{ not_blank(adapter.quote(name)) }} as {{ adapter.quote(name) }},
            {%- endfor %}
            {%- for column in canonical_columns() %}
                raw_{{ column }},
                {{ not_blank(column) }} as {{ column }}_text
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from trimmed

    ),

    typed as (

        select
            *,
            {%- for column in enums %}
                {{ one_of(column ~ "_text", allowed_values(column)) }} as {{ column }},
            {%- endfor %}
            {%- for column in dates %}
                {{ text_to_date(column ~ "_text", date_format(column)) }}
                as {{ column }},
            {%- endfor %}
            {{ score_number("intent_score_text") }} as score
        from cleaned

    ),

    scored as (

        select
            *,
            lead_id_text as lead_id,
            sales_owner_text as sales_owner,
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
    -- most rows have none, and need no text put together
    case
        when
            {%- for _, condition in rejections %}
                ({{ condition }}){% if not loop.last %} or{% endif %}
            {%- endfor %}
        then
            concat_ws(
                ', ',
                {%- for code, condition in rejections %}
                    case when {{ condition }} then '{{ code }}' end
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            )
    end as rejection_reasons
from scored
