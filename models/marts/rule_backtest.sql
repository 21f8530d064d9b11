-- one row a stage rule: how often the leads it would hold for turned out to be
-- customers, of those whose outcome is known and judged as if it were not
-- depends_on: {{ ref("leads_with_stages") }}
{%- set z = "1.959964" %}

with

    stg_leads as (select * from {{ ref("stg_leads") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    decision_rules as (select * from {{ ref("decision_rules") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    masked as (

        select
            'Lead' as funnel_stage,
            stg_leads.intent_score,
            {{
                dbt.datediff(
                    "stg_leads.last_engaged", "decision_context.as_of_date", "day"
                )
            }} as days_since_engaged,
            decision_context.mql_min_intent,
            decision_context.sql_min_intent,
            decision_context.sql_max_quiet_days,
            case when stg_leads.funnel_stage = 'Customer' then 1 else 0 end as won
        from stg_leads
        cross join decision_context
        where stg_leads.funnel_stage in ('Customer', 'Disqualified')

    ),

    -- the very case that decides about leads whose outcome is not known
    judged as (

        select won, {{ decision_case("leads_with_stages", "stage_rule") }} from masked

    ),

    counted as (

        select
            stage_rule,
            count(*) as lead_count,
            sum(won) as win_count,
            {{ ratio("sum(won)", "count(*)") }} as win_rate,
            cast(sum(sum(won)) over () as double precision)
            / sum(count(*)) over () as overall_win_rate
        from judged
        group by stage_rule

    ),

    -- Wilson's interval: centre and half width, in which few leads count for little
    bounded as (

        select
            *,
            (win_rate + z_squared / (2 * lead_count))
            / (1 + z_squared / lead_count) as centre,
            sqrt(
                z_squared * (
                    win_rate * (1 - win_rate) / lead_count
                    + z_squared / (4 * lead_count * lead_count)
                )
            )
            / (1 + z_squared / lead_count) as half_width
        from counted
        cross join
            (select {{ z }} * cast({{ z }} as double precision) as z_squared) as z

    )

select
    bounded.stage_rule,
    decision_rules.outcome as simulated_stage,
    lifecycle_stages.stage_order,
    bounded.lead_count,
    cast(bounded.win_count as {{ dbt.type_bigint() }}) as win_count,
    bounded.win_rate,
    round(bounded.centre - bounded.half_width, 4) as win_rate_low,
    round(bounded.centre + bounded.half_width, 4) as win_rate_high,
    bounded.overall_win_rate,
    {{ ratio("bounded.win_rate", "bounded.overall_win_rate") }} as lift
from bounded
left join decision_rules on bounded.stage_rule = decision_rules.rule_id
left join lifecycle_stages on decision_rules.outcome = lifecycle_stages.stage
