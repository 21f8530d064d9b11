{# Whether a rate can be told from the leads whose day is known: of those that reached a
   stage, a fifth at most lack the day. #}
{% macro mostly_dated(dated_count, undated_count) %}
    {{ undated_count }} * 5 <= {{ dated_count }} + {{ undated_count }}
{% endmacro %}
