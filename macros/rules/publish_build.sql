{# At the end of a run: where all of it went well, what it built takes the place of what
   others read. The table build_status says whether that is one whole build, since a part,
   such as `dbt retry` and a selection make, stands beside what an earlier run made; and
   with which vars it was run, for those that build a candidate beside it. #}
{% macro publish_build(results) %}
    {%- set well = ["success", "pass", "warn", "no-op"] -%}
    {%- set unwell = results | rejectattr("status", "in", well) | list -%}
    {%- set built = results | map(attribute="node.unique_id") | list -%}
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
        {%- set missing = (
            graph.nodes.values()
            | selectattr(
                "resource_type", "in", ["model", "seed", "snapshot"]
            )
            | rejectattr("config.materialized", "eq", "ephemeral")
            | rejectattr("unique_id", "in", built)
            | list
        ) -%}
        {%- set settings = {} -%}
        {#- a day that stands without quotes in YAML is no text -#}
        {%- for name, value in (invocation_args_dict.get("vars") or {}).items() -%}
            {%- set text = (
                value.isoformat() if value.isoformat is defined else value
            ) -%}
            {%- do settings.update({name: text}) -%}
        {%- endfor -%}
        {%- set status -%}
            create or replace table build_status as
            select {{ not missing }} as is_whole,
                {{ smartcrm.text_literal(tojson(settings)) }} as vars
        {%- endset -%}
        {%- do run_query(status) -%}
        {%- do run_query("checkpoint") -%}
        {%- do adapter.store_relation("dbt_plugin", this, [], "", "", {}) -%}
    {%- endif -%}
{% endmacro %}
