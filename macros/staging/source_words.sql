{# What the seed source_words says that words of the selected CRM mean, for a field; none
   while dbt parses, or before the seed is there. What is said of the CRM comes last, and
   so wins over what is said of any. #}
{% macro source_words(field) %}
    {%- set seed = ref("source_words") -%}
    {%- set words = {} -%}
    {%- if execute and load_relation(seed) is not none -%}
        {%- set query -%}
            select their_word, coalesce(our_word, '') as our_word
            from {{ seed }}
            where
                field = {{ smartcrm.text_literal(field) }}
                and coalesce(crm, '') in ('', {{ smartcrm.text_literal(var("crm")) }})
                and their_word is not null
            order by coalesce(crm, ''), their_word
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do words.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(words) -}}
{% endmacro %}
