-- one row per date of the export and format that fits any of its texts that are not
-- read as a date, with how many; one without a format where none does
{%- set dates = ["created_at", "last_engaged"] -%}
{#- the leads' export may have those, too, in columns of its own -#}
{%- set dates_of_others = {
    "activities": "occurred_at",
    "stage_changes": "entered_at",
} -%}
{%- set days = [
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
] -%}
{#- what stands behind a day: 14:30, 2:30:00 PM, 2:30pm, with a comma in Lightning -#}
{%- set time = ",? ([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?( ?[AaPp][Mm])?$" %}

with

    input_coverage as (select * from {{ ref("input_coverage") }} where input = 'leads'),

    unread_dates as (
        {% for field in dates %}
            select '{{ field }}' as field, {{ clean_text("raw_" ~ field) }} as text
            from {{ ref("stg_leads_typed") }}
            where
                {{ field }} is null
                and raw_{{ field }} is not null
                and rejection_reasons not like '%header_row%'
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
        {% for record, field in dates_of_others.items() %}
            union all
            select '{{ field }}' as field, {{ clean_text(field) }} as text
            from {{ ref("rejected_" ~ record) }}
            where rejection_reasons like '%invalid_{{ field }}%'
        {% endfor %}
    ),

    read_dates as (

        select field, recognised_count
        from input_coverage
        where field in ('{{ dates | join("', '") }}')
        {% for record, field in dates_of_others.items() %}
            union all
            select
                '{{ field }}' as field,
                -- what only the leads' own columns say has no row of its own
                cast(
                    coalesce(
                        sum(case when row_count > 1 then row_count else 1 end), 0
                    ) as {{ dbt.type_bigint() }}
                ) as recognised_count
            from {{ ref("stg_" ~ record) }}
        {% endfor %}

    ),

    -- blanks that don't break a line stand in times as a page shows them
    spaced as (

        select field, translate(text, {{ text_literal("\u00a0\u202f") }}, '  ') as text
        from unread_dates
        where text is not null

    ),

    in_parts as (

        select
            field,
            {{ regexp_replace_all("text", time) }} as day_text,
            lower(
                substring(text, length({{ regexp_replace_all("text", time) }}) + 1)
            ) as time_text
        from spaced

    ),

    with_time_format as (

        select
            field,
            day_text,
            case
                when time_text = ''
                then ''
                else
                    concat_ws(
                        '',
                        case when time_text like ',%' then ',' end,
                        case when time_text like '%m' then ' %I:%M' else ' %H:%M' end,
                        case when time_text like '%:%:%' then ':%S' end,
                        case
                            when time_text like '%_ _m'
                            then ' %p'
                            when time_text like '%m'
                            then '%p'
                        end
                    )
            end as time_format
        from in_parts

    ),

    counted as (

        select
            field,
            time_format,
            {%- for day in days %}
                count({{ text_to_date("day_text", day) }}) as day_{{ loop.index }},
            {%- endfor %}
            count(*) as text_count
        from with_time_format
        group by field, time_format

    ),

    fits as (
        {% for day in days %}
            select
                field,
                concat({{ text_literal(day) }}, time_format) as format,
                day_{{ loop.index }} as fit_count
            from counted
            where day_{{ loop.index }} > 0
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    unread_counts as (

        select field, sum(text_count) as text_count from counted group by field

    )

select
    read_dates.field,
    fits.format,
    coalesce(fits.fit_count, 0) as fit_count,
    cast(
        coalesce(unread_counts.text_count, 0) as {{ dbt.type_bigint() }}
    ) as text_count,
    read_dates.recognised_count
from read_dates
left join unread_counts on read_dates.field = unread_counts.field
left join fits on read_dates.field = fits.field
