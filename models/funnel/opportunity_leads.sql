-- one row per strategy opportunity and lead that is stuck in it
-- with columns of a user's own dbt knows only at run time what there is
{{ config(contract={"enforced": not extra_columns()}) }}

with

    leads as (select * from {{ ref("leads") }}),

    strategy_opportunities as (select * from {{ ref("strategy_opportunities") }}),

    segmented as (
        {% for segment_type, column in segments().items() %}
            select
                '{{ segment_type }}' as segment_type,
                cast({{ column }} as {{ dbt.type_string() }}) as segment,
                lead_id
            from leads
            union all
        {% endfor %}
        select 'all' as segment_type, 'All leads' as segment, lead_id
        from leads
    )

select
    strategy_opportunities.segment_type,
    strategy_opportunities.segment,
    strategy_opportunities.stage,
    leads.lead_id,
    leads.effective_owner,
    leads.stage_reason,
    leads.effective_stage_reason,
    leads.next_step,
    {{ extra_columns_named("leads") }}
    leads.record_url,
    leads.intent_score,
    leads.stage_rule = strategy_opportunities.main_rule as is_main_rule
from strategy_opportunities
inner join
    segmented
    on strategy_opportunities.segment_type = segmented.segment_type
    and strategy_opportunities.segment = segmented.segment
inner join
    leads
    on segmented.lead_id = leads.lead_id
    and strategy_opportunities.stage = leads.effective_stage
