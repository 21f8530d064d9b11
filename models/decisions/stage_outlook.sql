-- one row per lead whose stage lapses by itself if nothing more happens: on which day,
-- and to which stage. It knows how the rules of intent and engagement lapse; about a
-- lead that another rule decides it says nothing
{%- set bars = ["mql_min_intent", "sql_min_intent", "sql_keep_min_intent"] %}
{#- a day that any half-life has long passed -#}
{%- set farthest = 1024 %}
{%- set halfway -%}
    cast((bars.held_for + bars.lapsed_after) / 2 as {{ dbt.type_int() }})
{%- endset %}

with

    leads_with_stages as (

        select *
        from {{ ref("leads_with_stages") }}
        where
            stage_rule in (
                'not_scored_sql',
                'sales_ready',
                'kept_by_sales',
                'cooled_off',
                'marketing_qualified'
            )

    ),

    decision_context as (select * from {{ ref("decision_context") }}),

    intent_receipts as (select * from {{ ref("intent_receipts") }}),

    min_intents as (
        {% for bar in bars %}
            select '{{ bar }}' as bar, {{ bar }} as min_intent
            from decision_context
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    -- a score of the CRM's is taken to stay as it is
    bars as (

        select
            leads_with_stages.lead_id,
            min_intents.bar,
            min_intents.min_intent,
            0 as held_for,
            {{ farthest }} as lapsed_after
        from leads_with_stages
        inner join
            min_intents on leads_with_stages.intent_score >= min_intents.min_intent
        where leads_with_stages.intent_source = 'activities' and min_intent > 0

    ),

    -- intent only falls if nothing more happens: the day is found by halving
    {%- for step in range(10) %}
        {%- set earlier = "halved_%s" % (step - 1) if step else "bars" %}

        summed_{{ step }} as (

            select
                bars.lead_id,
                bars.bar,
                bars.min_intent,
                bars.held_for,
                bars.lapsed_after,
                {{ halfway }} as days_ahead,
                sum(
                    {{
                        decayed_points(
                            "full_points",
                            "half_life_days",
                            "(age_days + %s)" % halfway,
                        )
                    }}
                ) as points
            from {{ earlier }} as bars
            inner join intent_receipts on bars.lead_id = intent_receipts.lead_id
            group by
                bars.lead_id,
                bars.bar,
                bars.min_intent,
                bars.held_for,
                bars.lapsed_after

        ),

        halved_{{ step }} as (

            select
                lead_id,
                bar,
                min_intent,
                case
                    when points >= min_intent then days_ahead else held_for
                end as held_for,
                case
                    when points >= min_intent then lapsed_after else days_ahead
                end as lapsed_after
            from summed_{{ step }}

        ),
    {%- endfor %}

    lapses as (

        select
            lead_id,
            {%- for bar in bars %}
                max(
                    case
                        when bar = '{{ bar }}' and lapsed_after < {{ farthest }}
                        then lapsed_after
                    end
                ) as {{ bar }}_lapses_in
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from halved_9
        group by lead_id

    ),

    -- by the same comparisons as the rules of the stage
    ahead as (

        select
            leads_with_stages.lead_id,
            leads_with_stages.simulated_stage,
            leads_with_stages.stage_rule,
            leads_with_stages.funnel_stage,
            leads_with_stages.intent_score,
            leads_with_stages.days_since_engaged,
            decision_context.*,
            lapses.mql_min_intent_lapses_in,
            least(
                lapses.sql_min_intent_lapses_in,
                sql_max_quiet_days - days_since_engaged + 1
            ) as sales_ready_for,
            least(
                lapses.sql_keep_min_intent_lapses_in,
                sql_keep_max_quiet_days - days_since_engaged + 1
            ) as kept_for
        from leads_with_stages
        cross join decision_context
        left join lapses on leads_with_stages.lead_id = lapses.lead_id

    ),

    lapsing as (

        select
            *,
            case
                when simulated_stage = 'MQL'
                then mql_min_intent_lapses_in
                when stage_rule = 'not_scored_sql' or funnel_stage != 'SQL'
                then sales_ready_for
                else
                    greatest(
                        case
                            when intent_score >= sql_min_intent then sales_ready_for
                        end,
                        case when intent_score >= sql_keep_min_intent then kept_for end
                    )
            end as lapses_in
        from ahead

    )

select
    lead_id,
    case
        when simulated_stage = 'SQL' and lapses_in < mql_min_intent_lapses_in
        then 'MQL'
        when
            simulated_stage = 'SQL'
            and mql_min_intent_lapses_in is null
            and (intent_score is null or intent_score >= mql_min_intent)
        then 'MQL'
        else 'Lead'
    end as leaves_stage_for,
    {{ days_later("as_of_date", "cast(lapses_in as %s)" % dbt.type_int()) }}
    as leaves_stage_on
from lapsing
where lapses_in > 0
