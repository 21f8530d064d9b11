{# dbt's snapshot for tables that can't be merged into, such as Parquet on Spark: the
   history is written again with what is new, and put in the place of the old. #}
{% materialization snapshot, adapter = "spark" %}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- set draft = this.incorporate(
        path={"identifier": model.alias ~ "__draft"}, type="table"
    ) -%}
    {%- set staged = this.incorporate(
        path={"identifier": model.alias ~ "__staged"}, type="table"
    ) -%}
    {%- set names = (
        config.get("snapshot_table_column_names")
        or get_snapshot_table_column_names()
    ) -%}
    {{ run_hooks(pre_hooks) }}
    {#- a draft is whole: a run that was ended left it between the last two steps -#}
    {%- if load_relation(target_relation) is none and load_relation(draft) -%}
        {%- do run_query("alter table " ~ draft ~ " rename to " ~ target_relation) -%}
    {%- endif -%}
    {%- set known = load_relation(target_relation) -%}
    {%- set strategy = strategy_dispatch("check")(
        model, "snapshotted_data", "source_data", config, known is not none
    ) -%}
    {%- if known is none -%}
        {%- call statement("main") -%}
            {{
                create_table_as(
                    false,
                    target_relation,
                    build_snapshot_table(strategy, model.compiled_code),
                )
            }}
        {%- endcall -%}
    {%- else -%}
        {%- do run_query("drop table if exists " ~ draft) -%}
        {%- do run_query("drop table if exists " ~ staged) -%}
        {%- set staging = snapshot_staging_table(
            strategy, model.compiled_code, target_relation
        ) -%}
        {%- do run_query(create_table_as(false, staged, staging)) -%}
        {#- a history of before a column was remembered gets it, empty -#}
        {%- set added = (
            adapter.get_missing_columns(staged, target_relation)
            | rejectattr(
                "name", "in", ["dbt_change_type", "dbt_unique_key"]
            )
            | list
        ) -%}
        {%- if added -%} {%- do create_columns(target_relation, added) -%}
        {%- endif -%}
        {%- set columns = (
            adapter.get_columns_in_relation(target_relation)
            | map(attribute="name")
            | list
        ) -%}
        {%- set ended -%}
            select
                {%- for column in columns %}
                    {% if column == names.dbt_valid_to -%}
                        coalesce(known.{{ column }}, ended.{{ column }}) as {{ column }}
                    {%- else -%} known.{{ column }}
                    {%- endif -%}
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            from {{ target_relation }} as known
            left join
                {{ staged }} as ended
                on known.{{ names.dbt_scd_id }} = ended.{{ names.dbt_scd_id }}
                and ended.dbt_change_type in ('update', 'delete')
                and known.{{ names.dbt_valid_to }} is null
            union all
            select {{ columns | join(", ") }}
            from {{ staged }}
            where dbt_change_type = 'insert'
        {%- endset -%}
        {%- call statement("main") -%} {{ create_table_as(false, draft, ended) }}
        {%- endcall -%}
        {%- do run_query("drop table " ~ target_relation) -%}
        {%- do run_query("alter table " ~ draft ~ " rename to " ~ target_relation) -%}
        {%- do run_query("drop table " ~ staged) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}
