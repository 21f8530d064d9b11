-- What a simulation came to, over its worlds: each part's numbers are means of worlds,
-- with intervals of 95 % by Student's t, which are null where there is one world.
-- The quantile of t for so many degrees of freedom, by its expansion about the
-- normal's:
-- good to three thousandths from four degrees on.
create temp macro z_95() as 1.959963984540054
;

create temp macro t_95(degrees) as
    case
        degrees
        when 1
        then 12.7062
        when 2
        then 4.3027
        when 3
        then 3.1824
        else
            z_95()
            + (pow(z_95(), 3) + z_95()) / (4 * degrees)
            + (5 * pow(z_95(), 5) + 16 * pow(z_95(), 3) + 3 * z_95())
            / (96 * pow(degrees, 2))
            + (
                3 * pow(z_95(), 7)
                + 19 * pow(z_95(), 5)
                + 17 * pow(z_95(), 3)
                - 15 * z_95()
            )
            / (384 * pow(degrees, 3))
    end
;

create temp macro margin_95(value) as
    t_95(nullif(count(value) - 1, 0)) * stddev_samp(value) / sqrt(count(value))
;

-- one row per arm in a world
create temp table part_worlds as
with

    counted as (

        select
            universe,
            count(*) filter (fate = 'won') as customers,
            sum(touch_count)::bigint as touches,
            sum(untimely_count)::bigint as untimely_touches,
            count(*) filter (fate in ('elsewhere', 'gone')) as bought_elsewhere,
            count(*) filter (is_silent) as lost_to_silence,
            count(*) filter (fate = 'opted_out') as opted_out,
            count(*) filter (touch_count = 0) as never_touched,
            median(date_diff('day', created_on, first_touched_at::date))
            as days_to_first_touch
        from standing
        group by universe

    )

select
    arms.arm,
    arms.policy,
    arms.people,
    arms.sql_min_intent,
    arms.is_compared,
    universes.world,
    counted.* exclude (universe)
from counted
join universes using (universe)
join arms using (arm)
order by arms.arm, universes.world
;

-- one row per policy that is compared
create temp table part_policies as
with

    paired as (

        select
            worlds.*,
            worlds.customers / nullif(oracle.customers, 0) as share_of_oracle,
            worlds.touches / nullif(worlds.customers, 0) as touches_per_customer,
            worlds.customers - in_force.customers as more_customers
        from part_worlds as worlds
        join
            part_worlds as in_force
            on worlds.world = in_force.world
            and in_force.policy = 'in_force'
            and in_force.is_compared
        left join
            part_worlds as oracle
            on worlds.world = oracle.world
            and oracle.policy = 'oracle'
        where worlds.is_compared

    )

select
    policy,
{% for measure in [
    "customers",
    "more_customers",
    "share_of_oracle",
    "touches",
    "touches_per_customer",
    "untimely_touches",
    "days_to_first_touch",
    "never_touched",
    "bought_elsewhere",
    "lost_to_silence",
    "opted_out",
] %}
    avg({{ measure }}) as {{ measure }},
    avg({{ measure }}) - margin_95({{ measure }}) as {{ measure }}_low,
    avg({{ measure }}) + margin_95({{ measure }}) as {{ measure }}_high,
{% endfor %}
    min(arm) as arm
from paired
group by policy
order by arm
;

-- one row per policy that is compared and team: its people, and its list
create temp table part_teams as
select
    arms.arm,
    arms.policy,
    hands.team,
    hands.hands as people,
    avg(list_days.listed) as mean_listed,
    max(list_days.listed) as most_listed
from arms
join hands using (arm)
join universes using (arm)
left join
    list_days
    on universes.universe = list_days.universe
    and hands.team = list_days.team
where arms.is_compared
group by arms.arm, arms.policy, hands.team, hands.hands
order by arms.arm, hands.team
;

-- one row per policy that is compared, team and week: how long its list was
create temp table part_lists as
select
    arms.arm,
    arms.policy,
    list_days.team,
    date_trunc('week', list_days.day)::date as week_from,
    sum(list_days.listed)
    / (select count(distinct world) from universes)
    / count(distinct list_days.day) as mean_listed
from list_days
join universes using (universe)
join arms using (arm)
where arms.is_compared
group by all
order by arm, team, week_from
;

-- one row per policy that is compared, day and stage: how many leads stood there
create temp table part_stages as
select
    arms.arm,
    arms.policy,
    stage_days.day,
    stage_days.stage,
    round(
        sum(stage_days.leads) / (select count(distinct world) from universes), 1
    ) as leads
from stage_days
join universes using (universe)
join arms using (arm)
where arms.is_compared
group by all
order by arm, day, stage
;

-- one row per policy that is compared, week and pair of stages: who went from one to
-- the other; from nowhere is who came
create temp table part_flows as
select
    arms.arm,
    arms.policy,
    date_trunc('week', moves.day)::date as week_from,
    moves.from_stage,
    moves.stage,
    round(count(*) / (select count(distinct world) from universes), 2) as leads
from moves
join universes using (universe)
join arms using (arm)
where arms.is_compared and moves.day <= (select as_of_date from crm.as_of)
group by all
order by arm, week_from, from_stage nulls first, stage
;

-- one row per number of people who call, and threshold for whom
create temp table part_capacity as
with

    measured as (

        select
            people,
            sql_min_intent,
            bool_or(is_compared) as is_today,
            avg(customers) as customers,
            avg(customers) - margin_95(customers) as customers_low,
            avg(customers) + margin_95(customers) as customers_high,
            avg(touches) as touches
        from part_worlds
        where policy = 'in_force'
        group by people, sql_min_intent

    )

select
    *,
    customers = max(customers) over (partition by people) as is_best
from measured
order by people, sql_min_intent
;
