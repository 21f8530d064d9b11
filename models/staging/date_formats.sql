-- one row per date of the export and format: how many of the texts that are not read as
-- a date would be one in that format
{%- set dates = ["created_at", "last_engaged"] -%}
{#- the leads' export may have those, too, in columns of its own -#}
{%- set dates_of_others = {
    "activities": "occurred_at",
    "stage_changes": "entered_at",
} -%}
{%- set formats = [] -%}
{%- for time in ["", " %H:%M", " %H:%M:%S", " %I:%M %p"] -%}
    {%- for day in [
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
        "%b %d, %Y",
    ] -%}
        {%- do formats.append(day ~ time) -%}
    {%- endfor -%}
{%- endfor -%}
{#- as Salesforce Lightning shows them, by country -#}
{%- for format in [
    "%m/%d/%Y, %I:%M %p",
    "%d/%m/%Y, %I:%M %p",
    "%d/%m/%Y, %H:%M",
    "%d.%m.%Y, %H:%M",
] -%}
    {%- do formats.append(format) -%}
{%- endfor %}

with

    input_coverage as (select * from {{ ref("input_coverage") }} where input = 'leads'),

    unread_dates as (
        {% for field in dates %}
            select '{{ field }}' as field, {{ clean_text("raw_" ~ field) }} as text
            from {{ ref("stg_leads_typed") }}
            where {{ field }} is null and raw_{{ field }} is not null
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

    dates_by_format as (

        select
            field,
            {%- for format in formats %}
                count({{ text_to_date("text", format) }}) as format_{{ loop.index }},
            {%- endfor %}
            count(*) as text_count
        from unread_dates
        where text is not null
        group by field

    ),

    counted as (

        select
            read_dates.field,
            read_dates.recognised_count,
            coalesce(dates_by_format.text_count, 0) as text_count,
            {%- for format in formats %}
                coalesce(
                    dates_by_format.format_{{ loop.index }}, 0
                ) as format_{{ loop.index }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from read_dates
        left join dates_by_format on read_dates.field = dates_by_format.field

    )

{% for format in formats %}
    select
        field,
        {{ text_literal(format) }} as format,
        format_{{ loop.index }} as fit_count,
        text_count,
        recognised_count
    from counted
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
