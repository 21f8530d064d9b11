-- no reason is missing, and none has a place that was not filled: of a lead for each
-- combination of rules, and of every lead that a person decided about
{%- set examples -%}
    select min(lead_id) as lead_id
    from {{ ref("leads_with_work") }}
    group by
        stage_rule,
        health_rule,
        track_rule,
        work_rule,
        intent_score is null,
        days_since_engaged is null
    union
    select lead_id
    from {{ ref("lead_overrides") }}
{%- endset -%}
{#- named one by one, so that words are put together of these leads alone: of ten million
    that takes as long as everything that is decided about them -#}
{%- set ids = [] -%}
{%- if execute and load_relation(ref("leads")) -%}
    {%- for (lead_id,) in run_query(examples).rows -%}
        {%- do ids.append(text_literal(lead_id)) -%}
    {%- endfor -%}
{%- endif %}

select
    lead_id,
    stage_reason,
    health_reason,
    track_reason,
    work_reason,
    effective_stage,
    effective_track,
    owner_team
from {{ ref("leads") }}
where
    lead_id in ({{ ids | join(", ") or "null" }})
    and (
        stage_reason is null
        or health_reason is null
        or track_reason is null
        or work_reason is null
        or next_step is null
        or effective_stage_reason is null
        or effective_track_reason is null
        or effective_stage is null
        or effective_track is null
        or owner_team is null
        or position(
            '{' in concat(stage_reason, health_reason, track_reason, work_reason)
        )
        > 0
    )
