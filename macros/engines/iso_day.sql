{# The pattern of a day that there is, from 0001-01-01, as ISO 8601 has it: where a date
   can be told from a text before it is cast. #}
{% macro iso_day() %}
    {%- set year = "(?:000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})" -%}
    {%- set days = [
        "(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])",
        "(?:0[13-9]|1[0-2])-(?:29|30)",
        "(?:0[13578]|1[02])-31",
    ] -%}
    {%- set leap_day = "(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29" -%}
    {{- return("(?:" ~ year ~ "-(?:" ~ days | join("|") ~ ")|" ~ leap_day ~ ")") -}}
{% endmacro %}
