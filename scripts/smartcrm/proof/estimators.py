"""What is estimated, and the truth that it is judged by.

The queries see what was kept of the worlds, each row with its world, and of the big one
in the schema truth.
"""

from __future__ import annotations

from typing import NamedTuple

from smartcrm.proof.worlds import HORIZON_DAYS, PRICE, TUNE, WORLD_LEADS
from smartcrm.rules.tuning import SWEPT

# a source lags where so much less of its leads goes on than of the others', in truth
LEAST_GAP = 0.05

# why some fall short
EDGE = (
    "Days are whole, and by the one before the truth nearly half are there: a few "
    "leads more or fewer move the estimate by a day."
)
HANDFUL = (
    "In most worlds these are a handful. Where one of so few was won, Wilson's "
    "interval rules out a rate as low as theirs."
)
TOO_SURE = (
    "Learned from the few wins of such a world, the score is a little too sure of "
    "itself: it says too little of many with small chances, and too much of the few "
    "with the best. Their sum is right."
)
BEST_OF_MANY = (
    "The best of many settings looks better than it is where it was chosen: `make "
    "tune` says so, and how what older days would choose did on the newer ones."
)


class Estimator(NamedTuple):
    """A number that a model estimates for each world.

    Attributes:
        name: what it is.
        model: the model or command that has it.
        rows: SQL that yields an estimate, its bounds and the truth, a row for each
            interval; a lower bound alone rules out nothing above it, without bounds
            there is no interval, and without a truth the estimates are only shown.
        why: what is known of why it falls short, if it does.
    """

    name: str
    model: str
    rows: str
    why: str = ""


def share_of_leads(stage: str, days: int, where: str = "true") -> str:
    """The share of the big world's leads that reach a stage within so many days."""
    return f"""(
        select avg((coalesce(days, 9999) <= {days})::int)
        from truth.lives
        where stage = '{stage}' and followed_days >= {days} and {where}
    )"""


def bounded(number: str) -> str:
    """SQL of an estimate and of its bounds."""
    return f"{number}, {number}_low, {number}_high"


def share_within(stage: str, days: int, source: str | None = None) -> Estimator:
    """The share of leads, or of a source's, that reach a stage within so many days."""
    of, among, segment = "", "true", "segment_type = 'all'"
    if source:
        of, among = f"of {source}'s ", f"source = '{source}'"
        segment = f"segment_type = 'source' and segment = '{source}'"
        segment += " and incidence is not null"
    return Estimator(
        name=f"share {of}that is {stage} within {days} days",
        model="time_to_stage",
        rows=f"""
            select {bounded("incidence")}, {share_of_leads(stage, days, among)}
            from time_to_stage
            where {segment} and stage = '{stage}' and days = {days}
        """,
    )


def monthly_share(stage: str) -> Estimator:
    """The share of a month's leads that reach a stage within the horizon."""
    return Estimator(
        name=f"share of a month's leads that is {stage} within {HORIZON_DAYS} days",
        model="funnel_cohorts",
        rows=f"""
            select {bounded("conversion_rate")}, {share_of_leads(stage, HORIZON_DAYS)}
            from funnel_cohorts
            where segment_type = 'all' and stage = '{stage}'
            and conversion_rate is not null
        """,
    )


def monthly_customers(source: str | None = None) -> Estimator:
    """The customers of a month's new leads, beside those of one month elsewhere.

    The month is one of a part of the big world that is as large as the world. As many
    leads as came to it in a month, amid the days that the world's pace is of, are drawn
    from those that it has had for a year or longer, and those that were won counted.
    """
    of, among, segment = "", "true", "segment_type = 'all'"
    if source:
        of, among = f"of {source} ", f"source = '{source}'"
        segment = f"segment_type = 'source' and segment = '{source}'"
    middle = HORIZON_DAYS * 3 // 2
    return Estimator(
        name=f"customers {of}that a month's leads bring",
        model="funnel_velocity",
        rows=f"""
            with

                parts as (
                    -- a big world that is smaller than the others is one part
                    select greatest(count(distinct lead_id) // {WORLD_LEADS}, 1)::int
                        as part_count
                    from truth.lives
                ),

                lives as (
                    select *, hash(lead_id) % part_count as part
                    from truth.lives, parts
                    where stage = 'Customer' and {among}
                ),

                months as (
                    select part, count(*) as lead_count
                    from lives
                    where followed_days between {middle} - 15 and {middle} + 14
                    group by part
                ),

                drawn as (
                    select
                        part,
                        days,
                        row_number() over (
                            partition by part order by hash(lead_id, 'drawn')
                        ) as place
                    from lives
                    where followed_days >= 365
                )

            select {bounded("customers_per_month")}, (
                select count(*)
                from drawn, months
                where drawn.part = found.part and months.part = found.part
                and place <= lead_count and days <= found.share_days
            )
            from (
                select *, regexp_extract(world, '([0-9]+)/[^/]*$', 1)::int
                    % part_count as part
                from funnel_velocity, parts
            ) as found
            where {segment} and customers_per_month is not null
        """,
    )


def median_days(
    stage: str, whose: str, number: str, among: str, why: str = ""
) -> Estimator:
    """The days by which half of some of the leads have reached a stage."""
    return Estimator(
        name=f"days by which half of {whose} are {stage}",
        model="time_to_stage_medians",
        rows=f"""
            select {bounded(number)}, (
                select quantile_disc(coalesce(days, 9999), 0.5)
                from truth.lives
                where stage = '{stage}' and {among}
            )
            from time_to_stage_medians
            where segment_type = 'all' and stage = '{stage}' and {number} is not null
        """,
        why=why,
    )


def backtest(flag: str, number: str, name: str) -> Estimator:
    """A number of the back-test of a rule or stage."""
    return Estimator(
        name=name,
        model="rule_backtest",
        rows=f"""
            select
                {bounded(number)},
                (select {number} from truth.rule_backtest where flag = '{flag}')
            from rule_backtest
            where flag = '{flag}'
        """,
    )


def expected_wins(*, is_big: bool = False) -> Estimator:
    """The share of the open leads that the score expects to be won, beside who was."""
    where, schema = (", in the big world", "truth.") if is_big else ("", "")
    return Estimator(
        name=f"share of open leads won in the {HORIZON_DAYS} days to come{where}",
        model="win_within",
        rows=f"""
            select avg(win_probability), null, null, avg(is_won::int)
            from {schema}win_within
            {"" if where else "group by world"}
        """,
    )


def calibration(least: float, most: float) -> Estimator:
    """What the score says of leads in a band, beside the share of them that was won."""
    return Estimator(
        name=f"chance of leads given {least:.0%} to {most:.0%}",
        model="win_within",
        rows=f"""
            select avg(win_probability), null, null, avg(is_won::int)
            from win_within
            where win_probability >= {least} and win_probability < {most}
            group by world
        """,
        why=TOO_SURE,
    )


GAPS = f"""
    strategy_opportunities as found
    inner join
        truth.strategy_opportunities as planted using (segment_type, segment, stage)
    where segment_type = 'source' and planted.gap >= {LEAST_GAP}
"""


def gap(stage: str) -> Estimator:
    """How much less often a source's leads go on, where the world has them do so."""
    return Estimator(
        name=f"gap of the sources that lag at {stage}",
        model="strategy_opportunities",
        rows=f"""
            select {bounded("found.gap")}, planted.gap
            from {GAPS} and stage = '{stage}'
        """,
    )


def extra_customers(stage: str) -> Estimator:
    """The customers that closing such a gap would bring, per hundred leads."""
    per = "found.extra_customers{} * 100 / found.lead_count"
    return Estimator(
        name=f"customers per 100 leads that the gap at {stage} costs",
        model="strategy_opportunities",
        rows=f"""
            select
                {per.format("")},
                {per.format("_low")},
                {per.format("_high")},
                planted.extra_customers * 100 / planted.lead_count
            from {GAPS} and stage = '{stage}'
        """,
    )


def false_alarm(stage: str) -> Estimator:
    """Whether any owner's gap is called more than chance, where no owner matters."""
    return Estimator(
        name=f"worlds with an owner's gap beyond noise at {stage}, where none is",
        model="strategy_opportunities",
        rows=f"""
            select is_called, is_called, 1, 0
            from (
                select world, max(is_beyond_noise::int) as is_called
                from strategy_opportunities
                where segment_type = 'sales_owner' and stage = '{stage}'
                group by world
            )
        """,
    )


def found(source: str, stage: str) -> Estimator:
    """How often a source's gap is called more than chance, where there is one."""
    return Estimator(
        name=f"worlds in which {source}'s gap at {stage} is called beyond noise",
        model="strategy_opportunities",
        rows=f"""
            select
                max((segment = '{source}' and is_beyond_noise)::int), null, null, null
            from strategy_opportunities
            where segment_type = 'source' and stage = '{stage}'
            group by world
        """,
    )


def price(group: str, name: str, why: str = "") -> Estimator:
    """The win rate of the leads that a candidate adds to the SQLs, drops or has."""
    return Estimator(
        name=name,
        model=PRICE,
        rows=f"""
            select {bounded("found.win_rate")}, planted.win_rate
            from what_if_price as found
            inner join truth.what_if_price as planted using (stage, lead_group)
            where stage = 'SQL' and lead_group = '{group}'
            and found.win_rate is not null
        """,
        why=why,
    )


def tuned(number: str, name: str, which: str, period: str, why: str = "") -> Estimator:
    """A number of the setting that is in force, or that a period would choose."""
    is_which = (
        f"is_today and period = '{period}'"
        if which == "today"
        else f"is_best and period = '{which}'"
    )
    setting = ", ".join(SWEPT)
    return Estimator(
        name=name,
        model=TUNE,
        rows=f"""
            with

                chosen as (select world, {setting} from tuning where {is_which})

            select {bounded(f"found.{number}")}, planted.{number}
            from tuning as found
            inner join chosen using (world, {setting})
            inner join truth.tuning as planted using ({setting}, period)
            where period = '{period}' and found.{number} is not null
        """,
        why=why,
    )


def gain(name: str, chosen_by: str, period: str, why: str = "") -> Estimator:
    """How many more of the wins a chosen setting catches than the one in force."""
    setting = ", ".join(SWEPT)
    return Estimator(
        name=name,
        model=TUNE,
        rows=f"""
            with

                chosen as (
                    select world, {setting} from tuning
                    where is_best and period = '{chosen_by}'
                ),

                found as (
                    select tuning.*, planted.caught_share as true_share
                    from tuning
                    inner join
                        truth.tuning as planted
                        using ({setting}, period)
                    where tuning.period = '{period}'
                )

            select
                ours.caught_share - todays.caught_share,
                null,
                null,
                ours.true_share - todays.true_share
            from found as ours
            inner join chosen using (world, {setting})
            inner join found as todays on ours.world = todays.world and todays.is_today
        """,
        why=why,
    )


CAUGHT, WON = "caught_share", "win_rate"
STAGES = ("MQL", "SQL", "Customer")
RULES = (
    *("sales_ready", "kept_by_sales", "cooled_off"),
    *("marketing_qualified", "not_yet_qualified"),
)

ESTIMATORS = (
    *(share_within(stage, HORIZON_DAYS) for stage in STAGES),
    share_within("Customer", 365),
    # what was planted between sources
    share_within("SQL", HORIZON_DAYS, "Referral"),
    share_within("SQL", HORIZON_DAYS, "Facebook"),
    *(
        median_days(
            *(stage, f"those within {HORIZON_DAYS}", "median_days_within_horizon"),
            f"days <= {HORIZON_DAYS} and followed_days >= {HORIZON_DAYS}",
            EDGE,
        )
        for stage in STAGES
    ),
    median_days("MQL", "all leads", "median_days", "followed_days >= 365"),
    *(monthly_share(stage) for stage in STAGES),
    monthly_customers(),
    monthly_customers("Referral"),
    monthly_customers("Facebook"),
    *(backtest(rule, WON, f"won of those that {rule} flags") for rule in RULES),
    *(
        backtest(f"{stage} or beyond", WON, f"won of those at {stage} or beyond")
        for stage in STAGES[:2]
    ),
    backtest("SQL or beyond", "lift", "lift of SQL or beyond"),
    *(
        backtest(f"{stage} or beyond", CAUGHT, f"wins caught at {stage} or beyond")
        for stage in STAGES[:2]
    ),
    expected_wins(),
    expected_wins(is_big=True),
    *(
        calibration(least, most)
        for least, most in (
            *((0, 0.01), (0.01, 0.03), (0.03, 0.1)),
            *((0.1, 0.25), (0.25, 1)),
        )
    ),
    *(gap(stage) for stage in ("Lead", "MQL")),
    *(extra_customers(stage) for stage in ("Lead", "MQL")),
    found("Other", "Lead"),
    *(found("Google Ads", stage) for stage in ("Lead", "MQL")),
    *(false_alarm(stage) for stage in ("Lead", "MQL", "SQL")),
    price("after", "won of the SQLs of the candidate"),
    price("added", "won of the leads that it adds"),
    price("dropped", "won of the leads that it drops", HANDFUL),
    tuned(CAUGHT, "wins caught by today's setting", "today", "all"),
    tuned(WON, "won of the SQLs of today's setting", "today", "all"),
    tuned(CAUGHT, "wins caught by the chosen one", "all", "all", BEST_OF_MANY),
    tuned(WON, "won of the SQLs of the chosen one", "all", "all", BEST_OF_MANY),
    gain("wins caught by the chosen one, less today's", "all", "all", BEST_OF_MANY),
    tuned(
        CAUGHT, "wins caught by one chosen on older days, on newer", "older", "newer"
    ),
    tuned(
        WON, "won of the SQLs of one chosen on older days, on newer", "older", "newer"
    ),
    gain(
        "wins caught by one chosen on older days, less today's, on newer",
        "older",
        "newer",
    ),
)
