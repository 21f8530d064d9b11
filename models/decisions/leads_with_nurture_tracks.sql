-- one row per lead, with the nurture track that its stage and health call for
{%- set health_in_words -%}
    case
        when engagement_health = 'Not known'
        then 'of unknown engagement'
        else engagement_health
    end
{%- endset %}

with

    leads_with_feedback_flags as (select * from {{ ref("leads_with_feedback_flags") }}),

    track_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'track'

    ),

    decided as (

        select
            *,
            -- order is precedence: the first true line wins
            case
                when simulated_stage = 'Customer'
                then 'customer'
                when engagement_health = 'Dormant' or simulated_stage = 'Disqualified'
                then 'win_back'
                when simulated_stage = 'SQL' and engagement_health = 'Stale'
                then 'rescue'
                when simulated_stage = 'SQL'
                then 'close'
                when simulated_stage = 'MQL' and engagement_health = 'Stale'
                then 'cooling_mql'
                when stage_rule = 'cooled_off' and engagement_health = 'Not known'
                then 'unheard_mql'
                else 'educate'
            end as track_rule
        from leads_with_feedback_flags

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
                        "simulated_stage": "simulated_stage",
                    },
                )
            }} as track_reason
        from decided
        left join track_rules on decided.track_rule = track_rules.rule_id

    )

select *
from explained
