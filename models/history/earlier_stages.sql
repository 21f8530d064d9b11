-- one row per lead and period at a stage, as builds for days before this one's left it
{{ config(materialized="view") }}
{%- set history = load_relation(last_build("lead_history")) if execute else none %}
{#- a history that an earlier version began may lack what came later -#}
{%- set known_columns = (
    adapter.get_columns_in_relation(history) | map(attribute="name") | list
    if history
    else []
) %}

with

    current_build as (

        select as_of_date as decided_on, is_remembered from {{ ref("current_build") }}

    ),

    history as (

        {% if history -%}
            select
                lead_id,
                effective_stage,
                funnel_stage,
                {% if "sales_owner" in known_columns -%} sales_owner
                {%- else -%} cast(null as {{ dbt.type_string() }}) as sales_owner
                {%- endif %},
                valid_from,
                valid_to
            from {{ history }}
        {%- else -%}
            select
                cast(null as {{ dbt.type_string() }}) as lead_id,
                cast(null as {{ dbt.type_string() }}) as effective_stage,
                cast(null as {{ dbt.type_string() }}) as funnel_stage,
                cast(null as {{ dbt.type_string() }}) as sales_owner,
                decided_on as valid_from,
                decided_on as valid_to
            from current_build
            where false
        {%- endif %}

    ),

    -- of whom the history remembers today what this build says
    decided as (

        select stg_leads.lead_id
        from {{ ref("stg_leads") }} as stg_leads
        cross join current_build
        where current_build.is_remembered
        union all
        select lead_changes.lead_id
        from {{ ref("lead_changes") }} as lead_changes
        cross join current_build
        where lead_changes.change = 'left' and current_build.is_remembered

    ),

    -- of whom an earlier build of this day said what this one says nothing of
    kept as (

        select distinct history.lead_id
        from history
        inner join
            current_build
            on history.valid_from = current_build.decided_on
            or history.valid_to = current_build.decided_on
        left join decided on history.lead_id = decided.lead_id
        where decided.lead_id is null

    )

-- of all others it is not known yet what begins or ends on the day that is decided;
-- what only an earlier build of one day said has no length, and a replay of an earlier
-- day knows nothing of later ones
select
    history.lead_id,
    history.effective_stage,
    history.funnel_stage,
    history.sales_owner,
    history.valid_from,
    case
        when
            history.valid_to < current_build.decided_on
            or (
                history.valid_to = current_build.decided_on and kept.lead_id is not null
            )
        then history.valid_to
    end as valid_to
from history
cross join current_build
left join kept on history.lead_id = kept.lead_id
where
    (history.valid_to is null or history.valid_to > history.valid_from)
    and (
        history.valid_from < current_build.decided_on
        or (history.valid_from = current_build.decided_on and kept.lead_id is not null)
    )
