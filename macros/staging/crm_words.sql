{# A CRM's own words in ours, by a mapping of theirs to ours; case and spaces are
   ignored, and a word that is not in the mapping is passed on as it is. #}
{% macro crm_words(expression, mapping) %}
    case
        lower({{ regexp_replace_all(expression, "\s", "") }})
        {%- for theirs, ours in mapping.items() %}
            when {{ text_literal(theirs | lower | replace(" ", "")) }}
            then {{ text_literal(ours) }}
        {%- endfor %}
        else {{ expression }}
    end
{% endmacro %}
