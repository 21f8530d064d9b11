{# The headers of a CSV file as it has them, the delimiter that is between them (the one
   that a first line such as sep=; names, else the most frequent), and how many lines come
   before theirs: blank ones and titles, which are lines of one text above a row in which
   the id of a lead has its header, or where none has, above the first of several texts. #}
{% macro csv_header(file, setting="leads_path") %}
    {%- set read = namespace(
        delimiter=none,
        text="",
        place=none,
        first=none,
        wide=none,
        found=none,
        is_titled=true,
    ) -%}
    {%- set query -%}
        select line from {{ smartcrm.csv_lines(file) }} as lines limit 1000
    {%- endset -%}
    {%- for (line,) in run_query(query).rows if not read.found -%}
        {%- set named = modules.re.match('"?sep=(.)"?$', line or "") -%}
        {%- if read.text -%} {%- set read.text = read.text ~ "\n" ~ (line or "") -%}
        {%- elif named and not read.first -%}
            {%- set read.delimiter = named.group(1) -%}
        {%- elif line -%}
            {%- set read.text = line -%} {%- set read.place = loop.index -%}
        {%- endif -%}
        {%- if read.text and (read.text.count('"') is even or loop.last) -%}
            {%- set row = smartcrm.csv_fields(read.text, read.delimiter) -%}
            {%- do row.update({"place": read.place}) -%}
            {%- set is_header = smartcrm.has_lead_id(row.fields, setting) -%}
            {%- if is_header and (not read.first or row.filled_count > 1) -%}
                {%- set read.found = row -%}
            {%- elif row.filled_count > 1 or "\n" in read.text -%}
                {%- set read.is_titled = false -%}
            {%- endif -%}
            {%- set read.first = read.first or row -%}
            {%- if row.filled_count > 1 and not read.wide -%}
                {%- set read.wide = row -%}
            {%- endif -%}
            {%- set read.text = "" -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not read.first -%}
        {%- set text_size, file_size = smartcrm.text_size(file, "csv") -%}
        {%- do smartcrm.stop_reading(
            file,
            "a header",
            (
                "nothing that is text; export it as CSV"
                if file_size
                else "an empty file; export it again"
            ),
            setting,
        ) -%}
    {%- elif read.found and not read.is_titled -%}
        {%- do smartcrm.stop_reading(
            file,
            "a header in its first row",
            "one on line %s; move it to the top, or delete what is above it"
            % smartcrm.csv_line_number(file, read.found.place),
            setting,
        ) -%}
    {%- endif -%}
    {%- set header = read.found or read.wide or read.first -%}
    {%- set headers = [] -%}
    {%- for name in header.fields -%}
        {%- do headers.append(name or "column" ~ loop.index0) -%}
    {%- endfor -%}
    {{-
        return(
            {
                "headers": headers,
                "delimiter": header.delimiter,
                "skipped_count": header.place - 1,
            }
        )
    -}}
{% endmacro %}
