-- the newest entry of the ledger about a rule has the file's checksum as dbt knows it:
-- an edit nobody logged warns while you work, and fails in `make test`
{{ config(severity=env_var("SMARTCRM_GATE", "warn")) }}

{%- set ledger = ref("stg_logic_overrides") -%}
{%- set edited -%}
    with

        rules as (
            {% for node in graph.get("nodes", {}).values() if node.package_name == "smartcrm" and "rules" in node.config.tags and node.resource_type in ["model", "seed"] %}
                select
                    '{{ node.name }}' as target,
                    '{{ node.original_file_path | replace("\\", "/") }}' as file_path,
                    '{{ node.checksum.checksum }}' as checksum
                union all
            {% endfor %}
            select null as target, null as file_path, null as checksum

        ),

        logged as (

            select target, new_value as checksum
            from {{ ledger }}
            where target_kind = 'logic' and is_in_force

        )

    select rules.file_path, rules.target
    from rules
    left join logged on rules.target = logged.target
    where rules.checksum != coalesce(logged.checksum, '')
{%- endset -%}

{%- if execute and load_relation(ledger) -%}
    {%- for file_path, name in run_query(edited).rows -%}
        {%- do exceptions.warn(
            file_path
            ~ " was edited and not logged; run: "
            ~ "python scripts/log_logic_override.py logic "
            ~ name
            ~ ' --reason "why"'
        ) -%}
    {%- endfor -%}
{%- endif %}

{{ edited }}
