{# Warns of the words that most leads have and that are none of ours, and says where to put
   what they mean; nothing where no word is frequent. #}
{% macro warn_of_unknown_words() %}
    {#- the share of the leads that makes a word worth a warning, and how many are named -#}
    {%- set frequent, named = 0.01, 5 -%}
    {%- if execute -%}
        {%- set query -%}
            select crm, field, word, taken_as, lead_count
            from {{ this }}
            where
                lead_count
                >= {{ frequent }} * (select count(*) from {{ ref("stg_leads_typed") }})
            order by lead_count desc, field, word
        {%- endset -%}
        {%- set found = run_query(query).rows -%}
        {%- set words = [] -%}
        {%- for crm, field, word, taken_as, lead_count in found[:named] -%}
            {%- set outcome = "taken as " ~ taken_as if taken_as else "rejected" -%}
            {%- do words.append(
                "%s '%s' (%s, %s)"
                % (field, word | truncate(40), lead_count, outcome)
            ) -%}
        {%- endfor -%}
        {%- if words -%}
            {%- set choices = [] -%}
            {%- for field in found[:named] | map(attribute="field") | unique -%}
                {%- do choices.append(
                    "of %s for %s"
                    % (smartcrm.allowed_values(field) | join(", "), field)
                ) -%}
            {%- endfor -%}
            {%- set crm, field, word = found[0][0], found[0][1], found[0][2] -%}
            {%- if "," in word or '"' in word -%}
                {%- set word = '"%s"' % word | replace('"', '""') -%}
            {%- endif -%}
            {%- set explained -%}
                words of the export that mean nothing here: {{ words | join("; ") }}
                {{- "; …" if found | length > named }}. What they mean goes into
                seeds/source_words.csv, in lines such as
                {{ crm }},{{ field }},{{ word }},OUR_WORD, where OUR_WORD
                is one {{ choices | join("; ") }}; all of them are in unknown_words
            {%- endset -%}
            {%- do exceptions.warn(explained.split() | join(" ")) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
