{# Whether a text is a number that a spreadsheet has rounded, as 1.51234E+11, or has not
   shown in a column too narrow for it, as ####. #}
{% macro is_rounded_number(text) %}
    {#- most texts have no such sign, which is far cheaper to see #}
    (
        (
            {{ text }} like '%+%'
            and {{ smartcrm.matches(text, "\d([.,]\d+)?[Ee]\+\d+") }}
        )
        or ({{ text }} like '##%' and {{ smartcrm.matches(text, "##+") }})
    )
{% endmacro %}
