-- one row per field and word of the export that is not one of ours, with the leads
-- that have it
-- depends_on: {{ ref("lifecycle_stages") }}, whose stages its warning names
{{ config(materialized="view", post_hook="{{ warn_of_unknown_words() }}") }}
{%- set fields = ["funnel_stage", "source", "engagement_channel", "company_size"] %}

with

    -- a header between rows has no words of leads
    stg_leads_typed as (

        select *
        from {{ ref("stg_leads_typed") }}
        where coalesce(rejection_reasons, '') not like '%header_row%'

    ),

    not_known as (
        {% for field in fields %}
            select '{{ field }}' as field, {{ clean_text("raw_" ~ field) }} as word
            from stg_leads_typed
            where {{ field }} is null and raw_{{ field }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    counted as (

        select field, min(word) as word, count(*) as lead_count
        from not_known
        where word is not null
        group by field, {{ word_key("word") }}

    )

select
    {{ text_literal(var("crm")) }} as crm,
    field,
    {{ masked(readable_text("word")) }} as word,
    case
        field
        {%- for field in fields if field != "funnel_stage" %}
            when '{{ field }}' then {{ text_literal(allowed_values(field) | last) }}
        {%- endfor %}
    end as taken_as,
    lead_count
from counted
