-- of each file of rules the newest ledger entry that names it has the checksum, as dbt
-- knows it: an edit nobody logged warns while you work, and fails in `make test`; where
-- this project is the package of another, nobody edits its rules
{{ config(severity=env_var("SMARTCRM_GATE", "warn")) }}

{%- set ledger = ref("stg_logic_overrides") -%}
{%- set edited -%}
    with

        rules as (
            {% for node in graph.get("nodes", {}).values() if node.package_name == project_name and "rules" in node.config.tags and node.resource_type in ["model", "seed"] %}
                select
                    '{{ node.name }}' as target,
                    '{{ node.original_file_path | replace("\\", "/") }}' as file_path,
                    '{{ node.checksum.checksum }}' as checksum
                union all
            {% endfor %}
            select null as target, null as file_path, null as checksum

        ),

        entries as (

            select
                {{ text_parts("target", "+") }} as target,
                new_value as checksums,
                override_id,
                logged_at
            from {{ ledger }}
            where target_kind = 'logic' and is_in_force

        ),

        ranked as (

            select
                target,
                checksums,
                row_number() over (
                    partition by target order by logged_at desc, override_id desc
                ) as recency
            from entries

        )

    select rules.file_path
    from rules
    left join ranked on rules.target = ranked.target and ranked.recency = 1
    -- the ledger has their first digits
    where
        rules.target is not null
        and concat('+', coalesce(ranked.checksums, ''))
        not like concat('%+', substring(rules.checksum, 1, 12), '%')
{%- endset -%}

{%- if execute and load_relation(ledger) -%}
    {%- for file_path in run_query(edited).columns[0].values() -%}
        {%- do exceptions.warn(
            file_path
            ~ " was edited and not logged; run: "
            ~ '.venv/bin/python scripts/log_logic_override.py logic --reason "why"'
        ) -%}
    {%- endfor -%}
{%- endif %}

{{ edited }}
