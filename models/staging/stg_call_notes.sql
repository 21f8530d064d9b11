-- one row per call note, fit to be quoted in a prompt: what can't be seen is gone,
-- addresses and numbers are masked, and nothing in it can close its block; and what is
-- wrong with it
{%- set columns = call_notes_columns() -%}
-- characters of a note that are kept; counted after masking, so that no half of an
-- address is left at the end
{%- set longest_note = 4000 %}

with

    raw_notes as (

        select
            {%- for column in ["lead_id", "noted_at", "author", "note"] %}
                {{ crm_column(columns, [column]) }} as {{ column }}_text
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        {% if var("call_notes_path") %}
                {%- do ref("source_files") %}
            from
                {{ leads_file(var("call_notes_path"), "call_notes_path") }}
                as notes_file
        {% elif is_sample() %} from {{ ref("call_notes") }}
        {% else %}
            -- the sample's notes are about the sample's leads and no others
            from (select null as {{ columns | join(", null as ") }}) as no_notes
            where false
        {% endif %}

    ),

    stg_leads as (select * from {{ ref("stg_leads") }}),

    readable as (

        select
            {{ not_blank(id_text("lead_id_text")) }} as lead_id,
            {{ clean_text(readable_text("author_text")) }} as author,
            {{ clean_text(readable_text("note_text")) }} as note,
            {{ clean_text("noted_at_text") }} as noted_at_text
        from raw_notes

    ),

    masked as (

        select
            lead_id,
            {{ masked("author") }} as author,
            {{ masked("note") }} as note,
            noted_at_text,
            {{ text_to_timestamp("noted_at_text") }} as noted_at
        from readable

    ),

    judged as (

        select
            masked.lead_id,
            author,
            case
                when length(note) > {{ longest_note }}
                then concat(substring(note, 1, {{ longest_note }}), ' [cut]')
                else note
            end as note,
            case
                when masked.lead_id is null
                then 'missing_lead_id'
                when note is null
                then 'missing_note'
                when stg_leads.lead_id is null
                then 'unknown_lead'
                when noted_at_text is not null and noted_at is null
                then 'invalid_noted_at'
            end as problem,
            noted_at
        from masked
        left join stg_leads on masked.lead_id = stg_leads.lead_id

    )

select
    lead_id,
    {{ quoted_as_data("author") }} as author,
    {{ quoted_as_data("note") }} as note,
    problem,
    cast(
        row_number() over (
            partition by lead_id
            order by
                case when note is null then 1 else 0 end,
                noted_at desc nulls last,
                note,
                author nulls last
        ) as {{ dbt.type_int() }}
    ) as note_number,
    -- a note whose day can't be read is quoted without it
    problem is null or problem = 'invalid_noted_at' as is_quotable,
    noted_at
from judged
