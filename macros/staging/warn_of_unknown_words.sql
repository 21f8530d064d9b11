{# Warns of the words that most leads have and that are none of ours, and says where to put
   what they mean; nothing where no word is frequent. #}
{% macro warn_of_unknown_words() %}
    {#- the share of the leads that makes a word worth a warning, and how many are named -#}
    {%- set frequent, named = 0.01, 5 -%}
    {%- if execute -%}
        {%- set query -%}
            select crm, field, word, coalesce(taken_as, ''), lead_count
            from {{ this }}
            where
                lead_count
                >= {{ frequent }} * (select count(*) from {{ ref("stg_leads_typed") }})
            order by lead_count desc, field, word
        {%- endset -%}
        {%- set found = run_query(query).rows -%}
        {%- set words = [] -%}
        {%- for crm, field, word, taken_as, lead_count in found[:named] -%}
            {%- do words.append(
                "%s '%s' (%s, %s)"
                % (
                    field,
                    word | truncate(40),
                    lead_count,
                    "taken as " ~ taken_as if taken_as else "rejected",
                )
            ) -%}
        {%- endfor -%}
        {%- if words -%}
            {%- do exceptions.warn(
                "words of the export that mean nothing here: " ~ words
                | join("; ")
                ~ ("; …" if found | length > named else "")
                ~ ". Say what they mean in seeds/source_words.csv (crm,field,their_word,"
                ~ "our_word), such as: %s,%s,%s,%s"
                % (
                    found[0][0],
                    found[0][1],
                    (
                        '"%s"' % found[0][2]
                        if "," in found[0][2]
                        else found[0][2]
                    ),
                    allowed_values(found[0][1])[1],
                )
                ~ "; all of them are in unknown_words"
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
