-- one row per open lead and thing that holds it back
with

    leads as (select * from {{ ref("leads") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    standing as (

        select
            leads.lead_id,
            leads.stage_rule,
            leads.effective_stage as simulated_stage,
            leads.intent_score,
            leads.days_since_engaged,
            leads.effective_owner,
            lifecycle_stages.stage_order,
            decision_context.active_max_days
        from leads
        cross join decision_context
        inner join lifecycle_stages on leads.effective_stage = lifecycle_stages.stage
        where lifecycle_stages.outcome is null

    )

{% for hold, words in holds().items() %}
    select lead_id, '{{ hold }}' as hold
    from standing
    where {{ words[1] }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
