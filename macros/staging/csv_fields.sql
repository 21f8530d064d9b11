{# A row of a CSV file, taken apart: its fields, the delimiter that is between them (the one
   given, else the most frequent of comma, semicolon, tab and pipe), and how many of the
   fields are filled. #}
{% macro csv_fields(row, delimiter=none) %}
    {%- set quoted = '"(?:[^"]|"")*"' -%}
    {%- set read = namespace(delimiter=delimiter or ",") -%}
    {%- set outline = modules.re.sub(quoted, "", row) -%}
    {%- for mark in [";", "\t", "|"] if not delimiter -%}
        {%- if outline.count(mark) > outline.count(read.delimiter) -%}
            {%- set read.delimiter = mark -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set mark = modules.re.escape(read.delimiter) -%}
    {%- set field = "(?:^|" ~ mark ~ ")(" ~ quoted ~ " *|[^" ~ mark ~ "]*)" -%}
    {%- set fields = [] -%}
    {%- for text in modules.re.findall(field, row) -%}
        {%- set name = modules.re.sub('^=(?=")', "", text | trim) -%}
        {%- if name.startswith('"') -%}
            {%- set name = name[1:-1] | replace('""', '"') | trim -%}
        {%- endif -%}
        {%- do fields.append(name) -%}
    {%- endfor -%}
    {{-
        return(
            {
                "fields": fields,
                "delimiter": read.delimiter,
                "filled_count": fields | select | list | length,
            }
        )
    -}}
{% endmacro %}
