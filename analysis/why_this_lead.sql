-- one row a lead, decision and rule, in order of precedence: what the rule asks, what
-- the lead has, and whether the rule wins. The var lead_id narrows it to one lead
{%- set lead_id = var("lead_id", "") -%}
{%- set models = {
    "stage": "leads_with_stages",
    "health": "leads_with_feedback_flags",
    "track": "leads_with_nurture_tracks",
} -%}
{%- set columns = threshold_names() -%}
{%- if execute -%}
    {%- set lead_model = "model." ~ project_name ~ ".leads_with_nurture_tracks" -%}
    {%- set columns = columns + graph.nodes[lead_model].columns | list -%}
{%- endif %}

with

    leads_with_nurture_tracks as (select * from {{ ref("leads_with_nurture_tracks") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    decision_rules_in_force as (select * from {{ ref("decision_rules_in_force") }}),

    lead as (

        select
            leads_with_nurture_tracks.*,
            {%- for threshold in threshold_names() %}
                decision_context.{{ threshold }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        from leads_with_nurture_tracks
        cross join decision_context
        {%- if lead_id != "" %} where lead_id = {{ text_literal(lead_id) }}{% endif %}

    ),

    compared as (
        {% for decision, model in models.items() %}
            {%- set decision_order = loop.index -%}
            {%- for rule in decision_conditions(model, decision ~ "_rule") %}
                {%- if decision_order > 1 or not loop.first %}
                    union all
                {%- endif %}
                select
                    lead_id,
                    {{ decision_order }} as decision_order,
                    '{{ decision }}' as decision,
                    {{ loop.index }} as rule_order,
                    '{{ rule.rule_id }}' as rule_id,
                    coalesce({{ rule.condition }}, false) as is_true,
                    {% if loop.last -%} 'otherwise'
                    {%- else -%} {{ condition_in_words(rule.condition, columns) }}
                    {%- endif %} as comparisons,
                    {{ decision }}_rule as built_rule,
                    {{ decision }}_reason as built_reason
                from lead
            {%- endfor %}
        {%- endfor %}

    ),

    decided as (

        select
            *,
            rule_order = min(case when is_true then rule_order end) over (
                partition by lead_id, decision
            ) as is_winner
        from compared

    )

select
    decided.lead_id,
    decided.decision,
    decided.rule_order,
    decided.rule_id,
    decision_rules_in_force.outcome,
    decided.is_true,
    decided.is_winner,
    decided.comparisons,
    -- of a rule that was edited since the build there is no reason yet
    case when is_winner and decided.rule_id = built_rule then built_reason end as reason
from decided
left join
    decision_rules_in_force
    on decided.decision = decision_rules_in_force.decision
    and decided.rule_id = decision_rules_in_force.rule_id
order by decided.lead_id, decision_order, decided.rule_order
