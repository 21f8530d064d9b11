{# The names of the files that a path or glob stands for, in their order; where there is
   none, or it is elsewhere than on this machine without the var allow_remote_paths, the
   run stops. #}
{% macro file_names(path, setting="leads_path") %}
    {{- return(adapter.dispatch("file_names", "smartcrm")(path, setting)) -}}
{% endmacro %}

{% macro default__file_names(path, setting) %}
    {%- do smartcrm.stop_reading(
        path, "a table", "a file, which DuckDB alone reads", setting
    ) -%}
{% endmacro %}

{% macro duckdb__file_names(path, setting) %}
    {%- if modules.re.match("(?i)(?!file:)[a-z][a-z0-9+.-]*://", path) -%}
        {%- if var("allow_remote_paths") is sameas true -%}
            {{ return([path]) }}
        {%- endif -%}
        {#- an address may hold a password before its host, or a key behind it -#}
        {%- do smartcrm.stop_reading(
            modules.re.sub("(?<=://)[^/]*@|[?#].*", "", path),
            "a path on this machine",
            "one elsewhere; copy the file here, or set the var allow_remote_paths",
            setting,
        ) -%}
    {%- endif -%}
    {%- set query -%}
        select file from glob({{ smartcrm.text_literal(path) }}) order by file
    {%- endset -%}
    {%- set found = run_query(query).columns[0].values() | list -%}
    {%- if not found -%}
        {%- do smartcrm.stop_reading(
            path,
            "a file",
            "none; check the path, and name the files of a folder as FOLDER/*.csv",
            setting,
        ) -%}
    {%- endif -%}
    {{- return(found) -}}
{% endmacro %}
