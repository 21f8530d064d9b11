"""The leads as they stood on days of the past, and what the rules make of them."""

from __future__ import annotations

from datetime import date

import pytest

from compiled_project import CompiledProject
from conftest import ROOT, UNTESTED, Project, read_yaml
from living_dbt import LivingDbt
from made_leads import TODAY, World, days_ago, read_world

LANDMARK_LEADS = "select lead_id, nth, funnel_stage from landmark_leads order by all"
DECIDE = ("build", "--select", "+landmark_decisions", *UNTESTED)


def build(project: Project, world: World, **settings: str | int) -> None:
    result = project.dbt(
        *DECIDE,
        **world.write(project.scratch),
        **{"as_of_date": str(TODAY)} | settings,
    )
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="module")
def compiled(sample: Project) -> CompiledProject:
    models = ("landmark_decisions", "leads_with_stages")
    compiled = CompiledProject(sample.database, sample.target, *models)
    compiled.remember()
    return compiled


def decide(compiled: CompiledProject, world: World, day: date | str = TODAY) -> None:
    compiled.run(world.leads, world.activities, world.changes, day)


def stays(project: Project | CompiledProject, lead_id: str) -> list[tuple]:
    """On which landmarks, by their days ago, a lead stood where, and was it won."""
    return project.rows(
        "select days_ago, funnel_stage, is_won_within from landmark_leads"
        f" where lead_id = '{lead_id}' order by days_ago desc"
    )


@pytest.mark.parametrize("nth", [2, 7])
def test_a_landmark_decides_as_a_build_of_that_day_would_have(
    sample: Project, compiled: CompiledProject, nth: int
) -> None:
    ((day,),) = sample.rows(
        f"select landmark_on::varchar from landmarks where nth = {nth}"
    )
    decided = {
        row[0]: row[1:]
        for row in sample.rows(
            "select lead_id, funnel_stage, simulated_stage, stage_rule,"
            " intent_score, days_since_engaged"
            f" from landmark_decisions where nth = {nth}"
        )
    }

    # all that was known by then, without the CRM's score, which nobody wrote down
    world = read_world(sample)
    labels_today = {
        row["lead_id"]: row["stage"]
        for row in sorted(world.changes, key=lambda row: row["entered_at"])
    }
    untold = {
        lead["lead_id"]
        for lead in world.leads
        if labels_today.get(lead["lead_id"], "Lead") != lead["funnel_stage"]
    }
    world.leads = [lead for lead in world.leads if lead["created_at"] <= day]
    world.changes = [row for row in world.changes if row["entered_at"][:10] <= day]
    world.activities = [
        row for row in world.activities if row["occurred_at"][:10] <= day
    ]
    labels = {
        row["lead_id"]: row["stage"]
        for row in sorted(world.changes, key=lambda row: row["entered_at"])
    }
    for lead in world.leads:
        lead["funnel_stage"] = labels.get(lead["lead_id"], "Lead")
        lead["intent_score"] = lead["last_engaged"] = ""
    decide(compiled, world, day)
    that_day = {
        row[0]: row[1:]
        for row in compiled.rows(
            "select lead_id, funnel_stage, simulated_stage, stage_rule,"
            " intent_score, days_since_engaged from leads_with_stages"
            " where funnel_stage in ('Lead', 'MQL', 'SQL')"
        )
        if row[0] not in untold
    }
    assert decided == that_day
    assert len(decided) > 100
    assert len({stage_rule for _, _, stage_rule, *_ in decided.values()}) > 4


def test_a_lead_stands_where_it_stood(compiled: CompiledProject) -> None:
    world = World()
    # lost, won back, and won
    world.add(
        *(430, ("MQL", 425), ("Disqualified", 370), ("SQL", 310), ("Customer", 255)),
    )
    # won, reopened, and won again
    world.add(430, ("Customer", 380), ("SQL", 350), ("Customer", 200))
    # its stage today is not what its changes lead to
    world.add(430, ("MQL", 300), funnel_stage="Lead")
    # won on a day that nobody wrote down
    world.add(430, ("MQL", 300), funnel_stage="Customer")
    # changes that are not known yet, and a lead that came on a landmark
    world.add(420, ("MQL", 390), ("SQL", 100))
    for _ in range(8):
        world.add(100, ("Customer", 50))
    # lost on a day that nobody wrote down: open before it, as far as anybody knows
    world.add(430, ("MQL", 300), funnel_stage="Disqualified")
    # a lead that nobody saw change
    world.add(430)
    world.changes = [row for row in world.changes if row["lead_id"] != "L0014"]
    decide(compiled, world)

    assert stays(compiled, "L0000") == [
        (420, "MQL", False),
        (390, "MQL", False),
        (300, "SQL", True),
        (270, "SQL", True),
    ]
    assert stays(compiled, "L0001") == [(420, "Lead", True), (390, "Lead", True)]
    assert stays(compiled, "L0002") == stays(compiled, "L0003") == []
    assert stays(compiled, "L0004") == [
        (420, "Lead", False),
        *[(days, "MQL", False) for days in range(390, 100, -30)],
        (90, "SQL", False),
    ]
    assert stays(compiled, "L0005") == [(90, "Lead", True)]
    assert stays(compiled, "L0013") == [
        *[(days, "Lead", False) for days in range(420, 300, -30)],
        *[(days, "MQL", False) for days in range(300, 60, -30)],
    ]
    assert stays(compiled, "L0014") == [
        (days, "Lead", False) for days in range(420, 60, -30)
    ]
    # without activities nobody knows who had engaged, or how much
    assert compiled.rows(
        "select distinct funnel_stage, stage_rule, intent_score, days_since_engaged"
        " from landmark_decisions order by all"
    ) == [
        ("Lead", "not_scored", None, None),
        ("MQL", "not_scored_mql", None, None),
        ("SQL", "not_scored_mql", None, None),
    ]

    # of eleven customers, two without a day are too many
    world.add(430, funnel_stage="Customer")
    decide(compiled, world)
    assert compiled.rows("from landmarks") == []
    assert compiled.rows("from landmark_decisions") == []


def test_on_one_day_a_loss_comes_after_an_open_stage(compiled: CompiledProject) -> None:
    world = World()
    for _ in range(8):
        world.add(100, ("Customer", 50))
    world.add(430, ("SQL", 300), ("Disqualified", 300))
    # won back later, and on the same day
    world.add(430, ("SQL", 300), ("Disqualified", 300), ("MQL", 200))
    world.add(430, ("Disqualified", 300), ("SQL", 300))
    # fell back on that day
    world.add(430, ("SQL", 300), ("MQL", 300))
    decide(compiled, world)

    before = [(days, "Lead", False) for days in range(420, 300, -30)]
    assert stays(compiled, "L0008") == before
    assert stays(compiled, "L0009") == [
        *before,
        *[(days, "MQL", False) for days in range(180, 60, -30)],
    ]
    for lead, stage in {"L0010": "SQL", "L0011": "MQL"}.items():
        assert stays(compiled, lead) == [
            *before,
            *[(days, stage, False) for days in range(300, 60, -30)],
        ]


def test_fewer_leads_and_a_shorter_horizon(project: Project) -> None:
    world = read_world(project)
    build(project, world, horizon_days=30, landmark_max_leads=150)

    assert project.rows(
        "select nth, days_ago, is_judged, is_learned_before from landmarks order by nth"
    ) == [(nth, 20 + 10 * nth, nth <= 3, nth >= 6) for nth in range(1, 13)]
    picked = {lead for (lead,) in project.rows("select lead_id from landmark_leads")}
    assert 100 < len(picked) <= 150
    assert project.rows(
        "select is_won_within, min(customer_on - landmark_on) > 0,"
        " max(customer_on - landmark_on) <= 30 from landmark_leads"
        " where customer_on is not null group by all order by all"
    ) == [(False, True, False), (True, True, True)]


def test_builds_of_earlier_days_tell_what_no_stage_change_does(
    project: Project,
) -> None:
    world = World()
    for stage, score in (
        *[("Customer", 90)] * 5,
        *(("SQL", 80), ("Lead", 20), ("MQL", 60), ("Lead", 10)),
    ):
        world.add(
            *(300,),
            funnel_stage=stage,
            intent_score=str(score),
            last_engaged=days_ago(125),
        )
    world.changes.clear()
    build(project, world, as_of_date=days_ago(120), horizon_days=30)
    # what was so before the first build, no one knows
    assert project.rows("from landmark_leads") == []

    won, warmed, *_ = world.leads[5:]
    warmed |= {"intent_score": "75", "last_engaged": days_ago(95)}
    world.add(95, funnel_stage="MQL", intent_score="45")
    world.changes.clear()
    build(project, world, as_of_date=days_ago(90), horizon_days=30)
    won["funnel_stage"] = "Customer"
    warmed |= {"funnel_stage": "SQL", "last_engaged": days_ago(61)}
    build(project, world, as_of_date=days_ago(60), horizon_days=30)
    warmed |= {"intent_score": "5", "last_engaged": days_ago(1)}
    build(project, world, horizon_days=30)

    assert project.rows("select days_ago from landmarks order by days_ago") == [
        (days,) for days in range(30, 121, 10)
    ]
    assert stays(project, won["lead_id"]) == [
        *[(days, "SQL", days <= 90) for days in range(120, 60, -10)],
    ]
    assert project.rows(
        "select (date '2026-10-31' - landmark_on)::int as days_ago, funnel_stage,"
        " stage_rule, intent_score, days_since_engaged from landmark_decisions"
        f" where lead_id = '{warmed['lead_id']}' order by landmark_on"
    ) == [
        (120, "Lead", "not_yet_qualified", 20, 5),
        (110, "Lead", "not_yet_qualified", 20, 15),
        (100, "Lead", "not_yet_qualified", 20, 25),
        (90, "Lead", "sales_ready", 75, 5),
        (80, "Lead", "sales_ready", 75, 15),
        (70, "Lead", "sales_ready", 75, 25),
        (60, "SQL", "sales_ready", 75, 1),
        (50, "SQL", "sales_ready", 75, 11),
        (40, "SQL", "sales_ready", 75, 21),
        (30, "SQL", "kept_by_sales", 75, 31),
    ]
    # who came between two builds is known from the second of them on
    assert [row[0] for row in stays(project, "L0009")] == list(range(90, 29, -10))

    # without customers whose day no one knows there are earlier landmarks, and even so
    # nothing is known of them
    expected = project.rows(LANDMARK_LEADS)
    world.leads = world.leads[5:]
    build(project, world, horizon_days=30, max_left_share=1)
    assert project.rows("select max(days_ago) from landmarks") == [(140,)]
    assert project.rows(LANDMARK_LEADS) == expected


@pytest.mark.parametrize(
    ("name", "value", "limits"),
    [
        ("horizon_days", -5, "from 1 to 3650"),
        ("horizon_days", "abc", "from 1 to 3650"),
        ("horizon_days", 4000, "from 1 to 3650"),
        ("horizon_days", 30.5, "from 1 to 3650"),
        ("horizon_days", "", "from 1 to 3650"),
        ("landmark_max_leads", 0, "from 1 to 1000000000"),
        ("win_within_min_wins", 1, "from 2 to 1000000000"),
    ],
)
def test_a_setting_that_is_no_such_number_is_refused(
    living_dbt: LivingDbt, name: str, value: str | float, limits: str
) -> None:
    line = living_dbt.refusal("landmark_leads", "known_outcomes", **{name: value})
    assert line == f"{name} is '{value}'; give a whole number {limits}"


@pytest.mark.parametrize(("migrated", "is_known"), [(2, True), (3, False)])
def test_leads_that_were_there_before_they_were_created_tell_no_past(
    compiled: CompiledProject, migrated: int, is_known: bool
) -> None:
    """A fifth at most: of the others only those that moved would be looked at."""
    world = World()
    for _ in range(10):
        world.add(430, ("MQL", 400), ("Customer", 200))
    world.changes = [row for row in world.changes if row["stage"] != "Lead"]
    for lead in world.leads[:migrated]:
        lead["created_at"] = days_ago(150)
    decide(compiled, world)
    (known,) = compiled.rows("select count(*) > 0 from landmarks")
    assert known == (is_known,)
    (there,) = compiled.rows(
        "select count(*) from lead_milestones where was_there_before"
    )
    assert there == (migrated,)


def test_a_build_stops_at_a_horizon_of_no_days(project: Project) -> None:
    said = project.refusal("compile", "--select", "landmark_leads", horizon_days=0)
    assert "horizon_days is '0'; give a whole number from 1 to 3650" in said


def test_a_unit_test_names_each_setting_that_its_model_reads() -> None:
    sql = {path.stem: path.read_text("utf-8") for path in ROOT.glob("models/*/*.sql")}
    reads = {
        "horizon_days": "horizon_days()",
        "comparable_min_leads": '"comparable_min_leads"',
        "levers": '"levers"',
        "changing_segments": '"changing_segments"',
    }
    for path in ROOT.glob("models/*/*.yml"):
        for test in read_yaml(path).get("unit_tests", []):
            given = test.get("overrides", {}).get("vars", {})
            for name, call in reads.items():
                assert call not in sql[test["model"]] or name in given, test["name"]


def test_no_model_reads_such_a_setting_unchecked() -> None:
    for path in (ROOT / "models").rglob("*.sql"):
        for name in ("horizon_days", "landmark_max_leads", "win_within_min_wins"):
            assert f'var("{name}")' not in path.read_text(encoding="utf-8"), path
