{# The headers of a CSV file as it has them, the delimiter that is between them (the one
   that a first line such as sep=; names, else the most frequent of comma, semicolon, tab
   and pipe), and how many lines come before theirs. #}
{% macro csv_header(file, setting="leads_path") %}
    {%- set read = namespace(skipped_count=0, delimiter=none, text="") -%}
    {%- set lines = run_query(
        "select line from "
        ~ smartcrm.csv_lines(file)
        ~ " as lines limit 1000"
    ) -%}
    {%- for (line,) in lines.rows if not read.text or read.text.count('"') % 2 -%}
        {%- set named = modules.re.match('"?sep=(.)"?$', line or "") -%}
        {%- if read.text -%} {%- set read.text = read.text ~ "\n" ~ (line or "") -%}
        {%- elif line and not named -%} {%- set read.text = line -%}
        {%- else -%}
            {%- set read.skipped_count = loop.index -%}
            {%- set read.delimiter = named.group(1) if named else read.delimiter -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not read.text -%}
        {{
            smartcrm.stop_reading(
                file, "a header", "an empty file; export it again", setting
            )
        }}
    {%- endif -%}
    {%- set quoted = '"(?:[^"]|"")*"' -%}
    {%- if not read.delimiter -%}
        {%- set outline = modules.re.sub(quoted, "", read.text) -%}
        {%- set read.delimiter = "," -%}
        {%- for mark in [";", "\t", "|"] -%}
            {%- if outline.count(mark) > outline.count(read.delimiter) -%}
                {%- set read.delimiter = mark -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set mark = modules.re.escape(read.delimiter) -%}
    {%- set field = "(?:^|" ~ mark ~ ")(" ~ quoted ~ " *|[^" ~ mark ~ "]*)" -%}
    {%- set headers = [] -%}
    {%- for text in modules.re.findall(field, read.text) -%}
        {%- set name = text | trim -%}
        {%- if name.startswith('"') -%}
            {%- set name = name[1:-1] | replace('""', '"') | trim -%}
        {%- endif -%}
        {%- do headers.append(name or "column" ~ loop.index0) -%}
    {%- endfor -%}
    {{-
        return(
            {
                "headers": headers,
                "delimiter": read.delimiter,
                "skipped_count": read.skipped_count,
            }
        )
    -}}
{% endmacro %}
