{# Whether a rate can be known from the leads whose day is: of those that came, or that
   reached a stage, a fifth at most lack the day. #}
{% macro mostly_dated(dated_count, undated_count) %}
    {{ undated_count }} * 5 <= {{ dated_count }} + {{ undated_count }}
{% endmacro %}
