{# A field's words in ours. Case, spaces and underscores are ignored. The seed source_words
   wins over the mapping's own words, and those over the common ones; a word that none of
   them has is passed on as it is. A word that the field can't hold is an error. #}
{% macro crm_words(expression, field, words={}) %}
    {%- set ours = smartcrm.allowed_values(field) -%}
    {%- set meanings = {} -%}
    {%- for place, known in [
        ("common_words", smartcrm.common_words(field)),
        (model.original_file_path, words),
        ("seeds/source_words.csv", smartcrm.source_words(field)),
    ] -%}
        {%- for their_word, our_word in known.items() -%}
            {#- the stages are not known before their seed is there -#}
            {%- if execute and ours and our_word and our_word not in ours -%}
                {{
                    exceptions.raise_compiler_error(
                        place
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
            {%- do meanings.update(
                {modules.re.sub("[\s_]", "", their_word | lower): our_word}
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set their_words = {} -%}
    {%- for key, our_word in meanings.items() -%}
        {%- do their_words.setdefault(our_word, []).append(
            smartcrm.text_literal(key)
        ) -%}
    {%- endfor -%}
    {%- if not their_words -%} {{- return(expression) -}} {%- endif -%}
    {#- most words are ours already, and known without a regular expression -#}
    {%- set as_they_are = [] -%}
    {%- for word in ours if modules.re.sub("[\s_]", "", word | lower) not in meanings -%}
        {%- do as_they_are.append(smartcrm.text_literal(word)) -%}
    {%- endfor -%}
    case
        {%- if as_they_are %}
            when {{ expression }} in ({{ as_they_are | join(", ") }})
            then {{ expression }}
        {%- endif %}
        {%- for our_word, keys in their_words.items() %}
            when
                lower({{ smartcrm.regexp_replace_all(expression, "[\s_]") }})
                in ({{ keys | join(", ") }})
            then {{ smartcrm.text_literal(our_word) }}
        {%- endfor %}
        else {{ expression }}
    end
{% endmacro %}
