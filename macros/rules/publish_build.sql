{# At the end of a run: where all of it went well, what it built takes the place of what
   others read. Whether a build was whole or a part, the table build_status says. #}
{% macro publish_build(results) %}
    {%- set unwell = [] -%}
    {%- for result in results if result.status not in ["success", "pass", "warn", "no-op"] -%}
        {%- do unwell.append(result) -%}
    {%- endfor -%}
    {#- the plugin of the profile has dbt write a draft -#}
    {%- set can_publish = (
        execute
        and target.type == "duckdb"
        and run_query(
            "select 1 from duckdb_databases() where path like '%.draft%'"
            ~ " and database_name = current_database()"
        )
    ) -%}
    {%- if can_publish and not unwell -%}
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
        {%- do run_query("checkpoint") -%}
        {%- do adapter.store_relation(
            "dbt_plugin",
            this,
            [],
            "",
            "",
            {},
        ) -%}
    {%- endif -%}
{% endmacro %}
