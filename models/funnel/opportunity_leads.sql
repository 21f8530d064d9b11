-- one row per strategy opportunity, or thing that holds leads back, and lead that
-- stands in it: whom to work on
-- with columns of a user's own dbt knows only at run time what there is
{{ config(contract={"enforced": not extra_columns()}) }}

with

    leads as (select * from {{ ref("leads") }}),

    opportunities as (

        select * from {{ ref("strategy_opportunities") }} where is_opportunity

    ),

    lead_segments as (select * from {{ ref("lead_segments") }}),

    held_leads as (select * from {{ ref("held_leads") }}),

    stuck as (

        select opportunities.segment_type, opportunities.segment, leads.lead_id
        from opportunities
        inner join
            lead_segments
            on opportunities.segment_type = lead_segments.segment_type
            and opportunities.segment = lead_segments.segment
        inner join
            leads
            on lead_segments.lead_id = leads.lead_id
            and opportunities.stage = leads.effective_stage
        union all
        select 'held_back' as segment_type, hold as segment, lead_id
        from held_leads

    )

select
    stuck.segment_type,
    stuck.segment,
    leads.effective_stage as stage,
    leads.lead_id,
    leads.effective_owner,
    leads.stage_reason,
    leads.effective_stage_reason,
    leads.next_step,
    {{ extra_columns_named("leads") }}
    leads.record_url,
    leads.intent_score
from stuck
inner join leads on stuck.lead_id = leads.lead_id
