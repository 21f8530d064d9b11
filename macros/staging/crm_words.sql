{# A CRM's own words in ours, by a mapping of theirs to ours; case and spaces are
   ignored, and a word that is not in the mapping is passed on as it is. A word of ours
   that no field has, or not the one that is named, is an error. #}
{% macro crm_words(expression, mapping, field=none) %}
    {%- set enums = ["funnel_stage", "source", "engagement_channel", "company_size"] -%}
    {%- set ours = [] -%}
    {%- set state = namespace(is_known=execute) -%}
    {%- for enum in ([field] if field else enums) -%}
        {%- set values = smartcrm.allowed_values(enum) -%}
        {%- do ours.extend(values) -%}
        {#- the stages are not known before their seed is there -#}
        {%- set state.is_known = state.is_known and values | length > 0 -%}
    {%- endfor -%}
    {%- for their_word, our_word in mapping.items() if state.is_known and our_word -%}
        {%- if our_word not in ours -%}
            {{
                exceptions.raise_compiler_error(
                    model.original_file_path
                    ~ ": '"
                    ~ their_word
                    ~ "' can't mean '"
                    ~ our_word
                    ~ "'; choose one of "
                    ~ ours
                    | join(", ")
                )
            }}
        {%- endif -%}
    {%- endfor -%}
    case
        lower({{ smartcrm.regexp_replace_all(expression, "\s", "") }})
        {%- for their_word, our_word in mapping.items() %}
            when {{ smartcrm.text_literal(their_word | lower | replace(" ", "")) }}
            then {{ smartcrm.text_literal(our_word) }}
        {%- endfor %}
        else {{ expression }}
    end
{% endmacro %}
