{# A field's words in ours. Case, blanks, underscores and dashes are ignored. The seed
   source_words wins over the mapping's own words, those over the common ones, and those
   over ours; a word that none of them has is what `otherwise` makes of it, or passed on
   as it is. A word that the field can't hold is an error. #}
{% macro crm_words(expression, field, words={}, otherwise=none) %}
    {%- set ours = smartcrm.allowed_values(field) -%}
    {%- set marks = smartcrm.word_marks(field) -%}
    {%- set meanings = {} -%}
    {%- for place, known in [
        ("common_words", smartcrm.common_words(field)),
        (model.original_file_path, words),
        ("seeds/source_words.csv", smartcrm.source_words(field)),
    ] -%}
        {%- for their_word, our_word in known.items() -%}
            {#- the stages are not known before their seed is there -#}
            {%- if execute and ours and our_word and our_word not in ours -%}
                {%- do exceptions.raise_compiler_error(
                    "%s: '%s' can't mean '%s'; choose one of %s"
                    % (place, their_word, our_word, ours | join(", "))
                ) -%}
            {%- endif -%}
            {%- do meanings.update(
                {modules.re.sub(marks, "", their_word | lower): our_word}
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if not meanings and not otherwise -%} {{- return(expression) -}} {%- endif -%}
    {%- for word in ours -%}
        {%- do meanings.setdefault(modules.re.sub(marks, "", word | lower), word) -%}
    {%- endfor -%}
    {#- cases, since DuckDB makes a join of a long list; most words are ours as they are
        and so known without a regular expression -#}
    case
        {{ expression }}
        {%- for word in ours if meanings[modules.re.sub(marks, "", word | lower)] == word %}
            when {{ smartcrm.text_literal(word) }}
            then {{ smartcrm.text_literal(word) }}
        {%- endfor %}
        else
            case
                {{ smartcrm.word_key(expression, field) }}
                {%- for key, our_word in meanings.items() %}
                    when {{ smartcrm.text_literal(key) }}
                    then {{ smartcrm.text_literal(our_word) }}
                {%- endfor %}
                else {{ otherwise or expression }}
            end
    end
{% endmacro %}
