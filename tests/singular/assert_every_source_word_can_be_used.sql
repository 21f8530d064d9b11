-- a word of seeds/source_words.csv that is of no mapping or no field, that means
-- nothing the field can hold, or that stands there twice
{%- set mappings = [] -%}
{%- for node in graph.get("nodes", {}).values() if node.config.meta.headers -%}
    {%- set name = node.name.removeprefix("crm_").removesuffix("_activities") -%}
    {%- do mappings.append(text_literal(name.removesuffix("_stage_changes"))) -%}
{%- endfor -%}
{%- set fields = [] -%}
{%- set meanings = [] -%}
{%- for field in [
    "funnel_stage",
    "source",
    "engagement_channel",
    "company_size",
    "activity_type",
] -%}
    {%- do fields.append(text_literal(field)) -%}
    {%- for value in allowed_values(field) -%}
        {%- do meanings.append(text_literal(field ~ " " ~ value)) -%}
    {%- endfor -%}
{%- endfor %}

with

    words as (

        select
            coalesce(crm, '') as crm,
            field,
            their_word,
            coalesce(our_word, '') as our_word,
            case
                when field = 'company_size'
                then {{ word_key("their_word", "company_size") }}
                else {{ word_key("their_word") }}
            end as word
        from {{ ref("source_words") }}

    ),

    judged as (

        select
            coalesce(their_word, '') as their_word,
            concat_ws(', ', nullif(crm, ''), field) as place,
            case
                when crm not in ('', {{ mappings | join(", ") }})
                then 'there is no such mapping'
                when field is null or field not in ({{ fields | join(", ") }})
                then 'there is no such field'
                when coalesce(word, '') = ''
                then 'their_word is missing'
                when
                    our_word != ''
                    and concat(field, ' ', our_word)
                    not in ({{ meanings | join(", ") }})
                then 'the field can''t hold our_word'
                when count(*) over (partition by crm, field, word) > 1
                then 'it stands there twice'
            end as fault
        from words

    )

select *
from judged
where
    fault is not null
    -- the message is null where there is no fault, whichever line is looked at first
    and
    {{
        stop_with(
            "concat('seeds/source_words.csv: ''', their_word, ''' (', place, '): ') || fault"
        )
    }}
