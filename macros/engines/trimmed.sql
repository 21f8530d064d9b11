{# Text without blanks (space, tab, line ends, no-break space) at its ends. #}
{% macro trimmed(expression) %}
    {{- return(adapter.dispatch("trimmed", "smartcrm")(expression)) -}}
{% endmacro %}

{% macro default__trimmed(expression) %}
    trim(both ' ' || chr(9) || chr(10) || chr(13) || chr(160) from {{ expression }})
{% endmacro %}

{# To trim takes three times as long as to see that a text has nothing to trim, and
   `right` twice as long as [-1]. #}
{% macro duckdb__trimmed(expression) %}
    case
        when
            {{ expression }} between '!' and '~~'
            and ({{ expression }})[-1] between '!' and '~'
        then {{ expression }}
        else {{ smartcrm.default__trimmed(expression) }}
    end
{% endmacro %}
