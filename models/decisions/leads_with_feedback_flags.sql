-- one row per lead, with its engagement health: how long ago it last gave feedback
with

    leads_with_stages as (select * from {{ ref("leads_with_stages") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    health_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'health'

    ),

    decided as (

        select
            leads_with_stages.*,
            -- order is precedence: the first true line wins
            case
                when days_since_engaged <= active_max_days
                then 'engaged_recently'
                when days_since_engaged <= stale_max_days
                then 'going_quiet'
                when days_since_engaged is null
                then 'never_engaged'
                else 'gone_quiet'
            end as health_rule
        from leads_with_stages
        cross join decision_context

    ),

    explained as (

        select
            decided.*,
            health_rules.outcome as engagement_health,
            {{ fill_places("health_rules.reason", ["last_engagement"]) }}
            as health_reason
        from decided
        left join health_rules on decided.health_rule = health_rules.rule_id

    )

select *
from explained
