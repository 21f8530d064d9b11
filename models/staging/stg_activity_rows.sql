-- one row per raw row of the activities and lead that it names, and per date of an
-- activity that a lead has: its texts as they came, the same cast once, what else the
-- row is if no activity, and the reasons that it can't be trusted by itself
-- Spark keeps no view of so long a text
{{ config(materialized="view" if target.type == "duckdb" else "table") }}
{%- set types = allowed_values("activity_type") -%}
{#- the last channel says that there is none -#}
{%- set channels = allowed_values("engagement_channel")[:-1] -%}
{%- set texts = record_columns("activities") -%}
{%- set dates = meta_columns("activity_dates") -%}
{%- set format = date_format("occurred_at") -%}
{%- set separator = id_separator() -%}
{#- no date that counts lies between the newest one and today -#}
{%- set last_day = "coalesce(%s, current_date)" % date_setting("as_of_date") -%}
{%- set rejections = [
    ("missing_lead_id", "lead_id is null"),
    ("rounded_lead_id", is_rounded_number("lead_id")),
    ("invalid_occurred_at", "occurred_at is null"),
    ("occurred_after_as_of", "cast(occurred_at as date) > " ~ last_day),
    ("missing_activity_type", "activity_type is null"),
] %}

with

    -- a mapping of a warehouse's table may have dates and numbers
    raw_activities as (

        select
            'activities' as input,
            {%- for column in texts + ["set_aside_as"] %}
                cast({{ column }} as {{ dbt.type_string() }}) as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ ref(record_mapping("activities")) }}

    ),

    -- a meeting with several people is an activity of each: their ids stand in one cell
    of_one_lead as (

        select
            input,
            set_aside_as,
            {%- for column in texts %}
                {{ column }} as raw_{{ column }},
                {%- if column == "lead_id" and separator %}
                    {{
                        text_parts(
                            "case when set_aside_as is null then "
                            ~ ids_in_cell("coalesce(lead_id, '')", separator)
                            ~ " else '' end",
                            separator,
                        )
                    }}
                {%- else %} {{ column }}
                {%- endif %} as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from raw_activities
        {#- an id of the leads is one, whatever is in it #}
        {% if dates %}
                {%- set dated = {
                    "lead_id": "lead_id",
                    "occurred_at": "text",
                    "activity_type": "value",
                    "channel": "case when value like 'mail%' then 'Email' end",
                } %}
            union all
            select
                'leads' as input,
                null as set_aside_as,
                {%- for column in texts %}
                    {{ dated[column] }} as raw_{{ column }},
                    {{ dated[column] }} as {{ column }}
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            from {{ meta_rows(dates) }} as dates
        {% endif %}

    ),

    trimmed as (

        select
            input,
            set_aside_as,
            {%- for column in texts %}
                raw_{{ column }},
                {{ id_text(column) if column == "lead_id" else trimmed(column) }}
                as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from of_one_lead

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
            -- most types are what they should be: only the others are looked up
            case
                activity_type
                {%- for type in types %}
                    when {{ text_literal(type) }} then {{ text_literal(type) }}
                {%- endfor %}
                else
                    coalesce(
                        case
                            {{ word_key("activity_type") }}
                            {%- for type in types %}
                                when {{ text_literal(type | replace("_", "")) }}
                                then {{ text_literal(type) }}
                            {%- endfor %}
                        end,
                        activity_type
                    )
            end as activity_type,
            {{ one_of("channel", channels) }} as channel,
            {{ has_time_of_day("occurred_at", format) }} as has_time_of_day,
            {{ text_to_timestamp("occurred_at", format) }} as occurred_at
        from cleaned

    )

select
    input,
    {%- for column in texts %} raw_{{ column }}, {% endfor %}
    lead_id,
    activity_type,
    channel,
    set_aside_as,
    has_time_of_day,
    occurred_at,
    case
        when set_aside_as is null then {{ rejection_reasons(rejections) }}
    end as rejection_reasons
from typed
