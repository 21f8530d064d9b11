-- one row per strategy opportunity and lead that is stuck in it
{%- set segments = {
    "source": "source",
    "engagement_channel": "engagement_channel",
    "company_size": "company_size",
    "sales_owner": "effective_owner",
} %}

with

    leads as (select * from {{ ref("leads") }}),

    strategy_opportunities as (select * from {{ ref("strategy_opportunities") }}),

    stage_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'stage'

    ),

    segmented as (
        {% for segment_type, column in segments.items() %}
            select
                '{{ segment_type }}' as segment_type,
                {{ column }} as segment,
                lead_id,
                effective_stage,
                effective_owner,
                stage_rule,
                stage_reason,
                intent_score
            from leads
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select
    strategy_opportunities.segment_type,
    strategy_opportunities.segment,
    strategy_opportunities.stage,
    segmented.lead_id,
    segmented.effective_owner,
    segmented.stage_reason,
    stage_rules.next_step,
    segmented.intent_score,
    segmented.stage_rule = strategy_opportunities.main_rule as is_main_rule
from strategy_opportunities
inner join
    segmented
    on strategy_opportunities.segment_type = segmented.segment_type
    and strategy_opportunities.segment = segmented.segment
    and strategy_opportunities.stage = segmented.effective_stage
left join stage_rules on segmented.stage_rule = stage_rules.rule_id
