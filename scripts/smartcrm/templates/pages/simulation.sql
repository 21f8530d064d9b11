-- What a simulation came to, over its worlds: each part's numbers are means of worlds,
-- with intervals of 95 % by Student's t, which are null where there is one world.
-- The quantile of t for so many degrees of freedom: its expansion about the normal's,
-- good to a thousandth from four degrees on, and as it is for fewer.
create temp macro z_95() as 1.959963984540054::double
;

create temp macro t_95(degrees) as case
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
        + (
            79 * pow(z_95(), 9)
            + 776 * pow(z_95(), 7)
            + 1482 * pow(z_95(), 5)
            - 1920 * pow(z_95(), 3)
            - 945 * z_95()
        )
        / (92160 * pow(degrees, 4))
end
;

create temp macro margin_95(value) as
    t_95(nullif(count(value) - 1, 0)) * stddev_samp(value) / sqrt(count(value))
;

-- of a ratio of sums, to the first order: its numerator less what the ratio would have
-- made of its denominator, world by world
create temp macro ratio_margin_95(value, per) as
    t_95(nullif(count(value) - 1, 0)) * sqrt(
        greatest(
            var_samp(value)
            + pow(sum(value) / sum(per), 2) * var_samp(per)
            - 2 * sum(value) / sum(per) * covar_samp(value, per),
            0
        )
        / count(value)
    )
    / avg(per)
;

-- null where one world can't tell; worlds that all agree have no spread to judge by,
-- and six of them agree by chance once in 32 times
create temp macro is_beyond_noise(value) as
abs(avg(value)) > margin_95(value)
and (var_samp(value) > 0 or count(value) >= 6)
;

-- a count is never below none
create temp macro not_below_none(value) as case when value < 0 then 0 else value end
;

{% macro mean(measure, digits=2, is_difference=false) %}
    round(avg({{ measure }}), {{ digits }}) as {{ measure }},
    round(
        {{ "" if is_difference else "not_below_none" }} (
            avg({{ measure }}) - margin_95({{ measure }})
        ),
        {{ digits }}
    ) as {{ measure }}_low,
    round(
        avg({{ measure }}) + margin_95({{ measure }}), {{ digits }}
    ) as {{ measure }}_high,
{% endmacro %}
-- of all worlds together, as the numbers beside it are; and a world without a customer,
-- which has no ratio of its own, counts
{% macro ratio(measure, value, per, digits=2) %}
    case
        when sum({{ per }}) > 0
        then round(sum({{ value }}) / sum({{ per }}), {{ digits }})
    end as {{ measure }},
    {% for end, sign in [("low", "-"), ("high", "+")] %}
        case
            when sum({{ per }}) > 0
            then
                round(
                    not_below_none(
                        sum({{ value }}) / sum({{ per }})
                        {{ sign }} ratio_margin_95({{ value }}, {{ per }})
                    ),
                    {{ digits }}
                )
        end as {{ measure }}_{{ end }},
    {% endfor %}
{% endmacro %}
-- one row: how big the simulation is, and what it started from
create temp table part_facts as
select
    min(day) as first_day,
    max(day) as as_of_date,
    count(*) as day_count,
    (select count(distinct world) from universes) as world_count,
    (select count(*) from people where world = 1) as lead_count,
    getvariable('seed')::bigint as seed,
    (
        select owner_team from built.main.lifecycle_stages where stage = 'SQL'
    ) as caller_team,
    (
        select people from arms where policy = 'in_force' and is_compared
    ) as people,
    (
        select sql_min_intent from arms where policy = 'in_force' and is_compared
    ) as sql_min_intent,
    (
        select count(distinct sql_min_intent) > 1 from arms where policy = 'in_force'
    ) as is_swept,
    (
        select count(*) from built.main.leads where intent_source = 'crm'
    ) as crm_scored_count,
    (select count(*) from built.main.leads) as built_lead_count
from days
;

-- one row per stage
create temp table part_stage_names as
select stage, stage_order
from built.main.lifecycle_stages
order by stage_order = 0, stage_order
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
            median(date_diff('day', created_on, first_touched_at::date))
            as days_to_first_touch,
            count(*) filter (touch_count = 0) as never_touched,
            count(*) filter (fate in ('elsewhere', 'gone')) as bought_elsewhere,
            count(*) filter (is_silent) as lost_to_silence,
            count(*) filter (fate = 'opted_out') as opted_out
        from standing
        group by universe

    )

select
    arms.policy,
    arms.people,
    arms.sql_min_intent,
    universes.world,
    counted.* exclude (universe),
    arms.is_compared
from counted
join universes using (universe)
join arms using (arm)
order by arms.arm, universes.world
;

-- one row per policy that is compared, the one with most customers first
create temp table part_policies as
with

    paired as (

        select
            worlds.*,
            worlds.customers - in_force.customers as more_customers,
            oracle.customers as oracle_customers
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
{{ mean("customers") }}
{{ mean("more_customers", is_difference=true) }}
{{ ratio("share_of_oracle", "customers", "oracle_customers", digits=4) }}
{{ ratio("touches_per_customer", "touches", "customers") }}
{% for measure in [
    "touches",
    "untimely_touches",
    "days_to_first_touch",
    "never_touched",
    "bought_elsewhere",
    "lost_to_silence",
    "opted_out",
] %}
    {{ mean(measure) }}
{% endfor %}
    is_beyond_noise(more_customers) as is_beyond_noise
from paired
group by policy
order by customers desc, policy
;

-- one row per night before a working day: the lists of that day are made in it
create temp table nights as
select day, date_trunc('week', day + 1)::date as week_from
from days
where isodow(day + 1) <= 5 and day < (select as_of_date from crm.as_of)
;

-- one row per policy that is compared, world, team and night: how long its list was
create temp table nightly_lists as
select
    arms.arm,
    arms.policy,
    hands.team,
    hands.hands as people,
    nights.week_from,
    coalesce(list_days.listed, 0) as listed
from arms
join hands using (arm)
join universes using (arm)
cross join nights
left join
    list_days
    on universes.universe = list_days.universe
    and hands.team = list_days.team
    and nights.day = list_days.day
where arms.is_compared
;

-- one row per policy that is compared and team: its people, and its list
create temp table part_teams as
select
    policy,
    team,
    people,
    round(avg(listed), 1) as mean_listed,
    max(listed) as most_listed
from nightly_lists
group by policy, team, people
order by
    min(arm),
    (
        select max(stage_order)
        from built.main.lifecycle_stages
        where owner_team = nightly_lists.team
    ) desc
;

-- one row per policy that is compared, team and week: how long its list was
create temp table part_lists as
select policy, team, week_from, round(avg(listed), 1) as mean_listed
from nightly_lists
group by policy, team, week_from
order by min(arm), team, week_from
;

-- one row per move of the policies that are compared, on the first day or later: who is
-- there from before came on it
create temp table compared_moves as
select
    arms.arm,
    arms.policy,
    greatest(moves.day, part_facts.first_day) as day,
    moves.from_stage,
    moves.stage
from moves
join universes using (universe)
join arms using (arm)
cross join part_facts
where arms.is_compared and moves.day <= part_facts.as_of_date
;

-- one row per policy that is compared, day and stage: how many leads stood there
create temp table part_stages as
with

    changes as (

        select policy, day, stage, 1 as leads
        from compared_moves
        union all
        select policy, day, from_stage as stage, -1 as leads
        from compared_moves
        where from_stage is not null

    ),

    changed as (

        select policy, day, stage, sum(leads) as leads
        from changes
        group by policy, day, stage

    )

select
    arms.policy,
    days.day,
    part_stage_names.stage,
    round(
        sum(coalesce(changed.leads, 0)) over (
            partition by arms.policy, part_stage_names.stage order by days.day
        )
        / (select world_count from part_facts),
        1
    ) as leads
from arms
cross join days
cross join part_stage_names
left join changed using (policy, day, stage)
where arms.is_compared
order by arms.arm, days.day, part_stage_names.stage_order
;

-- one row per policy that is compared, week and pair of stages: who went from one to
-- the other; from nowhere is who came
create temp table part_flows as
select
    policy,
    date_trunc('week', day)::date as week_from,
    from_stage,
    stage,
    round(count(*) / (select world_count from part_facts), 2) as leads
from compared_moves
group by arm, policy, week_from, from_stage, stage
order by arm, week_from, from_stage nulls first, stage
;

-- one row per number of people who call, and threshold for whom: beside today's
-- threshold with as many people, and beside fewer people with the same threshold
create temp table part_capacity as
with

    crowds as (

        select
            *,
            lag(people) over (
                partition by world, sql_min_intent order by people
            ) as fewer_people,
            lag(customers) over (
                partition by world, sql_min_intent order by people
            ) as fewer_customers
        from part_worlds
        where policy = 'in_force'

    ),

    paired as (

        select
            crowds.*,
            crowds.customers - todays.customers as more_customers,
            (crowds.customers - crowds.fewer_customers)
            / (crowds.people - crowds.fewer_people) as customers_per_further_person
        from crowds
        cross join part_facts
        left join
            part_worlds as todays
            on crowds.world = todays.world
            and crowds.people = todays.people
            and todays.policy = 'in_force'
            and todays.sql_min_intent = part_facts.sql_min_intent

    ),

    measured as (

        select
            people,
            sql_min_intent,
{{ mean("customers") }}
{{ mean("more_customers", is_difference=true) }}
            is_beyond_noise(more_customers) as is_beyond_noise,
            fewer_people,
{{ mean("customers_per_further_person", is_difference=true) }}
            is_beyond_noise(customers_per_further_person)
            as is_further_person_beyond_noise,
            round(avg(touches), 1) as touches,
            bool_or(is_compared) as is_today
        from paired
        group by people, sql_min_intent, fewer_people

    )

select
    measured.*,
    row_number() over (
        partition by people
        order by
            customers desc,
            abs(sql_min_intent - (select sql_min_intent from part_facts)),
            sql_min_intent
    )
    = 1 as is_best
from measured
order by people, sql_min_intent
;
