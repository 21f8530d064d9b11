-- one row per lead: where it stands, the furthest stage it ever reached, on which days
-- that are known it reached each, and its segments; all that funnels are counted from
-- what there is to cut by is a setting
{{ config(contract={"enforced": false}) }}
{%- set days = {
    "Lead": "lead_on",
    "MQL": "mql_on",
    "SQL": "sql_on",
    "Customer": "customer_on",
} %}

with

    leads as (select * from {{ ref("leads") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    lead_milestones as (select * from {{ ref("lead_milestones") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    seen as (

        select
            lead_id,
            concat_ws(
                ',',
                {%- for stage, day in days.items() %}
                    case when {{ day }} is not null then '{{ stage }}' end
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            ) as seen_stages,
            case
                {%- for stage, day in (days.items() | list | reverse) %}
                    when {{ day }} is not null then '{{ stage }}'
                {%- endfor %}
            end as furthest_seen_stage,
            {%- for day in days.values() %} {{ day }}, {%- endfor %}
            lost_on,
            was_there_before
        from lead_milestones

    ),

    -- where earlier builds had it, since some day that nobody knows
    left_stages as (

        select
            moved_lead_spells.lead_id, max(lifecycle_stages.stage_order) as stage_order
        from {{ ref("moved_lead_spells") }} as moved_lead_spells
        inner join lifecycle_stages on moved_lead_spells.stage = lifecycle_stages.stage
        where
            moved_lead_spells.left_on is not null
            -- whoever takes a win back has not reached it
            and lifecycle_stages.outcome is null
        group by moved_lead_spells.lead_id

    ),

    -- the CRM's stage is on record, unless a person has said otherwise
    placed as (

        select
            leads.lead_id,
            leads.funnel_stage,
            leads.simulated_stage,
            leads.effective_stage,
            leads.stage_rule,
            leads.engagement_health,
            leads.nurture_track,
            {%- for column in segments().values() %}
                coalesce(
                    cast(leads.{{ column }} as {{ dbt.type_string() }}), 'Unassigned'
                ) as segment_{{ loop.index }},
            {%- endfor %}
            coalesce(lead_overrides.stage, leads.funnel_stage) as recorded_stage,
            seen.seen_stages,
            seen.furthest_seen_stage,
            {%- for day in days.values() %} seen.{{ day }}, {%- endfor %}
            seen.lost_on,
            seen.was_there_before
        from leads
        left join lead_overrides on leads.lead_id = lead_overrides.lead_id
        left join seen on leads.lead_id = seen.lead_id

    ),

    -- who has left the funnel had been a lead; what is not known is not the greatest
    reached as (

        select
            placed.*,
            coalesce(standing.outcome = 'lost', false) as has_left,
            greatest(
                standing.stage_order,
                on_record.stage_order,
                furthest_seen.stage_order,
                left_stages.stage_order,
                1
            ) as furthest_stage_order
        from placed
        left join
            lifecycle_stages as standing on placed.effective_stage = standing.stage
        left join
            lifecycle_stages as on_record on placed.recorded_stage = on_record.stage
        left join
            lifecycle_stages as furthest_seen
            on placed.furthest_seen_stage = furthest_seen.stage
        left join left_stages on placed.lead_id = left_stages.lead_id

    )

select
    reached.lead_id,
    reached.funnel_stage,
    reached.simulated_stage,
    reached.effective_stage,
    reached.stage_rule,
    reached.engagement_health,
    reached.nurture_track,
    lifecycle_stages.stage as furthest_stage,
    reached.seen_stages,
    {%- for column in segments() %} reached.segment_{{ loop.index }}, {%- endfor %}
    reached.furthest_stage_order,
    reached.has_left,
    {%- for day in days.values() %} reached.{{ day }}, {%- endfor %}
    reached.lost_on,
    reached.was_there_before
from reached
inner join
    lifecycle_stages on reached.furthest_stage_order = lifecycle_stages.stage_order
