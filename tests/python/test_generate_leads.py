"""Real runs of scripts/generate_leads.py: the world it writes, and what it refuses."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

import generate_leads
from smartcrm.world import making, writing

ROOT = Path(__file__).parents[2]
AS_OF = date(2026, 10, 31)
HEADERS = {
    "leads": "lead_id,created_at,funnel_stage,intent_score,last_engaged,"
    "company_size,source,engagement_channel,sales_owner",
    "activities": "lead_id,occurred_at,activity_type,channel",
    "stage_changes": "lead_id,stage,entered_at",
    "truth": "lead_id,fit,need,patience_days,buying_on,fate,closed_on",
}
SAMPLE = {name: ROOT / path for name, path in generate_leads.SAMPLE.items()}
STAGES = {"Lead", "MQL", "SQL", "Customer", "Disqualified"}
SIZES = {"S: 1-10", "M: 11-50", "L: 51-200", "XL: 201+", "Unknown"}
CHANNELS = {"Email", "WhatsApp", "Phone", "LinkedIn", "SMS"}
SOURCES = {
    "Facebook",
    "LinkedIn",
    "Google Ads",
    "Website",
    "Referral",
    "Webinar",
    "Event",
    "Other",
}
OPTIONS = {
    "leads": "--out",
    "activities": "--activities",
    "stage_changes": "--stage-changes",
    "truth": "--truth",
}


def generate(path: Path, *options: str) -> Path:
    """Write leads alone."""
    assert generate_leads.main([*options, "--out", str(path)]) == 0
    return path


def generate_world(folder: Path, *options: str, suffix: str = ".csv") -> dict:
    """Write all four tables, and return their paths."""
    paths = {name: folder / f"{name}{suffix}" for name in OPTIONS}
    named = [part for name in OPTIONS for part in (OPTIONS[name], str(paths[name]))]
    assert generate_leads.main([*options, *named]) == 0
    return paths


class World:
    """The four tables of a world and the kinds of activity, to ask questions of."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self.database = duckdb.connect()
        self.database.execute("set TimeZone = 'UTC'")
        for name, path in paths.items():
            rows = (
                f"read_csv('{path}', header = true, nullstr = '')"
                if path.suffix == ".csv"
                else f"'{path}'"
            )
            self.database.execute(f"create table {name} as from {rows}")
        for table, column in (
            ("activities", "occurred_at"),
            ("stage_changes", "entered_at"),
        ):
            self.database.execute(
                f"alter table {table} alter {column} type timestamp"
                f" using {column}::timestamptz at time zone 'UTC'"
            )
        types = ROOT / "seeds" / "activity_types.csv"
        self.database.execute(
            f"create table types as from read_csv('{types}', header = true)"
        )
        self.database.execute(
            "create view moves as from activities join types using (activity_type)"
        )

    def ask(self, sql: str) -> list[tuple]:
        return self.database.execute(sql).fetchall()

    def one(self, sql: str) -> tuple:
        [row] = self.ask(sql)
        return row


@pytest.fixture(scope="module")
def sample() -> World:
    """The sample as it is in the project."""
    return World(SAMPLE)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Enough leads that a share is what the world makes it, not luck."""
    folder = tmp_path_factory.mktemp("many")
    return World(generate_world(folder, "--rows", "10000", suffix=".parquet"))


@pytest.fixture(params=["sample", "many"])
def world(request: pytest.FixtureRequest) -> World:
    return request.getfixturevalue(request.param)


# What is written


def test_sample_is_what_the_defaults_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert generate_leads.main([]) == 0
    for name, path in generate_leads.SAMPLE.items():
        assert path.read_bytes() == SAMPLE[name].read_bytes(), name


@pytest.mark.parametrize("name", HEADERS)
def test_sample_is_plain_csv(name: str) -> None:
    text = SAMPLE[name].read_bytes().decode("ascii")
    lines = text.splitlines()
    assert lines[0] == HEADERS[name]
    assert {line.count(",") for line in lines} == {HEADERS[name].count(",")}
    assert '"' not in text
    assert "\r" not in text


def test_sample_is_a_thousand_leads_and_not_a_heavy_file(sample: World) -> None:
    assert sample.one("select count(*) from leads") == (1000,)
    [activities, changes] = sample.one(
        "select (select count(*) from activities), (select count(*) from stage_changes)"
    )
    assert 8_000 <= activities <= 20_000
    assert 1_500 <= changes <= 4_000
    assert SAMPLE["activities"].stat().st_size < 1_200_000


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_same_bytes_at_any_thread_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(writing, "CHUNK", 15_000)
    written = set()
    for threads in (1, 5):
        paths = {name: tmp_path / f"{name}{suffix}" for name in OPTIONS}
        writing.write_world(paths, 20_000, 7, threads=threads)
        written.add(tuple(path.read_bytes() for path in paths.values()))
    assert len(written) == 1


def test_same_bytes_however_many_leads_are_made_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK", 300)
    paths = generate_world(tmp_path)
    for name, path in paths.items():
        assert path.read_bytes() == SAMPLE[name].read_bytes(), name


def test_leads_are_the_same_without_the_rest(tmp_path: Path) -> None:
    alone = generate(tmp_path / "leads.csv")
    assert alone.read_bytes() == SAMPLE["leads"].read_bytes()
    assert list(tmp_path.iterdir()) == [alone]


def test_one_table_of_the_world_can_be_had_alone(tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    assert generate_leads.main(["--stage-changes", str(path)]) == 0
    assert path.read_bytes() == SAMPLE["stage_changes"].read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_other_seed_gives_other_leads(tmp_path: Path) -> None:
    one = generate(tmp_path / "one.csv", "--seed", "1").read_text().splitlines()
    two = generate(tmp_path / "two.csv", "--seed", "2").read_text().splitlines()
    assert len(one) == len(two) == 1001
    assert sum(a == b for a, b in zip(one, two, strict=True)) == 1  # the header


def test_fewer_leads_are_the_first_of_more(tmp_path: Path) -> None:
    for name, path in generate_world(tmp_path, "--rows", "100").items():
        few = path.read_text()
        assert few.count("\n") > 100
        assert SAMPLE[name].read_text().startswith(few), name


@pytest.mark.parametrize(("rows", "digits"), [(1, 4), (9_999, 4), (10_000, 5)])
def test_ids_are_padded_unique_and_in_order(
    tmp_path: Path, rows: int, digits: int
) -> None:
    path = generate(tmp_path / "leads.csv", "--rows", str(rows))
    ids = [line.split(",")[0] for line in path.read_text().splitlines()[1:]]
    assert ids == [f"L{number:0{digits}}" for number in range(1, rows + 1)]


@pytest.mark.parametrize("rows", [0, 500])
def test_csv_and_parquet_hold_the_same_world(tmp_path: Path, rows: int) -> None:
    csvs = generate_world(tmp_path, "--rows", str(rows))
    parquets = generate_world(tmp_path, "--rows", str(rows), suffix=".PARQUET")
    with duckdb.connect() as database:
        for name, path in parquets.items():
            held = database.execute(f"from read_parquet('{path}')")
            assert ",".join(column[0] for column in held.description) == HEADERS[name]
            lines = [
                ",".join("" if value is None else str(value) for value in row)
                for row in held.fetchall()
            ]
            assert csvs[name].read_text().splitlines() == [HEADERS[name], *lines]
            assert bool(lines) == bool(rows)


def test_rows_are_in_order() -> None:
    for name, moment in (
        ("activities", "occurred_at"),
        ("stage_changes", "entered_at"),
    ):
        with SAMPLE[name].open(encoding="utf-8") as file:
            keys = [(row["lead_id"], row[moment]) for row in csv.DictReader(file)]
        assert keys == sorted(keys)


def test_values_are_the_canonical_ones(many: World) -> None:
    for column, allowed in {
        "funnel_stage": STAGES,
        "company_size": SIZES,
        "source": SOURCES,
        "engagement_channel": CHANNELS | {"None"},
    }.items():
        found = many.ask(f"select distinct {column} from leads")
        assert {value for (value,) in found} == allowed
    assert many.one(
        "select min(intent_score), max(intent_score), count(distinct sales_owner)"
        " from leads"
    ) == (0, 100, 8)
    assert {
        stage for (stage,) in many.ask("select distinct stage from stage_changes")
    } == (STAGES)
    assert {
        value for (value,) in many.ask("select distinct channel from activities")
    } == (CHANNELS | {None})
    # every type but the one that says that a CRM knows no more
    assert many.ask(
        "select activity_type from types anti join activities using (activity_type)"
    ) == [("contact_logged",)]


# How the tables hang together


def test_moments_fit_together(world: World) -> None:
    assert world.one(
        """
        select
            count(*) filter (where occurred_at::date < created_at),
            max(occurred_at)::date,
            count(*) - count(distinct (lead_id, activity_type, occurred_at))
        from activities join leads using (lead_id)
        """
    ) == (0, AS_OF, 0)
    first, newest = world.one("select min(created_at), max(created_at) from leads")
    assert date(2025, 4, 29) <= first <= date(2025, 6, 15)
    assert date(2026, 10, 25) <= newest <= AS_OF


def test_stage_changes_start_with_lead_and_never_repeat(world: World) -> None:
    assert world.one(
        """
        with numbered as (
            select
                *,
                row_number() over in_time as nth,
                lag(stage) over in_time as stage_before
            from leads left join stage_changes using (lead_id)
            window in_time as (partition by lead_id order by entered_at)
        )
        select
            count(*) filter (nth = 1 and stage is distinct from 'Lead'),
            count(*) filter (nth = 1 and entered_at::date <> created_at),
            count(*) filter (stage = stage_before),
            count(*) filter (stage_before in ('Customer', 'Disqualified')),
            count(*) filter (entered_at >= timestamp '2026-11-01')
        from numbered
        """
    ) == (0, 0, 0, 0, 0)


def test_some_leads_skip_a_stage_and_a_few_go_back(many: World) -> None:
    paths = dict(
        many.ask(
            """
            select path, count(*) / 100.0
            from (
                select string_agg(stage, ' ' order by entered_at) as path
                from stage_changes group by lead_id
            )
            group by path
            """
        )
    )
    assert 1 < sum(n for path, n in paths.items() if "Lead SQL" in path) < 10
    assert 0.5 < sum(n for path, n in paths.items() if "MQL Customer" in path) < 5
    assert 2 < sum(n for path, n in paths.items() if "SQL MQL" in path) < 15


def test_funnel_stage_is_the_last_stage_change(world: World) -> None:
    assert world.one(
        """
        select count(*) from leads join (
            select lead_id, arg_max(stage, entered_at) as stage
            from stage_changes group by lead_id
        ) using (lead_id)
        where funnel_stage <> stage
        """
    ) == (0,)


def test_last_engaged_and_channel_are_the_newest_activity_of_the_lead(
    world: World,
) -> None:
    assert world.one(
        """
        select count(*) from leads left join (
            select
                lead_id,
                max(occurred_at)::date as newest_on,
                arg_max(channel, occurred_at) filter (channel is not null) as channel
            from moves where actor in ('lead', 'both') group by lead_id
        ) as newest using (lead_id)
        where last_engaged is distinct from newest_on
        or engagement_channel <> coalesce(channel, 'None')
        """
    ) == (0,)


def test_intent_is_what_the_receipts_give() -> None:
    """Computed another way: in Python, with decimals."""
    with (ROOT / "seeds" / "activity_types.csv").open(encoding="utf-8") as file:
        types = {row["activity_type"]: row for row in csv.DictReader(file)}
    totals: dict[str, Decimal] = defaultdict(Decimal)
    with SAMPLE["activities"].open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind = types[row["activity_type"]]
            if kind["actor"] == "us":
                continue
            age = (AS_OF - date.fromisoformat(row["occurred_at"][:10])).days
            left = int(kind["points"]) * 0.5 ** (age / int(kind["half_life_days"]))
            totals[row["lead_id"]] += Decimal(left).quantize(
                Decimal("0.001"), ROUND_HALF_UP
            )
    with SAMPLE["leads"].open(encoding="utf-8") as file:
        leads = list(csv.DictReader(file))
    scored = {
        row["lead_id"]: row["intent_score"] for row in leads if row["intent_score"]
    }
    assert scored == {lead: str(min(100, int(totals[lead]))) for lead in scored}
    blank = [row for row in leads if not row["intent_score"]]
    unscored = [row for row in blank if row["lead_id"] in totals]
    assert 20 <= len(unscored) <= 40
    assert "Customer" not in {row["funnel_stage"] for row in blank}
    assert len(totals) == len(leads) - len(blank) + len(unscored)


def test_customers_are_owned_scored_and_engaged(world: World) -> None:
    assert world.one(
        """
        select count(*) from leads where funnel_stage = 'Customer'
        and (sales_owner is null or intent_score is null or last_engaged is null)
        """
    ) == (0,)


def test_nothing_happens_to_a_lead_that_was_lost(world: World) -> None:
    assert world.one(
        """
        select count(*) from activities join stage_changes using (lead_id)
        where stage = 'Disqualified' and occurred_at > entered_at
        """
    ) == (0,)


def test_truth_ends_as_the_crm_says(world: World) -> None:
    found = world.ask(
        "select distinct fate, funnel_stage from truth join leads using (lead_id)"
    )
    assert {(fate, stage) for fate, stage in found if fate != "open"} == {
        ("won", "Customer"),
        ("lost", "Disqualified"),
    }
    assert {stage for fate, stage in found if fate == "open"} == {"Lead", "MQL", "SQL"}
    assert world.one(
        """
        select count(*) from truth join stage_changes using (lead_id)
        where stage in ('Customer', 'Disqualified') and entered_at::date <> closed_on
        """
    ) == (0,)


# What is plausible


@pytest.mark.parametrize(
    ("table", "moment", "most"),
    [
        ("leads", "created_at", 0.15),
        ("leads", "last_engaged", 0.15),
        ("stage_changes", "entered_at", 0.12),
        ("moves where actor = 'lead'", "occurred_at", 0.12),
        ("moves where actor = 'us'", "occurred_at", 0.0),
    ],
)
def test_weekends_are_quiet(many: World, table: str, moment: str, most: float) -> None:
    # 2 / 7 = 0.29 if every day were the same
    [share] = many.one(f"select avg((isodow({moment}) > 5)::integer) from {table}")
    assert share <= most
    assert share > 0 or most == 0


def test_we_work_in_office_hours_and_leads_by_day(many: World) -> None:
    [ours, theirs, stages] = many.one(
        """
        select
            (select avg((hour(occurred_at) between 8 and 17)::integer)
                from moves where actor = 'us'),
            (select avg((hour(occurred_at) between 7 and 20)::integer)
                from moves where actor = 'lead'),
            (select avg((hour(entered_at) between 8 and 17)::integer)
                from stage_changes)
        """
    )
    assert ours == 1
    assert theirs > 0.98
    assert 0.8 < stages < 1


def test_ever_more_leads_arrive(many: World) -> None:
    [early, late] = many.one(
        """
        select
            count(*) filter (created_at < date '2026-01-31'),
            count(*) filter (created_at >= date '2026-01-31')
        from leads
        """
    )
    assert 1.5 < late / early < 4


# How the rules of the project would place the leads, with nothing from people.
BY_RULES = """
    select
        *,
        date '2026-10-31' - last_engaged as quiet_days,
        case
            when funnel_stage in ('Customer', 'Disqualified') then funnel_stage
            when intent_score is null then 'not scored'
            when intent_score >= 70 and quiet_days <= 30 then 'SQL'
            when
                funnel_stage = 'SQL' and intent_score >= 50 and quiet_days <= 60
            then 'kept by sales'
            when intent_score >= 40 then 'MQL'
            else 'Lead'
        end as stage
    from leads
"""


# Each share in percent.
@pytest.mark.parametrize(
    ("condition", "least", "most"),
    [
        ("funnel_stage = 'Customer'", 6, 12),
        ("funnel_stage = 'Disqualified'", 3, 5),
        ("funnel_stage = 'SQL'", 6, 15),
        ("stage in ('Lead', 'not scored')", 55, 75),
        ("stage = 'MQL'", 10.5, 25),
        ("stage = 'SQL'", 4, 10),
        ("stage = 'kept by sales'", 1, 4),
        ("stage = 'SQL' and funnel_stage in ('Lead', 'MQL')", 1, 8),
        ("stage in ('Lead', 'MQL') and funnel_stage = 'SQL'", 2, 10),
        ("quiet_days <= 30", 35, 55),
        ("quiet_days between 31 and 90", 15, 30),
        ("quiet_days > 90", 15, 35),
        ("last_engaged is null", 3, 9),
        ("intent_score is null", 6, 12),
        ("intent_score between 20 and 39", 15, 30),
        ("intent_score between 40 and 69", 12, 25),
        ("intent_score between 70 and 99", 4, 10),
        ("intent_score = 100", 1, 5),
        ("sales_owner is null", 30, 50),
    ],
)
def test_shares_of_the_leads(
    world: World, condition: str, least: float, most: float
) -> None:
    [share] = world.one(
        f"select 100.0 * count(*) filter ({condition}) / count(*) from ({BY_RULES})"
    )
    assert least <= share <= most


def test_every_source_has_leads_at_every_stage(sample: World) -> None:
    found = sample.ask(
        """
        select source, funnel_stage, count(*) from leads
        where funnel_stage <> 'Disqualified' group by all having count(*) >= 3
        """
    )
    assert len(found) == 8 * 4


def test_leads_become_customers_in_weeks_and_few_of_them_do(world: World) -> None:
    [days, share] = world.one(
        """
        select
            median(closed_on - created_at) filter (fate = 'won'),
            100.0 * count(*) filter (fate = 'won' and created_at <= date '2026-05-04')
                / count(*) filter (created_at <= date '2026-05-04')
        from leads join truth using (lead_id)
        """
    )
    assert 30 <= days <= 60
    assert 5 <= share <= 12


def test_nearly_all_customers_were_sqls_by_the_rules_before_they_bought(
    world: World,
) -> None:
    """On a day of an activity they engaged that very day: only the intent counts."""
    [share, customers] = world.one(
        """
        with

            courtship as (
                select lead_id, occurred_at::date as day, points, half_life_days
                from moves join truth using (lead_id)
                where fate = 'won' and actor <> 'us' and occurred_at::date < closed_on
            ),

            intents as (
                select lead_id, days.day, sum(
                    points * 0.5 ^ ((days.day - courtship.day) / half_life_days)
                ) as intent
                from (select distinct lead_id, day from courtship) as days
                join courtship using (lead_id)
                where courtship.day <= days.day
                group by all
            ),

            best as (
                select lead_id, max(intent) as intent from intents group by lead_id
            )

        select avg((coalesce(intent, 0) >= 70)::integer), count(*)
        from truth left join best using (lead_id)
        where fate = 'won'
        """
    )
    assert customers > 50
    assert share >= 0.9


def test_we_answer_most_hands_within_days_and_some_never(many: World) -> None:
    """Hands that open leads raised until a week before the end."""
    [never, median_hours, late] = many.one(
        """
        with

            answers as (
                select hands.lead_id, hands.occurred_at as raised_at,
                    min(ours.occurred_at) as answered_at
                from moves as hands
                join leads using (lead_id)
                left join moves as ours
                    on ours.lead_id = hands.lead_id and ours.actor = 'us'
                    and ours.occurred_at between hands.occurred_at
                    and hands.occurred_at + interval 8 days
                where hands.needs_answer
                and hands.occurred_at < timestamp '2026-10-23'
                and funnel_stage not in ('Customer', 'Disqualified')
                group by all
            ),

            hours as (
                select date_diff('minute', raised_at, answered_at) / 60 as hours
                from answers
            )

        select
            avg((hours is null)::integer),
            median(hours),
            avg((hours > 72)::integer)
        from hours
        """
    )
    assert 0.02 < never < 0.15
    assert 1 < median_hours < 36
    assert 0.05 < late < 0.4


def test_some_hands_of_the_last_days_wait_and_some_were_answered_yesterday(
    sample: World,
) -> None:
    [waiting, answered_yesterday] = sample.one(
        """
        with

            newest as (
                select
                    lead_id,
                    max(occurred_at) filter (needs_answer) as raised_at,
                    max(occurred_at) filter (actor <> 'lead') as touched_at
                from moves join leads using (lead_id)
                where funnel_stage not in ('Customer', 'Disqualified')
                group by lead_id
            )

        select
            count(*) filter (coalesce(touched_at < raised_at, true)),
            count(*) filter (
                touched_at >= raised_at and touched_at::date = date '2026-10-30'
            )
        from newest
        where raised_at >= timestamp '2026-10-27'
        """
    )
    assert 20 <= waiting <= 80
    assert 5 <= answered_yesterday <= 60


# `first` must exceed `second` by more than the margin.
@pytest.mark.parametrize(
    ("measure", "first", "second", "margin"),
    [
        ("intent_score", "funnel_stage = 'SQL'", "funnel_stage = 'MQL'", 15),
        ("intent_score", "funnel_stage = 'MQL'", "funnel_stage = 'Lead'", 10),
        ("intent_score", "funnel_stage = 'Customer'", "funnel_stage = 'Lead'", 20),
        ("intent_score", "source = 'Referral'", "source = 'Facebook'", 8),
        ("intent_score", "company_size = 'XL: 201+'", "company_size = 'S: 1-10'", 3),
        ("is_customer", "source = 'Referral'", "source = 'Facebook'", 0.05),
        ("is_customer", "company_size = 'XL: 201+'", "company_size = 'S: 1-10'", 0.02),
        ("quiet_days", "intent_score < 30", "intent_score >= 70", 40),
        ("quiet_days", "funnel_stage = 'Disqualified'", "funnel_stage = 'MQL'", 20),
        ("age_days", "funnel_stage = 'Customer'", "funnel_stage = 'Lead'", 20),
        # what is hidden shows: it makes the signals, and with our answers the wins
        ("fit + need", "fate = 'won'", "fate = 'open'", 0.25),
        ("fit", "fate = 'open'", "fate = 'lost'", 0.1),
        ("signals", "fit + need > 1.3", "fit + need < 0.7", 5),
    ],
)
def test_leads_differ_as_they_should(
    many: World, measure: str, first: str, second: str, margin: float
) -> None:
    [higher, lower] = many.one(
        f"""
        with measured as (
            select
                *,
                (funnel_stage = 'Customer')::integer as is_customer,
                date '2026-10-31' - last_engaged as quiet_days,
                date '2026-10-31' - created_at as age_days
            from leads
            join truth using (lead_id)
            left join (
                select lead_id, count(*) as signals
                from moves where actor = 'lead' group by lead_id
            ) using (lead_id)
        )
        select
            avg({measure}) filter ({first}),
            avg({measure}) filter ({second})
        from measured
        """
    )
    assert higher - lower > margin


def test_signals_gather_around_the_buying_day(many: World) -> None:
    """Within a fortnight of it, a day has far more of them than in the month after."""
    [near, later] = many.one(
        """
        select
            count(*) filter (abs(occurred_at::date - buying_on) <= 14) / 29,
            count(*) filter (occurred_at::date - buying_on between 25 and 44) / 20
        from moves join truth using (lead_id) join leads using (lead_id)
        where actor = 'lead' and created_at < date '2026-07-01'
        """
    )
    assert near > 2 * later


def test_call_notes_are_of_leads_that_were_there(sample: World) -> None:
    """Of an owned lead by its owner, and of a Customer after it was won."""
    notes = ROOT / "seeds" / "call_notes.csv"
    assert sample.one(
        f"""
        select
            count(*),
            count(lead.lead_id),
            count(*) filter (noted_at::date <= created_at),
            count(*) filter (author <> sales_owner || ' (synthetic)'),
            count(*) filter (fate = 'won' and noted_at::date <= closed_on)
        from read_csv('{notes}', header = true) as note
        left join leads as lead using (lead_id)
        left join truth using (lead_id)
        """
    ) == (54, 54, 0, 0, 0)


# What is refused


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--rows", "-1"], "--rows"),
        (["--rows", "100000001"], "--rows"),
        (["--rows", "many"], "--rows"),
        (["--rows", "1.5"], "--rows"),
        (["--seed", "x"], "--seed"),
        (["--out", "leads.json"], "leads.json"),
        (["--out", "leads"], "leads"),
        (["--out", "folder.csv"], "folder.csv"),
        (["--out", "file/leads.csv"], "file"),
        (["--activities", "activities.txt"], "activities.txt"),
        (["--activities", "file/activities.csv"], "file"),
        (["--truth", "leads.csv"], "leads.csv"),
        (["--colour", "red"], "--colour"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    named: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.csv").mkdir()
    Path("file").touch()
    before = sorted(tmp_path.rglob("*"))
    try:
        code = generate_leads.main(["--rows", "10", "--out", "leads.csv", *options])
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(r".+\n", printed.err)
    assert named in printed.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write")
def test_unwritable_folder_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    assert generate_leads.main(["--out", str(tmp_path / "leads.csv")]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_failed_write_keeps_all_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "it's"
    paths = generate_world(folder, "--rows", "3")
    old = {path: path.read_bytes() for path in paths.values()}
    # activities that fail in the second chunk, when the first is on disk
    broken = tmp_path / "sql"
    broken.mkdir()
    for path in making.SQL.glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        text = text.replace(
            "    activity_type,\n    channel_of(",
            "    if(lead_number = 350, error('no more'), activity_type),\n"
            "    channel_of(",
        )
        (broken / path.name).write_text(text, encoding="utf-8")
    assert "no more" in (broken / "crm.sql").read_text(encoding="utf-8")
    monkeypatch.setattr(making, "SQL", broken)
    monkeypatch.setattr(writing, "CHUNK", 300)
    named = [part for name in OPTIONS for part in (OPTIONS[name], str(paths[name]))]
    assert generate_leads.main(["--rows", "600", *named]) == 2
    assert re.fullmatch(r".*no more\n", capsys.readouterr().err)
    assert {path: path.read_bytes() for path in folder.iterdir()} == old


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send")
def test_interrupt_leaves_nothing(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "generate_leads.py"
    run = subprocess.Popen(
        [sys.executable, script, "--rows", "50000000", "--out", tmp_path / "leads.csv"],
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in tmp_path.glob(".world-*/*.wal")):
        assert time.monotonic() < deadline, "nothing was ever written"
        assert run.poll() is None, "stopped by itself"
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert re.fullmatch(r"nothing written: .+\n", said)
    assert list(tmp_path.iterdir()) == []
