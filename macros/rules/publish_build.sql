{# At the end of a run: where all of it went well, what it built takes the place of what
   others read. Whether a build was whole or a part, the table build_status says. #}
{% macro publish_build(results) %}
    {%- set is_ours = (
        target.type == "duckdb"
        and target.name != "what_if"
        and project_name == "smartcrm"
        and flags.WHICH in ["build", "run", "seed", "snapshot", "retry"]
    ) -%}
    {%- set unwell = [] -%}
    {%- for result in results if result.status not in ["success", "pass", "warn", "no-op"] -%}
        {%- do unwell.append(result) -%}
    {%- endfor -%}
    {%- if execute and is_ours and not unwell -%}
        {%- set is_whole = (
            flags.WHICH == "build"
            and not invocation_args_dict.get("select")
            and not invocation_args_dict.get("exclude")
        ) -%}
        {%- do run_query(
            "create or replace table build_status as select "
            ~ is_whole
            ~ " as is_whole"
        ) -%}
        {%- do run_query("checkpoint") -%} {%- do run_query("select publish_draft()") -%}
    {%- endif -%}
{% endmacro %}
