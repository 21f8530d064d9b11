-- one row a call note of a lead, fit to be quoted in a prompt: what can't be seen is
-- gone, addresses and numbers are masked, and nothing in it can close its block
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
            from
                {{ leads_file(var("call_notes_path"), "call_notes_path") }}
                as notes_file
        {% else %}
            from {{ ref("call_notes") }}
            -- the sample's notes are about the sample's leads and no others
            where {{ "false" if var("leads_path") else "true" }}
        {% endif %}

    ),

    readable as (

        select
            {{ clean_text("lead_id_text") }} as lead_id,
            {{ clean_text(readable_text("author_text")) }} as author,
            {{ clean_text(readable_text("note_text")) }} as note,
            {{ text_to_timestamp(clean_text("noted_at_text")) }} as noted_at
        from raw_notes

    ),

    masked as (

        select
            lead_id,
            {{ masked("author") }} as author,
            {{ masked("note") }} as note,
            noted_at
        from readable
        where lead_id is not null and note is not null

    ),

    shortened as (

        select
            lead_id,
            author,
            case
                when length(note) > {{ longest_note }}
                then concat(substring(note, 1, {{ longest_note }}), ' [cut]')
                else note
            end as note,
            noted_at
        from masked

    )

select
    lead_id,
    {{ quoted_as_data("author") }} as author,
    {{ quoted_as_data("note") }} as note,
    cast(
        row_number() over (
            partition by lead_id order by noted_at desc nulls last, note, author
        ) as {{ dbt.type_int() }}
    ) as note_number,
    noted_at
from shortened
