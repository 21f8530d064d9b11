{# Text with everything but letters, digits and -._~ escaped as an address asks for. #}
{% macro url_encoded(expression) %}
    {{- return(adapter.dispatch("url_encoded", "smartcrm")(expression)) -}}
{% endmacro %}

{% macro duckdb__url_encoded(expression) %} url_encode({{ expression }}) {% endmacro %}

{% macro postgres__url_encoded(expression) %}
    (
        select
            string_agg(
                case
                    when letter ~ '[A-Za-z0-9._~-]'
                    then letter
                    else
                        regexp_replace(
                            upper(encode(convert_to(letter, 'UTF8'), 'hex')),
                            '(..)',
                            '%\1',
                            'g'
                        )
                end,
                ''
                order by place
            )
        from regexp_split_to_table({{ expression }}, '')
        with ordinality as letters(letter, place)
    )
{% endmacro %}

{# url_encode makes the words of a form: a space is a plus there. #}
{% macro spark__url_encoded(expression) %}
    replace(
        replace(replace(url_encode({{ expression }}), '+', '%20'), '*', '%2A'),
        '%7E',
        '~'
    )
{% endmacro %}
