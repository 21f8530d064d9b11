{# Whether the text of a checkbox says yes, also as spreadsheets in German, French, Italian,
   Spanish and Portuguese write it; null where it says nothing. #}
{% macro is_yes(expression) %}
    lower(trim({{ expression }})) in (
        'true',
        't',
        '1',
        '1.0',
        'yes',
        'y',
        'wahr',
        'ja',
        'vrai',
        'oui',
        'vero',
        'si',
        'sì',
        'sí',
        'verdadero',
        'verdadeiro',
        'sim'
    )
{% endmacro %}
