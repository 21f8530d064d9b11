-- one row per segment and stage from which fewer of its leads went on within the
-- horizon than of the other segments of its kind: what it cost, whether chance
-- explains it, and whether somebody can change it
{%- set horizon = horizon_days() %}
{%- set steps = {
    "Lead": ["lead_on", "least(mql_on, sql_on, customer_on)"],
    "MQL": ["mql_on", "least(sql_on, customer_on)"],
    "SQL": ["sql_on", "customer_on"],
} %}
{%- set added = whole_number_setting("comparable_min_leads", 0, 1000000) %}
{%- set levers = columns_of_leads("levers") %}
{%- set changing = columns_of_leads("changing_segments") %}
{%- set segment_columns = [] %}
{%- for segment_type in segments() %}
    {%- do segment_columns.append("segment_" ~ loop.index) %}
{%- endfor %}

with

    lead_progress as (select * from {{ ref("lead_progress") }}),

    conversion_funnel as (select * from {{ ref("conversion_funnel") }}),

    segment_counts as (select * from {{ ref("segment_counts") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    stage_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'stage'

    ),

    as_of as (select * from {{ ref("as_of") }}),

    entered as (
        {% for stage, days in steps.items() %}
            select
                {%- for column in segment_columns %} {{ column }}, {%- endfor %}
                '{{ stage }}' as stage,
                furthest_stage_order,
                customer_on,
                {{ days[0] }} as entered_on,
                {{ days[1] }} as went_on_on
            from lead_progress
            where {{ days[0] }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    -- who has not had the horizon yet may still go on; who went on nobody knows when is
    -- no evidence either way, nor is who had gone further before it fell back to the
    -- stage
    mature as (

        select
            entered.*,
            lifecycle_stages.next_stage,
            entered.went_on_on
            <= {{ days_later("entered.entered_on", horizon) }} as went_on,
            entered.customer_on
            <= {{ days_later("entered.entered_on", horizon) }} as was_won,
            entered.went_on_on is null
            and entered.furthest_stage_order
            > lifecycle_stages.stage_order as is_undated,
            furthest.outcome is not null as is_ever_won
        from entered
        cross join as_of
        inner join lifecycle_stages on entered.stage = lifecycle_stages.stage
        inner join
            lifecycle_stages as furthest
            on entered.furthest_stage_order = furthest.stage_order
        where
            {{ days_later("entered.entered_on", horizon) }} <= as_of.as_of_date
            and (entered.went_on_on is null or entered.went_on_on >= entered.entered_on)

    ),

    -- by each kind of segment and, for what is won from a stage, by none
    grouped as (

        select
            {{ grouped_segment(segments()) }},
            stage,
            next_stage,
            count(*) as row_count,
            count(case when not is_ever_won then 1 end) as never_won_count,
            count(case when not is_undated then 1 end) as lead_count,
            count(case when went_on then 1 end) as went_on_count,
            count(case when was_won then 1 end) as win_count,
            count(case when is_undated then 1 end) as undated_count
        from mature
        group by
            grouping sets (
                (stage, next_stage)
                {%- for column in segment_columns %}
                    , ({{ column }}, stage, next_stage)
                {%- endfor %}
            )

    ),

    won_from as (

        select stage, {{ ratio("win_count", "lead_count") }} as customer_rate
        from grouped
        where segment_type = 'all'

    ),

    -- leads get an owner once they look good: those without one are no peers of the
    -- others; an owner of many leads with more than four in five of them won, as an
    -- account manager is, was given them with the win, and so is any segment of many
    -- leads that were all won
    counted as (

        select
            segment_type,
            segment,
            stage,
            next_stage,
            lead_count,
            went_on_count,
            undated_count
        from grouped
        where
            segment != 'Unassigned'
            and (
                row_count < 10
                or never_won_count * 5 >= row_count
                or (segment_type != 'sales_owner' and never_won_count > 0)
            )

    ),

    summed as (

        select
            *,
            count(*) over (partition by segment_type, stage)
            * {{ segments() | length }} as comparison_count,
            sum(lead_count) over (partition by segment_type, stage) as all_count,
            sum(went_on_count) over (
                partition by segment_type, stage
            ) as all_went_on_count,
            sum(undated_count) over (
                partition by segment_type, stage
            ) as all_undated_count
        from counted
        where lead_count > 0

    ),

    -- the bar is all other segments pooled, not the best of them, which luck picks; as
    -- many leads of the common rate are added as it takes to compare at all
    pooled as (

        select
            *,
            {{ ratio("went_on_count", "lead_count") }} as conversion_rate,
            all_count - lead_count + {{ added }} as other_count,
            all_went_on_count
            - went_on_count
            + {{ added }}
            * {{ ratio("all_went_on_count", "all_count") }} as other_went_on_count,
            all_undated_count - undated_count as other_undated_count
        from summed
        where all_count > lead_count

    ),

    -- who went on nobody knows when may have done so in time, or not
    compared as (

        select
            *,
            {{ ratio("other_went_on_count", "other_count") }} as bar_rate,
            {%- for side, whose in [("own", ""), ("bar", "other_")] %}
                {%- set went_on = whose ~ "went_on_count" %}
                {%- set all_of_them = whose ~ ("count" if whose else "lead_count") %}
                {%- set undated = whose ~ "undated_count" %}
                {{ wilson(went_on, "(%s + %s)" % (all_of_them, undated), "low") }}
                as {{ side }}_low,
                {{
                    wilson(
                        "(%s + %s)" % (went_on, undated),
                        "(%s + %s)" % (all_of_them, undated),
                        "high",
                    )
                }} as {{ side }}_high
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from pooled

    ),

    -- Newcombe's interval of the difference of two rates
    bounded as (

        select
            *,
            bar_rate - conversion_rate as gap,
            bar_rate
            - conversion_rate
            - sqrt(
                power(bar_rate - bar_low, 2) + power(own_high - conversion_rate, 2)
            ) as gap_low,
            bar_rate
            - conversion_rate
            + sqrt(
                power(bar_high - bar_rate, 2) + power(conversion_rate - own_low, 2)
            ) as gap_high
        from compared
        where bar_rate > conversion_rate

    ),

    rules_by_segment as (

        select
            segment_type,
            segment,
            effective_stage,
            stage_rule,
            sum(lead_count) as lead_count
        from segment_counts
        group by segment_type, segment, effective_stage, stage_rule

    ),

    main_rules as (

        select *
        from
            (
                select
                    *,
                    row_number() over (
                        partition by segment_type, segment, effective_stage
                        order by lead_count desc, stage_rule
                    ) as place
                from rules_by_segment
            ) as ranked
        where place = 1

    ),

    -- among eight that are all alike the last one looks bad by chance: the more there
    -- are to compare, of each kind and in kinds, the further out a gap must lie
    -- (Bonferroni's correction; a kind has its share, however many it counts)
    tested as (

        select
            *,
            gap / (gap - gap_low) * {{ z_95() }}
            > {{ z_of_tail("0.025 / comparison_count") }} as is_beyond_noise
        from bounded

    ),

    judged as (

        select
            tested.*,
            lifecycle_stages.owner_team,
            lifecycle_stages.stage_order,
            main_rules.stage_rule as main_rule,
            coalesce(main_rules.lead_count, 0) as main_rule_count,
            conversion_funnel.standing_count,
            stage_rules.next_step,
            -- of those who reach the next stage, the share that is won
            case
                when next_stages.outcome = 'won' then 1 else won_from.customer_rate
            end as customer_rate,
            case
                when next_stages.outcome is null
                then 'The rules decide this step by intent, and no team by hand'
                when
                    tested.segment_type
                    not in ({%- for lever in levers %}'{{ lever }}', {%- endfor %} '')
                then
                    concat(
                        case
                            when
                                tested.segment_type in (
                                    {%- for name in changing %}
                                        '{{ name }}',
                                    {%- endfor %}
                                    ''
                                )
                            then 'What became of it may have set the '
                            else 'Nobody can change the '
                        end,
                        replace(tested.segment_type, '_', ' '),
                        ' of a lead'
                    )
                when tested.segment in ('Unknown', 'Other', 'None')
                then 'Who these leads are is not known'
                when
                    not tested.is_beyond_noise and not
                    {{ mostly_dated("tested.went_on_count", "tested.undated_count") }}
                then 'Of too many that went on nobody knows when'
            end as finding
        from tested
        inner join lifecycle_stages on tested.stage = lifecycle_stages.stage
        inner join
            lifecycle_stages as next_stages on tested.next_stage = next_stages.stage
        left join won_from on tested.next_stage = won_from.stage
        left join
            conversion_funnel
            on tested.segment_type = conversion_funnel.segment_type
            and tested.segment = conversion_funnel.segment
            and tested.stage = conversion_funnel.stage
        left join
            main_rules
            on tested.segment_type = main_rules.segment_type
            and tested.segment = main_rules.segment
            and tested.stage = main_rules.effective_stage
        left join stage_rules on main_rules.stage_rule = stage_rules.rule_id

    )

select
    segment_type,
    segment,
    stage,
    next_stage,
    owner_team,
    main_rule,
    next_step,
    finding,
    cast(lead_count as {{ dbt.type_bigint() }}) as lead_count,
    cast(went_on_count as {{ dbt.type_bigint() }}) as went_on_count,
    cast(coalesce(standing_count, 0) as {{ dbt.type_bigint() }}) as stuck_count,
    cast(main_rule_count as {{ dbt.type_bigint() }}) as main_rule_count,
    conversion_rate,
    bar_rate,
    gap,
    {{ rounded("gap_low", 4) }} as gap_low,
    {{ rounded("gap_high", 4) }} as gap_high,
    lead_count * gap as extra_leads,
    {{ rounded("lead_count * gap_low", 2) }} as extra_leads_low,
    {{ rounded("lead_count * gap_high", 2) }} as extra_leads_high,
    customer_rate,
    lead_count * gap * customer_rate as extra_customers,
    {{ rounded("lead_count * gap_low * customer_rate", 2) }} as extra_customers_low,
    {{ rounded("lead_count * gap_high * customer_rate", 2) }} as extra_customers_high,
    is_beyond_noise,
    finding is null as is_lever,
    is_beyond_noise and finding is null as is_opportunity
from judged
