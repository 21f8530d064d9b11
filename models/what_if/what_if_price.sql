-- one row per stage that the candidate has leads enter or leave, or called more or less
-- often, and group of leads by whether they stand there or beyond: before, after, added
-- (after only) and dropped (before only)
{#- who is in the group, and whose stage says how often they are called -#}
{%- set groups = {
    "before": ("was_in", "before"),
    "after": ("is_in", "after"),
    "added": ("is_in and not was_in", "after"),
    "dropped": ("was_in and not is_in", "before"),
} %}

with

    what_if_leads as (select * from {{ ref("what_if_leads") }}),

    last_decisions as (select * from {{ last_build("landmark_decisions") }}),

    landmark_decisions as (select * from {{ ref("landmark_decisions") }}),

    -- who is won or lost stands at none of them
    open_stages as (

        select *, stage_order = max(stage_order) over () as is_last_stage
        from {{ ref("lifecycle_stages") }}
        where outcome is null

    ),

    {%- for side, relation in [
        ("before", last_build("service_levels_in_force")),
        ("after", ref("service_levels_in_force")),
    ] %}

        stages_{{ side }} as (

            select
                open_stages.stage,
                open_stages.stage_order,
                -- before the last stage no rule calls by a rhythm
                case
                    when open_stages.is_last_stage
                    then {{ ratio("7", "service_levels.touch_every_days") }}
                end as calls_per_week
            from open_stages
            left join
                {{ relation }} as service_levels
                on open_stages.stage = service_levels.stage

        ),
    {%- endfor %}

    stands as (

        select
            what_if_leads.lead_id,
            case
                when what_if_leads.owner_before != 'Unassigned'
                then what_if_leads.owner_before
            end as owner,
            1 as is_now,
            0 as is_won,
            stages_before.stage_order as order_before,
            stages_after.stage_order as order_after,
            stages_before.calls_per_week as calls_before,
            stages_after.calls_per_week as calls_after
        from what_if_leads
        left join stages_before on what_if_leads.stage_before = stages_before.stage
        left join stages_after on what_if_leads.stage_after = stages_after.stage
        union all
        select
            landmark_decisions.lead_id,
            null as owner,
            0 as is_now,
            case when landmark_decisions.is_won_within then 1 else 0 end as is_won,
            last_decisions.stage_order as order_before,
            landmark_decisions.stage_order as order_after,
            null as calls_before,
            null as calls_after
        from landmark_decisions
        inner join
            last_decisions
            on landmark_decisions.lead_id = last_decisions.lead_id
            and landmark_decisions.nth = last_decisions.nth

    ),

    compared as (

        select
            open_stages.stage,
            stands.*,
            coalesce(stands.order_before >= open_stages.stage_order, false) as was_in,
            coalesce(stands.order_after >= open_stages.stage_order, false) as is_in
        from stands
        cross join open_stages

    ),

    by_lead as (
        {% for name, (condition, side) in groups.items() %}
            select
                stage,
                '{{ name }}' as lead_group,
                lead_id,
                sum(is_now) as now_count,
                sum(calls_{{ side }}) as calls_per_week,
                sum(1 - is_now) as row_count,
                sum(is_won) as win_count
            from compared
            where {{ condition }}
            group by stage, lead_id
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    counted_now as (

        select
            stage,
            lead_group,
            sum(now_count) as lead_count,
            sum(calls_per_week) as calls_per_week
        from by_lead
        group by stage, lead_group

    ),

    rated as (

        select
            *,
            {{
                ratio(
                    "sum(win_count) over (partition by stage, lead_group)",
                    "sum(row_count) over (partition by stage, lead_group)",
                )
            }} as win_rate
        from by_lead
        where row_count > 0

    ),

    -- a lead stands at several landmarks, which are no leads of their own
    counted_then as (

        select
            stage,
            lead_group,
            win_rate,
            sum(row_count) as row_count,
            count(*) as lead_count,
            sum(win_count) as win_count,
            {{ effective_count("row_count", "win_count", "win_rate") }}
            as effective_count
        from rated
        group by stage, lead_group, win_rate

    ),

    -- of whom there are none is said, too
    groups as (

        select
            open_stages.stage,
            open_stages.owner_team,
            open_stages.stage_order,
            open_stages.is_last_stage,
            named.lead_group,
            named.group_order
        from open_stages
        cross join
            (
                {% for name in groups %}
                    select '{{ name }}' as lead_group, {{ loop.index }} as group_order
                    {% if not loop.last %}
                        union all
                    {% endif %}
                {% endfor %}
            ) as named
        where
            open_stages.stage
            in (select compared.stage from compared where was_in != is_in)
            or open_stages.stage in (
                select stages_before.stage
                from stages_before
                inner join stages_after on stages_before.stage = stages_after.stage
                where
                    stages_before.calls_per_week
                    is distinct from stages_after.calls_per_week
            )

    ),

    reps as (

        select stage, count(distinct owner) as rep_count
        from compared
        where was_in
        group by stage

    ),

    wins as (select sum(is_won) as all_win_count from stands)

select
    groups.stage,
    groups.lead_group,
    groups.owner_team,
    groups.stage_order,
    groups.group_order,
    cast(coalesce(counted_now.lead_count, 0) as {{ dbt.type_bigint() }}) as lead_count,
    coalesce(reps.rep_count, 0) as rep_count,
    cast(
        coalesce(counted_then.row_count, 0) as {{ dbt.type_bigint() }}
    ) as past_row_count,
    coalesce(counted_then.lead_count, 0) as past_lead_count,
    cast(coalesce(counted_then.win_count, 0) as {{ dbt.type_bigint() }}) as win_count,
    cast(coalesce(wins.all_win_count, 0) as {{ dbt.type_bigint() }}) as all_win_count,
    {{ rounded("coalesce(counted_now.calls_per_week, 0)", 4) }} as calls_per_week,
    {{ rounded(ratio("coalesce(counted_now.calls_per_week, 0)", "reps.rep_count"), 4) }}
    as calls_per_rep,
    {{ rounded("counted_then.win_rate", 4) }} as win_rate,
    {%- for side in ["low", "high"] %}
        {{
            rounded(
                wilson(
                    "counted_then.win_rate * counted_then.effective_count",
                    "counted_then.effective_count",
                    side,
                ),
                4,
            )
        }} as win_rate_{{ side }},
    {%- endfor %}
    {{ rounded(ratio("coalesce(counted_then.win_count, 0)", "wins.all_win_count"), 4) }}
    as caught_share,
    groups.is_last_stage
from groups
left join
    counted_now
    on groups.stage = counted_now.stage
    and groups.lead_group = counted_now.lead_group
left join
    counted_then
    on groups.stage = counted_then.stage
    and groups.lead_group = counted_then.lead_group
left join reps on groups.stage = reps.stage
cross join wins
