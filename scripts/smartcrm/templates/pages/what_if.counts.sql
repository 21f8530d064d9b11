-- What a candidate changes and what follows for the funnel and the workload, one
-- temporary relation per part of the report.
create temp view part_funnel as
select * from what_if.what_if_funnel order by stage_order
;

create temp view part_teams as
select
    workload.owner_team,
    cast(sum(lead_count_before) as bigint) as lead_count_before,
    cast(sum(lead_count_after) as bigint) as lead_count_after
from what_if.what_if_workload as workload
left join
    (
        select owner_team, max(stage_order) as place
        from what_if.lifecycle_stages
        group by owner_team
    ) as teams
    on workload.owner_team = teams.owner_team
group by workload.owner_team
order by max(teams.place), workload.owner_team
;

create temp view part_owners as
select owner_team, owner, lead_count_before, lead_count_after
from what_if.what_if_workload
order by
    abs(lead_count_after - lead_count_before) desc,
    lead_count_after desc,
    owner_team,
    owner
limit 12
;

-- thresholds_in_force is not an edit: what is new in it are the candidate's thresholds,
-- among them what activities are worth and the days that a team has
{% set seeds = [
    (
        "ledger entry",
        "logic_overrides",
        "override_id",
        "' ', replace(target, '+', ', '), if(field = 'checksum', 'edited', field),"
        " if(field != 'checksum', coalesce(new_value, 'withdrawn'), null), expires_on",
    ),
    (
        "words of",
        "decision_rules",
        "rule_id",
        "'; ', outcome, reason, next_step",
    ),
    (
        "stage",
        "lifecycle_stages",
        "stage",
        "'; ', stage_order, owner_team, coalesce(next_stage, '-'), coalesce(outcome, '-')",
    ),
    (
        "activity",
        "activity_types",
        "activity_type",
        "'; ', actor, needs_answer",
    ),
] %}
create temp view part_changes as
with

    rows_of_seeds as (
{% for kind, seed, key, columns in seeds %}
    {% for side, schema in [("before", "main"), ("after", "what_if")] %}
        select
            '{{ side }}' as side,
            concat('{{ kind }} ', {{ key }}) as changed,
            concat_ws({{ columns }}) as content
        from {{ schema }}.{{ seed }}
        {% if seed == "logic_overrides" %}
            -- a threshold's stands as what it changes
        where target_kind != 'threshold'
        {% endif %}
        {% if not loop.last %}
        union all
        {% endif %}
    {% endfor %}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}

    ),

    views as (

        select
            view_name,
            schema_name,
            replace(substr(sql, strpos(sql, ' AS ')), 'what_if.', 'main.') as content
        from duckdb_views()
        where
            database_name = current_database()
            and schema_name in ('main', 'what_if')
            and view_name != 'thresholds_in_force'
            -- the text of another model
            and view_name not like '%_at_landmarks'

    )

select
    1 as place,
    'threshold' as kind,
    threshold as changed,
    cast(value_before as varchar) as content_before,
    cast(value_after as varchar) as content_after
from what_if.what_if_thresholds
where is_changed
union all
select
    2 as place,
    case when changed like 'ledger entry %' then 'ledger' else 'rules' end as kind,
    changed,
    max(content) filter (where side = 'before') as content_before,
    max(content) filter (where side = 'after') as content_after
from rows_of_seeds
group by changed
having content_before is distinct from content_after
union all
select
    3 as place,
    'rules' as kind,
    last_views.view_name as changed,
    'as last built' as content_before,
    'edited' as content_after
from views as last_views
inner join views on last_views.view_name = views.view_name
where
    last_views.schema_name = 'main'
    and views.schema_name = 'what_if'
    and last_views.content != views.content
order by place, changed
;
