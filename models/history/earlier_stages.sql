-- one row per lead and period at a stage, as builds for days before this one's left it
{{ config(materialized="view") }}
{%- set history = load_relation(last_build("lead_history")) if execute else none %}

with

    current_build as (

        select as_of_date as decided_on, is_remembered from {{ ref("current_build") }}

    )

-- what begins or ends on the day that is decided is not known yet, unless the history
-- is to remember nothing of this build; what only an earlier build of one day said
-- has no
-- length, and a replay of an earlier day knows nothing of later ones
{% if history -%}
    select
        lead_id,
        effective_stage,
        valid_from,
        case
            when valid_to < decided_on or (valid_to = decided_on and not is_remembered)
            then valid_to
        end as valid_to
    from {{ history }}
    cross join current_build
    where
        (valid_to is null or valid_to > valid_from)
        and (valid_from < decided_on or (valid_from = decided_on and not is_remembered))
{%- else -%}
    select
        cast(null as {{ dbt.type_string() }}) as lead_id,
        cast(null as {{ dbt.type_string() }}) as effective_stage,
        decided_on as valid_from,
        decided_on as valid_to
    from current_build
    where false
{%- endif %}
