{# What the seed source_words says that words of the leads' CRM, or of the one whose
   mapping is compiled, mean for a field; none while dbt parses, or before the seed is
   there. What is said of a CRM comes last, and so wins over what is said of any. #}
{% macro source_words(field) %}
    {%- set seed = ref("source_words") -%}
    {%- set words = {} -%}
    {%- set mapping = modules.re.sub(
        "^crm_|_(activities|stage_changes)$", "", model.name
    ) -%}
    {%- if execute and load_relation(seed) is not none -%}
        {%- set query -%}
            select their_word, coalesce(our_word, '') as our_word
            from {{ seed }}
            where
                field = {{ smartcrm.text_literal(field) }}
                and coalesce(crm, '') in (
                    '',
                    {{ smartcrm.text_literal(var("crm")) }},
                    {{ smartcrm.text_literal(mapping) }}
                )
                and their_word is not null
            order by coalesce(crm, ''), their_word
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do words.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(words) -}}
{% endmacro %}
