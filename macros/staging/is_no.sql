{# Whether the text of a checkbox says no, in the languages of is_yes; null where it says
   nothing. #}
{% macro is_no(expression) %}
    lower(trim({{ expression }})) in (
        'false',
        'f',
        '0',
        '0.0',
        'no',
        'n',
        'none',
        'falsch',
        'nein',
        'faux',
        'non',
        'falso',
        'não'
    )
{% endmacro %}
