-- one row per lead, with its engagement health: how long ago it last gave feedback
with

    leads_with_stages as (select * from {{ ref("leads_with_stages") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    -- where next to nothing tells of engagement, nobody is quiet for want of it
    engagements as (

        select
            {{
                ratio(
                    "100 * count(coalesce(last_engaged, cast(engaged_at as date)))",
                    "count(*)",
                )
            }} as engaged_percent
        from {{ ref("stg_leads") }} as stg_leads
        left join
            {{ ref("lead_signals") }} as lead_signals
            on stg_leads.lead_id = lead_signals.lead_id

    ),

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
                when
                    days_since_engaged is null
                    and engaged_percent >= engaged_min_percent
                    and {{ days_between("created_at", "leads_with_stages.as_of_date") }}
                    <= active_max_days
                then 'came_recently'
                when
                    days_since_engaged is null
                    and engaged_percent >= engaged_min_percent
                then 'never_engaged'
                when days_since_engaged is not null
                then 'gone_quiet'
                else 'engagement_not_known'
            end as health_rule
        from leads_with_stages
        cross join decision_context
        cross join engagements

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
