{# A regular expression as Java writes it, where \s has one blank more and \b looks at
   every script's letters. #}
{% macro spark_pattern(pattern) %}
    {%- set word_edge = "(?:(?<![A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<=[A-Za-z0-9_])(?![A-Za-z0-9_]))" -%}
    {%- set read = namespace(sql="", in_class=false) -%}
    {%- for part in modules.re.findall("(?s)\\\\.|.", pattern) -%}
        {%- if part == "\\s" -%}
            {%- set blanks = " \\t\\n\\f\\r" -%}
            {%- set read.sql = read.sql ~ (
                blanks if read.in_class else "[" ~ blanks ~ "]"
            ) -%}
        {%- elif part == "\\b" -%} {%- set read.sql = read.sql ~ word_edge -%}
        {%- else -%}
            {%- set read.sql = read.sql ~ part -%}
            {%- if part in ["[", "]"] -%} {%- set read.in_class = part == "[" -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(read.sql) -}}
{% endmacro %}
