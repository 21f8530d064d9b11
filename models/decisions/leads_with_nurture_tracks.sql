-- one row per lead, with the nurture track that the stage that counts and its health
-- call for
{%- set health_in_words -%}
    case
        when engagement_health = 'Not known'
        then 'of unknown engagement'
        else engagement_health
    end
{%- endset %}

with

    leads_with_feedback_flags as (select * from {{ ref("leads_with_feedback_flags") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    track_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'track'

    ),

    -- a lead that a person moved is nurtured by where it was moved to
    placed as (

        select
            leads.*, coalesce(lead_overrides.stage, simulated_stage) as effective_stage
        from leads_with_feedback_flags as leads
        left join lead_overrides on leads.lead_id = lead_overrides.lead_id

    ),

    decided as (

        select
            *,
            -- order is precedence: the first true line wins
            case
                when effective_stage = 'Customer'
                then 'customer'
                when engagement_health = 'Dormant' or effective_stage = 'Disqualified'
                then 'win_back'
                when effective_stage = 'SQL' and engagement_health = 'Stale'
                then 'rescue'
                when effective_stage = 'SQL'
                then 'close'
                when effective_stage = 'MQL' and engagement_health = 'Stale'
                then 'cooling_mql'
                when
                    effective_stage = 'MQL'
                    and stage_rule = 'cooled_off'
                    and days_since_engaged is null
                then 'unheard_mql'
                else 'educate'
            end as track_rule
        from placed

    ),

    explained as (

        select
            decided.*,
            track_rules.outcome as nurture_track,
            {{
                fill_places(
                    "track_rules.reason",
                    {
                        "engagement_health": health_in_words,
                        "effective_stage": "effective_stage",
                    },
                )
            }} as track_reason
        from decided
        left join track_rules on decided.track_rule = track_rules.rule_id

    )

select *
from explained
