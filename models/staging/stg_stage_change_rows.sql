-- one row per raw row of the stage changes, and per date of a stage that a lead has:
-- its texts as they came, the same cast once, what it is where it is no change of a
-- stage, and the reasons that it can't be trusted by itself
-- Spark keeps no view of so long a text
{{ config(materialized="view" if target.type == "duckdb" else "table") }}
{%- set stages = allowed_values("funnel_stage") -%}
{%- set texts = record_columns("stage_changes") -%}
{%- set dates = meta_columns("stage_dates") -%}
{%- set format = date_format("entered_at") -%}
{#- no date that counts lies between the newest one and today -#}
{%- set last_day = "coalesce(%s, current_date)" % date_setting("as_of_date") -%}
{%- set rejections = [
    ("missing_lead_id", "lead_id is null"),
    ("rounded_lead_id", is_rounded_number("lead_id")),
    ("invalid_entered_at", "entered_at is null"),
    ("entered_after_as_of", "cast(entered_at as date) > " ~ last_day),
    ("unknown_stage", "stage is null"),
] %}

with

    -- a mapping of a warehouse's table may have dates and numbers
    raw_stage_changes as (

        select
            'stage_changes' as input,
            {%- for column in texts + ["set_aside_as"] %}
                cast({{ column }} as {{ dbt.type_string() }}) as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ ref(record_mapping("stage_changes")) }}
        {% if dates %}
            union all
            select
                'leads' as input,
                lead_id,
                value as stage,
                text as entered_at,
                null as set_aside_as
            from {{ meta_rows(dates) }} as dates
        {% endif %}

    ),

    trimmed as (

        select
            input,
            set_aside_as,
            {%- for column in texts %}
                {{ column }} as raw_{{ column }},
                {{ id_text(column) if column == "lead_id" else trimmed(column) }}
                as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from raw_stage_changes

    ),

    cleaned as (

        select
            input,
            set_aside_as,
            {%- for column in texts %}
                raw_{{ column }},
                {{ not_blank(column) }} as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from trimmed

    ),

    typed as (

        select
            input,
            set_aside_as,
            {%- for column in texts %} raw_{{ column }}, {% endfor %}
            lead_id,
            {{ one_of("stage", stages) }} as stage,
            {{ has_time_of_day("entered_at", format) }} as has_time_of_day,
            {{ text_to_timestamp("entered_at", format) }} as entered_at
        from cleaned

    )

select
    input,
    {%- for column in texts %} raw_{{ column }}, {% endfor %}
    lead_id,
    stage,
    set_aside_as,
    has_time_of_day,
    entered_at,
    case
        when set_aside_as is null then {{ rejection_reasons(rejections) }}
    end as rejection_reasons
from typed
