{# The files that a path or glob names, in the order of their names. Of each its headers,
   as it has them, and the columns that these are: a column is spelled as in the first file
   that has it, whatever the case, spaces and underscores of the others. #}
{% macro input_files(path, setting="leads_path") %}
    {%- set spellings = {} -%}
    {%- set files = [] -%}
    {%- for name in smartcrm.file_names(path, setting) -%}
        {%- set format = smartcrm.leads_file_format(name, setting) -%}
        {%- set file = {"name": name, "format": format} -%}
        {%- if format == "csv" -%}
            {%- do file.update(smartcrm.csv_header(name, setting)) -%}
        {%- elif format == "json" -%}
            {%- set fields = smartcrm.json_fields(name) -%}
            {%- do file.update(
                {
                    "headers": fields | map(attribute="header") | list,
                    "pointers": fields | map(attribute="pointer") | list,
                }
            ) -%}
        {%- else -%}
            {%- set query -%}
                describe select * from read_parquet({{ smartcrm.text_literal(name) }})
            {%- endset -%}
            {%- do file.update(
                {"headers": run_query(query).columns[0].values() | list}
            ) -%}
        {%- endif -%}
        {%- set columns = [] -%}
        {%- set keys = [] -%}
        {%- for header in file.headers -%}
            {%- set repeated = smartcrm.header_key(header) in keys -%}
            {%- set spelling = (
                header ~ "_" ~ loop.index0 ~ "_repeated"
                if repeated
                else header
            ) -%}
            {%- do keys.append(smartcrm.header_key(spelling)) -%}
            {%- do columns.append(
                spellings.setdefault(smartcrm.header_key(spelling), spelling)
            ) -%}
        {%- endfor -%}
        {%- do file.update({"columns": columns}) -%}
        {%- do files.append(file) -%}
    {%- endfor -%}
    {{- return(files) -}}
{% endmacro %}
