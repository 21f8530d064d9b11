"""What an export gives is said field by field, and what it lacks is never a number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import duckdb
import pytest

from conftest import UNTESTED, Project, data_of
from living_dbt import LivingDbt

COVERAGE = (
    "select field, column_read, filled_count, recognised_count, not_understood_count,"
    " examples, is_thin from input_coverage order by field_order, column_read"
)

# Of a HubSpot that its people have made their own.
HEADER = (
    "Record ID,Added on,Lifecycle Stage,Lead Score,Last Engagement Date,"
    "Company size,Lead origin,Phone,Contact owner"
)
ACTED = ("A,2026-01-01,Lead", "B,2026-01-02,Lead", "C,2026-01-02,Lead")
ACTS = ("A,2026-01-03,mail_replied", "B,2026-01-04,mail_replied")
ROWS = (
    "1,13/02/2026,Lead,340,02-05-2026 10:30,25-50,Google,555-0100,Ann",
    "2,14/02/2026,Customer,61.5,13-05-2026 10:30,25-50,Google,555-0100,Ann",
    "3,15/02/2026,Customer,,12-05-2026 10:30,lots,Google,555-0100,",
    "4,15/02/2026,Prospect,120,,call 555 010 0199,Google,555-0100,",
)


@pytest.fixture
def export(write_csv: Callable[..., Path]) -> dict[str, str]:
    return {"leads_path": str(write_csv(HEADER, *ROWS)), "crm": "hubspot"}


def test_each_field_and_each_column_that_nothing_reads_is_counted(
    project: Project, export: dict[str, str]
) -> None:
    """Nothing is read of this export: its build fails, and says why."""
    verdict = "assert_not_every_row_was_rejected__look_in_input_notices"
    words = ("--leads", export["leads_path"], "--crm", export["crm"])
    done = project.script("build", *words, DBT_EXCLUDE_RESOURCE_TYPES="unit_test")
    assert done.returncode == 1
    failed = f"Failed: test {verdict} (tests/singular/{verdict}.sql): 1 row, such as "
    assert f"{failed}row_count 4, rejected_count 4\n" in done.stderr
    days = "02-05-2026 10:30, 12-05-2026 10:30, 13-05-2026 10:30"
    assert project.drafted(COVERAGE) == [
        ("lead_id", "Record ID", 4, 4, 0, None, False),
        ("created_at", None, 0, 0, 0, None, True),
        ("funnel_stage", "Lifecycle Stage", 4, 3, 1, "Prospect", False),
        ("intent_score", "Lead Score", 3, 1, 2, "120, 340", True),
        ("last_engaged", "Last Engagement Date", 3, 0, 3, days, True),
        ("company_size", "Company size", 4, 2, 2, "call [phone], lots", False),
        ("source", None, 0, 0, 0, None, True),
        ("engagement_channel", None, 0, 0, 0, None, True),
        ("sales_owner", "Contact owner", 2, 2, 0, None, False),
        *((None, name, *[None] * 4, False) for name in ("Added on", "Lead origin")),
        (None, "Phone", *[None] * 4, False),
    ]
    proposals = dict(project.drafted("select field, proposal from input_proposals"))
    assert proposals.keys() == {
        *("last_engaged", "intent_score", "funnel_stage", "company_size", "source")
    }
    assert 'DATE_FORMAT="last_engaged=%d-%m-%Y %H:%M"' in proposals["last_engaged"]
    assert "they run from 61.5 to 340: set SCORE_MIN" in proposals["intent_score"]
    assert proposals["source"].startswith("Lead origin is not read and looks like sou")
    # warned of, with the count and the next step
    said = " ".join(done.stderr.split())
    assert (
        "Rejected: 4 of 4 rows (3 invalid_last_engaged; 1 unknown_funnel_stage), such"
        f" as funnel_stage Prospect; last_engaged {days}; look in rejected_leads. Rows"
        " with a word that is not known: 1, such as Prospect: say what they mean in se"
    ) in said
    assert "last_engaged is understood in 0 of 4 rows (read from Last Engage" in said
    assert "555" not in said


def test_a_count_is_not_proposed_for_the_field_that_it_counts(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    found = {}
    for header in ("Number of Sales Activities", "Sales Activities"):
        path = str(write_csv(f"Record ID,{header}", "1,2"))
        living_dbt.build("input_proposals", leads_path=path, crm="hubspot")
        proposals = living_dbt.rows("select proposal from input_proposals")
        found[header] = [said for (said,) in proposals if "looks like" in said]
    assert found["Sales Activities"]
    assert found["Number of Sales Activities"] == []


def test_two_formats_that_fit_as_well_are_both_named_and_none_is_said_to_be_none(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """None reads the number of a day, as a spreadsheet counts them: that is named."""
    rows = ("1,02/03/2026,46193", "2,04/05/2026,20 giu 2026")
    path = str(write_csv("lead_id,created_at,last_engaged", *rows))
    living_dbt.build("input_proposals", leads_path=path)
    assert living_dbt.rows("from input_proposals order by all") == [
        (
            "created_at",
            "100 % of the texts that are not dates look like %d/%m/%Y or %m/%d/%Y: both"
            " fit as well, so look at the export, and set"
            ' DATE_FORMAT="created_at=%d/%m/%Y", or "created_at=%m/%d/%Y"',
        ),
        (
            "last_engaged",
            "Numbers of days, as a spreadsheet keeps dates: 1; format their column"
            " there as yyyy-mm-dd and save it again",
        ),
        (
            "last_engaged",
            "Texts that are no dates in any format that is tried: 2; write them as"
            " 2026-06-20, or with their zone as 2026-06-20T10:00+02:00 (a name such as"
            " CET means several), or name their format with DATE_FORMAT, such as"
            " %A, %d %B %Y at %H:%M",
        ),
    ]


def test_no_setting_reads_two_formats_in_one_column(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """A few odd dates among many are mistyped, and what is set may be what is wrong."""

    def proposals(iso: int, others: int, **settings: str) -> list[str]:
        dates = ["2026-06-20"] * iso + ["20/06/2026"] * others
        rows = [f"{number},{day}" for number, day in enumerate(dates)]
        path = str(write_csv("lead_id,created_at", *rows))
        living_dbt.build("input_proposals", leads_path=path, **settings)
        return [
            text
            for (text,) in living_dbt.rows(
                "select proposal from input_proposals where field = 'created_at'"
            )
        ]

    (fewer,) = proposals(19, 1)
    assert fewer == (
        "Texts that look like %d/%m/%Y: 1, beside 19 that are read as dates; no "
        "setting reads both, so write them alike in the export"
    )
    assert proposals(20, 1) == []
    assert proposals(19, 1, date_format="created_at=%Y-%m-%d") == []
    alike = (
        "; if those that are read now (1) are not read then, the column has two "
        "formats, and no setting reads both: write them alike in the export"
    )
    (more,) = proposals(1, 19)
    assert more == (
        "100 % of the texts that are not dates look like %d/%m/%Y: set "
        f'DATE_FORMAT="created_at=%d/%m/%Y"{alike}'
    )
    (many,) = proposals(1, 20)
    assert many.endswith('set DATE_FORMAT="created_at=%d/%m/%Y"')


@pytest.mark.parametrize(
    ("scores", "range_of", "is_told"),
    [
        # a fraction has one point
        (["1.234", "1.234.567", *["80"] * 98], {}, True),
        (["1.234", "12.345", "567"], {"score_min": "0", "score_max": "20000"}, True),
        (["1.234", "12.345"], {"score_min": "0", "score_max": "20000"}, True),
        (["1.234", '"45,5"', "80"], {}, True),
        (["61.532", "12.345", "80"], {}, False),
        (["0.532", "12.3", "500"], {"score_min": "0", "score_max": "1000"}, False),
    ],
)
def test_scores_that_may_be_thousands_are_told(
    living_dbt: LivingDbt,
    write_csv: Callable[..., Path],
    scores: list[str],
    range_of: dict,
    is_told: bool,
) -> None:
    rows = (f"{n},{score}" for n, score in enumerate(scores))
    path = str(write_csv("lead_id,intent_score", *rows))
    living_dbt.build("input_notices", leads_path=path, **range_of)
    found = "select count(*) > 0 from input_notices where notice like '%thousands%'"
    assert living_dbt.rows(found) == [(is_told,)]


def test_what_a_file_has_instead_of_no_date_and_of_an_id_is_told(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    lost = [f"55402300000052{n}0000,1970-01-01,0001-01-01" for n in range(3)]
    told = (
        "select notice from input_notices where notice like 'Dates before 1990%'"
        " or notice like 'lead_id: all%' order by 1"
    )
    header = "lead_id,created_at,last_engaged"
    path = str(write_csv(header, *lost, "7,2026-01-01,2026-01-02"))
    living_dbt.build("input_notices", leads_path=path)
    (dates,), (ids,) = living_dbt.rows(told)
    assert dates.startswith("Dates before 1990: 3 of created_at, 3 of last_engaged;")
    assert ids.startswith("lead_id: all 3 ids of more than 15 digits, such as 554023")
    # these dates contradict each other, too: two notices of one place among the others
    places = "select count(*), count(distinct notice_order) from input_notices"
    assert len({*living_dbt.rows(places)[0]}) == 1
    # one that ends otherwise shows that all are as they were
    rows = ["5540230000005210001,2026-01-01,2026-01-02", *(lost[0][:19], lost[1][:19])]
    path = str(write_csv(header, rows[0], *(f"{row},2026-01-01," for row in rows[1:])))
    living_dbt.build("input_notices", leads_path=path)
    assert living_dbt.rows(told) == []


RECORDS = ("leads", "activities", "stage_changes")
# dates of activities and of stages in columns of the leads
OWN_DATES = "Record ID,Create Date,Recent Conversion Date,Became a Customer Date"


@pytest.mark.parametrize(
    ("rows", "settings"),
    [
        # all are in the one format
        (["13/02/2026,14/02/2026,15/02/2026"], ["%d/%m/%Y"]),
        (
            ["03/02/2026,04/02/2026,05/02/2026"],
            ["%d/%m/%Y", "%m/%d/%Y"],
        ),
        # one of them can be in the first only
        (
            ["03/02/2026,14/02/2026,05/02/2026"],
            [
                "%d/%m/%Y",
                "created_at=%m/%d/%Y,entered_at=%m/%d/%Y,last_engaged=%d/%m/%Y,"
                "occurred_at=%d/%m/%Y",
            ],
        ),
        # what is in ISO 8601 stays so
        (
            ["13/02/2026,2026-02-14,15/02/2026"],
            ["created_at=%d/%m/%Y,entered_at=%d/%m/%Y"],
        ),
        (
            ["13/02/2026,02/14/2026,"],
            ["created_at=%d/%m/%Y,last_engaged=%m/%d/%Y,occurred_at=%m/%d/%Y"],
        ),
    ],
)
def test_a_setting_that_is_proposed_reads_all_dates(
    living_dbt: LivingDbt,
    write_csv: Callable[..., Path],
    rows: list[str],
    settings: list,
) -> None:
    path = str(write_csv(OWN_DATES, *(f"{n},{row}" for n, row in enumerate(rows))))
    read = ("input_proposals", *(f"rejected_{record}" for record in RECORDS))
    words = {"leads_path": path, "crm": "hubspot"}
    living_dbt.build(*read, **words)
    proposed = dict(living_dbt.rows("select field, proposal from input_proposals"))
    set_to = ", or ".join(f'"{setting}"' for setting in settings)
    assert proposed["created_at"].endswith(f"set DATE_FORMAT={set_to}")
    for setting in settings:
        living_dbt.build(*read, date_format=setting, **words)
        for record in RECORDS:
            assert living_dbt.rows(f"select * from rejected_{record}") == []
        assert (
            living_dbt.rows(
                "select field from input_proposals where proposal like '%DATE_FORMAT%'"
            )
            == []
        )


DATES = ("created_at", "entered_at", "last_engaged", "occurred_at")


@pytest.mark.parametrize(
    "texts",
    [
        # as a page shows them
        {
            "6/20/2026, 2:30 PM": "%m/%d/%Y, %I:%M %p",
            "6/20/2026, 2:30\u202fPM": "%m/%d/%Y, %I:%M %p",
            "20.6.2026,\u00a014:30": "%d.%m.%Y, %H:%M",
            "20/06/2026, 14:30": "%d/%m/%Y, %H:%M",
        },
        {
            "2026-06-20 2:30 PM": "%Y-%m-%d %I:%M %p",
            "2026-6-20 9:30": "%Y-%m-%d %H:%M",
            "6/20/2026 2:30pm": "%m/%d/%Y %I:%M%p",
            "6/20/2026, 2:30:15 PM": "%m/%d/%Y, %I:%M:%S %p",
        },
        # %Y would take the 26 for the year 26
        {
            "20-JUN-26": "%d-%b-%y",
            "20.06.26": "%d.%m.%y",
            "20-06-26": "%d-%m-%y",
            "20/06/26": "%d/%m/%y",
        },
        {
            "June 20, 2026 2:30 PM": "%B %d, %Y %I:%M %p",
            "20.06.2026\u202f14:30": "%d.%m.%Y %H:%M",
            "20-06-2026": "%d-%m-%Y",
            "20/06/2026": "%d/%m/%Y",
        },
    ],
)
def test_the_format_of_each_date_is_proposed_and_reads_it(
    living_dbt: LivingDbt, write_csv: Callable[..., Path], texts: dict[str, str]
) -> None:
    created, entered, engaged, occurred = (f'"{text}"' for text in texts)
    leads = ("lead_id,created_at,last_engaged", f"1,{created},{engaged}")
    changes = ("lead_id,stage,entered_at", f"1,MQL,{entered}")
    acts = ("lead_id,activity_type,occurred_at", f"1,call_made,{occurred}")
    paths = {
        "leads_path": str(write_csv(*leads)),
        "stage_changes_path": str(write_csv(*changes, name="stage_changes.csv")),
        "activities_path": str(write_csv(*acts, name="activities.csv")),
    }
    living_dbt.build("input_proposals", **paths)
    proposed = dict(living_dbt.rows("select field, proposal from input_proposals"))
    formats = ",".join(map("=".join, zip(DATES, texts.values(), strict=True)))
    for name in DATES:
        assert proposed[name].endswith(f': set DATE_FORMAT="{formats}"')
    read = ("stg_leads_typed", "stg_stage_changes", "stg_activities")
    living_dbt.build(*read, date_format=formats, **paths)
    assert living_dbt.rows(
        """
        select created_at, last_engaged, entered_at::date, occurred_at::date
        from stg_leads_typed
        left join stg_stage_changes using (lead_id)
        left join stg_activities using (lead_id)
        """
    ) == [(date(2026, 6, 20),) * 4]


def test_a_date_that_is_not_read_is_shown_and_a_number_of_a_person_is_not(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    texts = {
        "02/20/2026 09:57 PM EST": "02/20/2026 09:57 PM EST",
        "2026-02-20 21:57:00 CET": "2026-02-20 21:57:00 CET",
        "0171 1234567": "[phone]",
        "46193.5486": "46193.5486",
        "1767225600000000": "1767225600000000",
        "Ann 20 2026 0171 1234567": "Ann [phone]",
        "Fri Feb 20 2026 21:39:00 GMT+0200 (CEST)": (
            "Fri Feb 20 2026 21:39:00 GMT+0200 (CEST)"
        ),
        "Fri, 20 Feb 2026 21:39:00 +0000": "Fri, 20 Feb 2026 21:39:00 +0000",
    }
    left = iter(texts.items())
    # two of each date in a build, as they are in the order of texts
    while four := list(islice(left, 4)):
        (a, b, c, d), shown = zip(*four, strict=True)
        rows = f'1,"{a}","{c}"', f'2,"{b}","{d}"'
        path = str(write_csv("lead_id,created_at,last_engaged", *rows))
        living_dbt.build("input_coverage", leads_path=path)
        assert living_dbt.rows(
            "select examples from input_coverage"
            " where field in ('created_at', 'last_engaged') order by field"
        ) == [(", ".join(shown[:2]),), (", ".join(shown[2:]),)]


def test_leads_engaged_before_they_were_there_are_warned_of(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    rows = [*(f"{n},02.01.2026,03.01.2026" for n in range(8)), "8,,01.01.2026"]
    rows += ["9,02.01.2026,01.01.2026"]
    found = "select notice from input_notices where notice like '%before they were%'"
    for more, said in (
        ([], []),
        (
            ["10,02.01.2026,01.01.2026"],
            [
                "last_engaged: 2 of 10 leads that have both dates were engaged before"
                " they were created; look in the export at which column holds what,"
                " and at DATE_FORMAT: it may take days for months"
            ],
        ),
    ):
        path = str(write_csv("lead_id,created_at,last_engaged", *rows, *more))
        living_dbt.build("input_notices", leads_path=path, date_format="%d.%m.%Y")
        assert [notice for (notice,) in living_dbt.rows(found)] == said


@pytest.mark.parametrize(
    ("scores", "settings", "warned"),
    [
        (
            [f"0.{n:02}" for n in range(25)],
            {},
            "intent_score: No score is above 0.24: if they run from 0 to 1, set SCORE",
        ),
        ([f"0.{n:02}" for n in range(25)], {"score_min": 0, "score_max": 1}, None),
        (
            ["10", "2", "9.5"] * 7,
            {},
            "intent_score: No score is above 10: if they run from 0 to 10, set SCORE",
        ),
        (["0", "1"], {}, None),
        (
            ['"1,234"', "26 %", "n.v.", *map(str, range(50))],
            {},
            "intent_score: 3 of 53 rows hold a text that is not taken as a score, such"
            " as 1,234, 26 %, n.v.; their leads are not scored. Scores with a percent"
            " sign, or a comma that may be one of thousands: 2; export them with a"
            " point and no sign, as 51.9",
        ),
        # few enough to be mistyped
        (["26%", "140", *map(str, range(50))], {}, None),
    ],
)
def test_scores_that_would_be_lost_in_silence_are_warned_of(
    living_dbt: LivingDbt,
    write_csv: Callable[..., Path],
    scores: list[str],
    settings: dict[str, int],
    warned: str | None,
) -> None:
    rows = (f"{n},2026-01-02,{score}" for n, score in enumerate(scores))
    path = str(write_csv("lead_id,created_at,intent_score", *rows))
    living_dbt.build("input_notices", leads_path=path, **settings)
    found = living_dbt.rows(
        "select notice from input_notices where notice like 'intent_score: %'"
    )
    if warned is None:
        assert not found
        stray = "select count(*) from input_proposals where proposal like '%mistyped%'"
        assert living_dbt.rows(stray) == [(int("140" in scores),)]
    else:
        [(notice,)] = found
        assert notice.startswith(warned)


def test_no_date_format_is_proposed_that_reads_fewer(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    rows = [f"{n},{n + 10}.01.2026" for n in range(9)]
    rows += ["9,2026-01-02", "10,01/13/2026", "11,01/14/2026", ",", "12,never"]
    path = str(write_csv("lead_id,created_at", *rows, "12,01.02.2026"))

    def proposals(**settings: str) -> list[str]:
        living_dbt.build("input_notices", leads_path=path, **settings)
        return [
            text for (text,) in living_dbt.rows("select proposal from input_proposals")
        ]

    [first] = proposals()
    assert 'set DATE_FORMAT="created_at=%d.%m.%Y"; if those' in first
    assert proposals(date_format="created_at=%d.%m.%Y") == []


def test_what_is_rejected_adds_up(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    rows = [
        *("1,2026-01-02,Lead", "1,2026-01-02,Lead", "2,2026-01-02,Prospect"),
        *("3,2026-02-31,Lead", "4,2999-01-01,Lead", ",2026-01-02,Lead"),
    ]
    path = str(write_csv("lead_id,created_at,funnel_stage", *rows))
    living_dbt.build("input_notices", leads_path=path)
    [(notice,)] = living_dbt.rows(
        "select notice from input_notices where notice like 'Rejected: %'"
    )
    assert notice.startswith("Rejected: 5 of 6 rows (1 ")
    assert "; 2 for other reasons), such as" in notice


def test_what_most_leads_lack_is_not_known(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """No engagement: no rate, and nobody is Dormant for want of a column."""
    stages = ("Lead", "MQL", "SQL", "Customer")
    rows = (f"{n},2026-01-0{n},{stages[n % 4]},{n}0" for n in range(1, 9))
    path = str(write_csv("lead_id,created_at,funnel_stage,intent_score", *rows))
    read = ("+exposure:conversion_funnel_page", "+team_worklist", "+rejected_leads")
    done = project.dbt("build", "--select", *read, *UNTESTED, leads_path=path)
    assert done.returncode == 0, done.stdout
    # 80 points and no day: the one whom only a mail can tell about
    assert project.rows(
        "select distinct health_rule, track_rule from leads order by all"
    ) == [
        ("engagement_not_known", "customer"),
        ("engagement_not_known", "educate"),
        ("engagement_not_known", "unheard_mql"),
    ]
    rates = "conversion_rate, left_rate, share_of_top"
    assert project.rows(f"select distinct {rates} from conversion_funnel") == [
        (None, None, None)
    ]
    project.call_it_whole()
    summary = project.script("summarize_build").stdout
    assert "Health: 8 not known" in summary
    assert "Funnel: how many leads go on, and how soon, is not known" in summary
    assert "last_engaged is understood in 0 of 8 rows (there is no column" in summary
    assert project.script("plot_conversion_funnel").returncode == 0
    page = project.database.with_suffix("") / "conversion_funnel.html"
    data = data_of(page.read_text("utf-8"))
    healths = {row["engagement_health"] for row in data["steps"]}
    assert healths == {"Not known", None}
    assert {row["engagement_health"] for row in data["leads"]} == {"Not known"}
    assert any("neither Active nor an SQL" in row["notice"] for row in data["notices"])


def test_an_export_without_rows_is_said_to_have_none(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    path = str(write_csv("lead_id,created_at,funnel_stage,intent_score,last_engaged"))
    read = ("+input_notices", "+exposure:conversion_funnel_page", "+team_worklist")
    done = project.dbt("build", "--select", *read, *UNTESTED, leads_path=path)
    assert done.returncode == 0, done.stdout
    (notice,) = project.rows("select notice from input_notices")
    assert notice[0].startswith("There are no leads: the export has no row below its")
    assert notice[0] in " ".join(done.stdout.split())
    project.call_it_whole()
    said = project.script("summarize_build").stdout.splitlines()
    assert said[1] == notice[0]
    assert not [line for line in said if line.startswith(("Stage:", "Health:"))]
    seen = project.script("doctor", "--leads", path).stdout.splitlines()
    assert seen[-1] == f"- {notice[0]}"


NAMES = 'EXTRA_COLUMNS="{}" puts names on the work lists'


def test_of_dates_to_come_it_is_said_which_day_it_is(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    rows = ("1,2026-01-02,,", "2,2026-01-03,,")
    path = write_csv("lead_id,created_at,Company name,Last name", *rows)
    done = project.script("doctor", "--leads", str(path), "--as-of", "2026-01-01")
    assert (
        "- Rejected: 2 of 2 rows (2 date_after_as_of); look in rejected_leads. Leads"
        " are judged on 2026-01-01: where their dates are right, as where the next day"
        " has begun already, name a later one with as_of_date (make AS_OF)"
    ) in " ".join(done.stdout.split())
    # half a name is none
    assert NAMES.format("Company name") in done.stdout


def test_the_doctor_says_what_a_missing_column_leaves_unknown(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    # what is summed up is no score that is out of range
    header = "lead_id,created_at,funnel_stage,intent_score"
    rows = ("1,2026-01-02,Lead,50,,,", "2,2026-01-03,MQL,60,,,", "Total,,,110,,,")
    path = write_csv(f"{header},Last Name,First Name,Company name", *rows)
    done = project.script("doctor", "--leads", str(path))
    said = " ".join(done.stdout.split())
    assert "- last_engaged is understood in 0 of 3 rows (there is no column fo" in said
    assert "it): conversion is not known, and a lead without it is neither" in said
    assert "Nothing to propose" not in said
    assert "- Rejected: 1 of 3 rows (1 total_row); look in rejected_leads" in said
    assert "Scores out of range" not in said
    assert NAMES.format("First Name,Last Name") in said


def test_the_doctor_reads_and_builds_nothing(
    project: Project, export: dict[str, str]
) -> None:
    path = Path(export["leads_path"])
    path.write_text(f"All contacts\n\n{path.read_text('utf-8')}", "utf-8")
    words = ("--leads", str(path), "--crm", "hubspot")
    done = project.script("doctor", *words)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert f"4 rows of {path}, whose header is on line 3" in said
    assert "Last Engagement Date │ 3 (75 %)" in said
    assert "Columns that nothing reads: Added on, Lead origin, Phone" in said
    assert "EXTRA_COLUMNS=" not in said
    assert "- Rejected: 4 of 4 rows (3 invalid_last_engaged; 1 unknown_fun" in said
    # a warning is said once, and with it what to do
    assert said.count("look like %d-%m-%Y %H:%M") == 1
    assert "Warning" not in done.stderr
    assert not project.database.exists()
    assert "555" not in done.stdout + done.stderr


def test_what_activities_tell_is_known(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """A field that the export lacks is not thin where most leads did something."""
    leads = write_csv("lead_id,created_at,funnel_stage", *ACTED)
    acts = write_csv("lead_id,occurred_at,activity_type", *ACTS, name="activities.csv")
    given = {"leads_path": str(leads), "activities_path": str(acts)}
    thin = "select field from input_coverage where is_thin order by field_order"
    for fields in (["company_size"], ["intent_score", "last_engaged", "company_size"]):
        living_dbt.build("input_notices", **given)
        found = [field for (field,) in living_dbt.rows(thin)]
        shown = ("intent_score", "last_engaged", "company_size")
        assert [each for each in found if each in shown] == fields
        # what we did tells nothing of the lead
        acts.write_text(acts.read_text("utf-8").replace("mail_replied", "mail_sent"))


def test_what_dated_columns_tell_is_known(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """They date the last of each kind: engagement, but no measure of intent.

    A log of what we did makes them none.
    """
    header = "Record ID,Create Date,Lifecycle Stage,Recent Sales Email Replied Date"
    replied = "2026-01-03"
    path = write_csv(
        header,
        f"1,2026-01-01,Sales Qualified Lead,{replied}",
        f"2,2026-01-02,Marketing Qualified Lead,{replied}",
        "3,2026-01-02,Lead,",
    )
    call = "1,2026-01-02,call_made"
    calls = write_csv("lead_id,occurred_at,activity_type", call, name="calls.csv")
    logged = {"activities_path": str(calls), "activities_crm": "canonical"}
    for settings, what_to_do in (
        ({}, "; a file of activities (ACTIVITIES) makes a score"),
        (logged, ": most leads have none by their activities either"),
    ):
        read = ("input_notices", "leads_with_stages")
        living_dbt.build(*read, leads_path=str(path), crm="hubspot", **settings)
        thin = living_dbt.rows("select field from input_coverage where is_thin")
        assert {("intent_score",), ("last_engaged",)} & {*thin} == {("intent_score",)}
        said = [it for (it,) in living_dbt.rows("select notice from input_notices")]
        (scored,) = [it for it in said if "not known" in it]
        assert scored.startswith("intent_score is understood in 0 of 3 rows (there is")
        assert what_to_do in scored
        # nobody falls back from where the CRM has it
        assert living_dbt.rows(
            "select stage_rule, intent_score, last_engaged::varchar, simulated_stage"
            " from leads_with_stages order by lead_id"
        ) == [
            ("not_scored_sql", None, replied, "SQL"),
            ("not_scored_mql", None, replied, "MQL"),
            ("not_scored", None, None, "Lead"),
        ]


def test_a_newest_day_that_stands_alone_is_warned_of(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """It would make all other leads Dormant, and is not remembered.

    A day that somebody named is meant, and one that many leads come near is none such.
    """
    first = date(2025, 1, 1)
    days = [first + timedelta(number % 200) for number in range(401)]
    rows = [f"{number},{day}," for number, day in enumerate(days)]
    alone = "select notice from input_notices where notice like 'Leads are judged%'"
    newest = days[199]
    for gap, count, settings, is_said in (
        (30, 1, {}, True),
        (30, 1, {"as_of_date": "2025-09-01"}, False),
        # two of 403 are near half a percent, three are more
        (30, 2, {}, True),
        (30, 3, {}, False),
        (13, 1, {}, False),
    ):
        day = newest + timedelta(gap)
        later = [f"later {number},2025-01-01,{day}" for number in range(count)]
        path = str(write_csv("lead_id,created_at,last_engaged", *rows, *later))
        read = ("input_notices", "current_build")
        living_dbt.build(*read, leads_path=path, **settings)
        dates = len(rows) + 2 * count
        said = (
            f"Leads are judged on {day}, the newest day of the data: the two weeks up"
            f" to it have {count} (last_engaged) of {dates} dates in a year, and the"
            f" next is of {newest}; where that day is mistyped, name another with"
            " as_of_date (make AS_OF)"
        )
        assert living_dbt.rows(alone) == [(said,)] * is_said
        [(is_remembered, why)] = living_dbt.rows(
            "select is_remembered, notice from current_build"
        )
        assert is_remembered is not is_said
        assert (why or "").startswith(f"{day} may be a mistyped date") is is_said


def test_dates_that_a_migration_wrote_are_warned_of(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """A crowd of one day, and leads that had moved on before they were created.

    Many a day when there are few days, or a list of few leads, is no migration.
    """
    first = date(2025, 1, 1)
    found = "select notice from input_notices where notice like 'created_at: %'"
    changes = str(
        write_csv(
            "lead_id,stage,entered_at",
            *(f"{number},MQL,2025-01-0{1 + number % 9}" for number in range(60)),
            name="changes.csv",
        )
    )
    came = str(
        write_csv(
            "lead_id,stage,entered_at",
            *(f"{number},Lead,2025-01-01" for number in range(60)),
            *(f"{number},MQL,2025-01-02" for number in range(60)),
            name="came.csv",
        )
    )
    for crowd, days, moved, is_crowd in (
        (60, 200, 0, True),
        (60, 200, 60, True),
        (49, 200, 0, False),
        (60, 3, 0, False),
        (300, 0, 0, True),
    ):
        alone = [f"a{n},{first + timedelta(n % days)}" for n in range(200 * (days > 0))]
        together = [f"{number},2026-03-01" for number in range(crowd)]
        path = str(write_csv("lead_id,created_at", *alone, *together))
        # where the first change is that it came, that tells when
        settings = {"stage_changes_path": changes if moved else came}
        living_dbt.build("input_notices", leads_path=path, **settings)
        told = sorted(notice for (notice,) in living_dbt.rows(found))
        all_leads = len(alone) + crowd
        expected = [
            f"created_at: {crowd} of {all_leads} leads are of one day, 2026-03-01:"
        ] * is_crowd
        if moved:
            expected.append(
                "created_at: of 60 leads with stage changes 60 had moved on"
            )
        assert len(told) == len(expected)
        for notice, start in zip(told, sorted(expected), strict=True):
            assert notice.startswith(start)


@pytest.mark.parametrize(
    ("stages", "none", "rates_are"),
    [
        ({"SQL": 99, "Lead": 1}, "is won or lost", "too low"),
        ({"SQL": 98, "Lead": 1}, None, None),
        ({"SQL": 98, "Lead": 1, "Customer": 1}, None, None),
        ({"Customer": 100}, "stands at the first stage or is lost", "too high"),
        ({"Customer": 99, "Disqualified": 1}, None, None),
        ({"MQL": 100}, "stands at the first stage, or is won or lost", "tell nothing"),
    ],
)
def test_an_export_of_some_stages_alone_is_warned_of(
    living_dbt: LivingDbt,
    write_csv: Callable[..., Path],
    stages: dict[str, int],
    none: str | None,
    rates_are: str | None,
) -> None:
    rows = [
        f"{stage} {number},2025-01-01,{stage}"
        for stage, count in stages.items()
        for number in range(count)
    ]
    # within the horizon of the day that they are judged on
    rows += [f"new {number},2025-04-02,Lead" for number in range(50)]
    path = str(write_csv("lead_id,created_at,funnel_stage", *rows))
    living_dbt.build("input_notices", leads_path=path, as_of_date="2025-06-30")
    said = (
        f"funnel_stage: of 100 leads that came 90 days ago or earlier none {none}:"
        " where the export leaves such leads out, rates are those of the leads that are"
        f" left, and {rates_are}; export all leads"
    )
    found = "select notice from input_notices where notice like 'funnel_stage: of%'"
    assert living_dbt.rows(found) == [(said,)] * (none is not None)


def test_owners_and_segments_in_several_spellings_are_warned_of(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    names = ["Ann", "ANN", "Bo  Li", "Bo Li", "bo li", "Cy", "Cy", ""]
    rows = (f"{n},{name},{name},{name}" for n, name in enumerate(names))
    path = str(write_csv("lead_id,sales_owner,Region,Team", *rows))
    columns = {"extra_columns": ["Region", "Team"], "segments": ["Region"]}
    living_dbt.build("input_notices", leads_path=path, **columns)
    found = "select notice from input_notices where notice like '%spellings%'"
    said = "in several spellings: 2, such as ANN and Ann, which are taken for two"
    told = [notice for (notice,) in living_dbt.rows(f"{found} order by notice")]
    assert told == [
        f"region {said}; write them alike in the CRM",
        f"sales_owner {said}, each with a list of its own; write them alike in the CRM",
    ]


def test_a_score_by_another_name_is_a_setting_and_a_column_may_stand_there_twice(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    header = "Record ID,Our score,Lifecycle Stage,Notes,lifecyclestage,Notes"
    path = write_csv(header, "1,50,,x,customer,y")
    words = ("--leads", path, "--crm", "hubspot")
    said = " ".join(project.script("doctor", *words).stdout.split())
    assert (
        "- The export has several columns Lifecycle Stage: the first is read;" in said
    )
    assert "several columns Notes" not in said
    assert (
        "Our score is not read and looks like intent_score: set SCORE_COLUMN=" in said
    )
    done = project.script("doctor", *words, "--score-column", "Our score")
    assert "intent_score │ Our score │ 1 (100 %)" in " ".join(done.stdout.split())


def test_what_opens_many_headers_makes_none_of_them_a_field(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    parts = ("Title", "Label", "Owner", "Stage", "Status", "Created", "Creator")
    header = ",".join(["lead_id", "created_by", *(f"Source - {it}" for it in parts)])
    leads = str(write_csv(header, "1" + "," * (len(parts) + 1)))
    living_dbt.build("input_proposals", leads_path=leads)
    assert living_dbt.rows(
        "select field, split_part(proposal, ' is not read', 1) from input_proposals"
        " order by all"
    ) == [
        ("created_at", "Source - Created"),
        ("funnel_stage", "Source - Stage"),
        ("funnel_stage", "Source - Status"),
        ("sales_owner", "Source - Owner"),
    ]


def test_the_doctor_names_a_file_that_it_can_not_read(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    short = write_csv("lead_id,note", "1,x,y")
    unpacked = write_csv("lead_id", "1", name="leads.csv.gz")
    for path, why in (
        (short, "expected 2 fields in the row on line 2"),
        (unpacked, "GZIP stream: "),
    ):
        done = project.script("doctor", "--leads", str(path))
        assert done.returncode == 1
        assert why in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr
    assert done.stderr.endswith(f"{unpacked}; unpack it, or export it again\n")


def test_the_funnels_shares_have_their_interval_and_horizon(
    built_project: Project,
) -> None:
    with duckdb.connect(str(built_project.database)) as connection:
        # the oldest lead is younger than what the shares are of
        connection.execute("update funnel_velocity set recent_days = 40")
    shares = built_project.rows(
        "select stage, incidence, incidence_low, incidence_high from time_to_stage"
        " where segment_type = 'all' and days = 90 order by stage_order"
    )
    said = [
        f"{share:.0%} {stage} ({low:.0%} to {high:.0%})"
        for stage, share, low, high in shares
    ]
    said[0] = said[0].replace("% ", "% of leads reach ", 1)
    summary = built_project.script("summarize_build").stdout
    assert f"Funnel: within 90 days of their creation {', '.join(said)}" in summary
