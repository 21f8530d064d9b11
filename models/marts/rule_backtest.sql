-- one row per stage rule: how often the leads that earn it turned out to be customers,
-- of those whose outcome is known
{%- set z = "1.959964" %}

with

    leads_with_stages as (select * from {{ ref("leads_with_stages") }}),

    decision_rules as (select * from {{ ref("decision_rules") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    -- by what a lead earned, not by the outcome that the CRM has on record
    judged as (

        select
            leads_with_stages.earned_rule,
            case when on_record.outcome = 'won' then 1 else 0 end as won
        from leads_with_stages
        inner join
            lifecycle_stages as on_record
            on leads_with_stages.funnel_stage = on_record.stage
        where on_record.outcome is not null

    ),

    counted as (

        select
            earned_rule,
            count(*) as lead_count,
            sum(won) as win_count,
            {{ ratio("sum(won)", "count(*)") }} as win_rate,
            cast(sum(sum(won)) over () as {{ type_double() }})
            / sum(count(*)) over () as overall_win_rate
        from judged
        group by earned_rule

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
            (select {{ z }} * cast({{ z }} as {{ type_double() }}) as z_squared) as z

    )

select
    bounded.earned_rule as stage_rule,
    decision_rules.outcome as simulated_stage,
    lifecycle_stages.stage_order,
    bounded.lead_count,
    cast(bounded.win_count as {{ dbt.type_bigint() }}) as win_count,
    bounded.win_rate,
    {{ rounded("bounded.centre - bounded.half_width", 4) }} as win_rate_low,
    {{ rounded("bounded.centre + bounded.half_width", 4) }} as win_rate_high,
    bounded.overall_win_rate,
    {{ ratio("bounded.win_rate", "bounded.overall_win_rate") }} as lift
from bounded
left join decision_rules on bounded.earned_rule = decision_rules.rule_id
left join lifecycle_stages on decision_rules.outcome = lifecycle_stages.stage
