"""Activities and stage changes: read, cast once, and kept, rejected or set aside."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shutil import copy

import pytest

from conftest import DATA, ROOT, UNTESTED, Project
from living_dbt import LivingDbt
from test_crm_mappings import EXPORTS, public

# which reads all that is kept, rejected and set aside
TEST = "assert_rows_in_are_rows_out"
MODELS = (TEST, "activity_issues", "stage_change_issues")
# and what a build says of them
NOTICES = "input_notices"
BUILD = ("build", "--select", f"+{TEST}", "--indirect-selection", "empty")
KEPT = (
    "select lead_id, activity_type, channel, occurred_at::varchar, has_time_of_day"
    " from stg_activities order by all"
)
CHANGES = (
    "select lead_id, stage, entered_at::varchar, has_time_of_day"
    " from stg_stage_changes order by all"
)
LEADS = ("lead_id,created_at", "A,2026-01-01", "B,2026-01-02")
HEADER = "lead_id,occurred_at,activity_type,channel"
REASONS = "select lead_id, rejection_reasons from rejected_activities order by all"


def lines_of(name: str) -> list[str]:
    """Lines of a file that engines are compared by, too."""
    return (DATA / name).read_text(encoding="utf-8").splitlines()


@pytest.fixture
def read(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> Callable[..., tuple[LivingDbt, str]]:
    """Reads leads and activities, tests the result, and gives what a build says of it.

    That is nothing unless it builds more: NOTICES.
    """

    def run(
        *activities: str,
        leads: tuple[str, ...] = LEADS,
        changes: tuple[str, ...] = (),
        more: str = TEST,
        **settings: str,
    ) -> tuple[LivingDbt, str]:
        settings["leads_path"] = str(write_csv(*leads))
        if activities:
            named = write_csv(*activities, name="activities.csv")
            settings["activities_path"] = str(named)
        if changes:
            named = write_csv(*changes, name="changes.csv")
            settings["stage_changes_path"] = str(named)
        living_dbt.build(*MODELS, more, **settings)
        assert living_dbt.rows(f"from {TEST}") == []
        said = "select notice from input_notices order by notice_order"
        notices = living_dbt.rows(said) if more == NOTICES else []
        return living_dbt, " ".join(notice for (notice,) in notices)

    return run


CANONICAL = (
    "lead_id,stage,entered_at",
    "A,Marketing Qualified Lead,2026-01-05 10:00",
    "A,mql,2026-01-05T11:00:00+01:00",
    "A,SQL,2026-01-06",
    "Z,SQL,2026-01-06",
    ",SQL,2026-01-06",
    "A,Champion,2026-01-06",
    "A,SQL,soon",
    "A,SQL,2999-01-01",
)


def assert_changes_are_read(
    living_dbt: Project, said: str, set_aside: list[int]
) -> None:
    """That stage changes are read alike in each CRM's words."""
    assert living_dbt.rows(CHANGES) == [
        ("A", "MQL", "2026-01-05 10:00:00", True),
        ("A", "SQL", "2026-01-06 00:00:00", False),
        ("Z", "SQL", "2026-01-06 00:00:00", False),
    ]
    assert living_dbt.rows(
        "select rejection_reasons, count(*) from rejected_stage_changes"
        " group by all order by all"
    ) == [
        ("duplicate_stage_change", 1),
        ("entered_after_as_of", 1),
        ("invalid_entered_at", 1),
        ("missing_lead_id", 1),
        ("unknown_stage", 1),
    ]
    assert living_dbt.rows("select lead_id, issue from stage_change_issues") == [
        ("Z", "unknown_lead")
    ]
    others = "select row_count from set_aside_records where input = 'stage_changes'"
    assert [count for (count,) in living_dbt.rows(others)] == set_aside
    assert "Stage changes: 5 rejected" in said
    assert "1 of stages that mean nothing here, such as " in said


def test_every_row_is_kept_or_rejected_with_every_code(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    rows = [
        "A,2026-02-01T10:00:00Z,Demo requested,email",
        # the same moment elsewhere, spelled otherwise
        "A,2026-02-01 12:00:00+02:00,demo-requested,",
        " A ,2026-02-01 10:00,DEMO_REQUESTED,Phone",
        "A,2026-02-01T10:00:00.5Z,demo_requested,None",
        "B,2026-02-03,mail_sent,E-mail",
        "B,1770112800000,Mail  Opened,Email",
        "B,20260204,Fax received ,Fax",
        "C,2026-02-05 23:30-05:00,call_made,Phone Call",
        "N/A,2026-02-01,call_made,",
        "A,01/02/2026,call_made,",
        "A,2026-02-30,call_made,",
        "A,2026-02-01T 9:00:00,call_made,",
        "A,,call_made,",
        "A,epoch,call_made,",
        "A,2999-01-01,call_made,",
        "A,2026-02-01,-,",
        ",2999-01-01,,",
    ]
    random.Random(4).shuffle(rows)
    living_dbt, said = read(HEADER, *rows, changes=CANONICAL, more=NOTICES)
    assert living_dbt.rows(KEPT) == [
        ("A", "demo_requested", "Email", "2026-02-01 10:00:00", True),
        ("A", "demo_requested", None, "2026-02-01 10:00:00.5", True),
        ("B", "Fax received", None, "2026-02-04 00:00:00", False),
        ("B", "mail_opened", "Email", "2026-02-03 10:00:00", True),
        ("B", "mail_sent", "Email", "2026-02-03 00:00:00", False),
        ("C", "call_made", "Phone", "2026-02-06 04:30:00", True),
    ]
    invalid = "invalid_occurred_at"
    assert Counter(reasons for _, reasons in living_dbt.rows(REASONS)) == {
        "duplicate_activity": 2,
        "missing_lead_id": 1,
        invalid: 5,
        "occurred_after_as_of": 1,
        "missing_activity_type": 1,
        "missing_lead_id, occurred_after_as_of, missing_activity_type": 1,
    }
    # whole, as they came
    assert living_dbt.rows(
        "select distinct lead_id, occurred_at, activity_type from rejected_activities"
        " where rejection_reasons like '%missing_activity_type' order by all"
    ) == [("A", "2026-02-01", "-"), (None, "2999-01-01", None)]
    assert living_dbt.rows(
        "select lead_id, issue from activity_issues order by all"
    ) == [
        ("B", "unknown_activity_type"),
        ("C", "unknown_lead"),
    ]
    assert living_dbt.rows("select * from as_of")[0][0].isoformat() == "2026-02-06"
    assert living_dbt.rows(
        "select row_count from source_files where input = 'activities'"
    ) == [(len(rows),)]
    assert_changes_are_read(living_dbt, said, set_aside=[])
    _, *lines = said.split("Activities: ")
    assert len(lines) == 1
    assert "11 rejected (5 invalid_occurred_at; 2 duplicate_activity;" in lines[0]
    assert "1 of leads that the export does not have or that were rejected" in lines[0]
    assert "1 of types that mean nothing here, such as Fax received:" in lines[0]


def test_a_file_of_a_header_is_no_activities(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    """And without a file of stage changes everything is as it was."""
    living_dbt, said = read(HEADER, more=NOTICES)
    for model in ("stg_activities", "rejected_activities", "stg_stage_changes"):
        assert living_dbt.rows(f"from {model}") == []
    assert living_dbt.rows("select * from as_of")[0][0].isoformat() == "2026-01-02"
    assert "Activities: " not in said
    assert "Stage changes: " not in said
    counted = "select row_count from source_files where input = 'activities'"
    assert living_dbt.rows(counted) == [(0,)]


@pytest.mark.parametrize(
    ("lines", "crm", "said"),
    [
        ((), "canonical", "expected a header, found an empty file"),
        (
            ("lead_id,when,activity_type", "A,2026-01-01,call_made"),
            "canonical",
            "expected a column occurred_at, found lead_id, when, activity_type",
        ),
        (
            ("Calls of May,,", "", "Who,When,What", "A,2026-01-01,call"),
            "canonical",
            "expected a column lead_id, found Who, When, What; name one of them so",
        ),
        (
            ("lead_id,occurred_at", "A,2026-01-01"),
            "canonical",
            "expected a column activity_type, found lead_id, occurred_at",
        ),
        (
            ("hs_timestamp,hs_engagement_type", "2026-01-01,CALL"),
            "hubspot",
            "expected a column Contact ID or ",
        ),
        (
            ("WhoId,ActivityDate", "A,2026-01-01"),
            "salesforce",
            "expected a column Event Subtype, found WhoId, ActivityDate",
        ),
        (
            ("lead_id,occurred_at,activity_type", "A,2026-01-01"),
            "canonical",
            "expected 3 fields in the row on line 2",
        ),
    ],
)
def test_a_file_that_can_not_be_read_is_one_line(
    living_dbt: LivingDbt,
    write_csv: Callable[..., Path],
    lines: tuple[str, ...],
    crm: str,
    said: str,
) -> None:
    leads = str(write_csv("lead_id,Record ID", "A,A"))
    path = str(write_csv(*lines, name="activities.csv"))
    models = ("source_files", f"crm_{crm}_activities")
    line = living_dbt.refusal(*models, crm=crm, leads_path=leads, activities_path=path)
    assert line.startswith(f"activities_path '{path}': {said}")


def test_a_table_gives_what_a_file_gives_in_any_order(
    read: Callable[..., tuple[LivingDbt, str]], write_csv: Callable[..., Path]
) -> None:
    rows = [
        "A,2026-02-01T10:00:00Z,page_viewed,",
        "A,2026-02-01T10:00:00Z,page_viewed,",
        "B,2026-02-02,mail_opened,Email",
        "B,x,mail_opened,Email",
        *(
            f"A,2026-02-0{day},mail_sent,{channel}"
            for day in (1, 2, 3)
            for channel in ("", "SMS", "Email", "Fax")
        ),
    ]
    living_dbt, _ = read(HEADER, *rows)
    kept, rejected = living_dbt.rows(KEPT), living_dbt.rows(REASONS)
    assert [row[2] for row in kept if row[1] == "mail_sent"] == ["Email"] * 3
    assert len(kept + rejected) == 16
    other = write_csv(HEADER, *rows[::-1], name="other.csv")
    living_dbt.rows("create schema raw")
    rows_of_file = f"from read_csv('{other}', all_varchar = true)"
    living_dbt.rows(f"create table raw.activities as {rows_of_file}")
    read(activities_path="raw.activities")
    living_dbt.rows("drop schema raw cascade")
    assert (living_dbt.rows(KEPT), living_dbt.rows(REASONS)) == (kept, rejected)


def test_a_pattern_is_named_for_moments_as_for_dates(
    read: Callable[..., tuple[LivingDbt, str]], write_csv: Callable[..., Path]
) -> None:
    """After the day that leads are judged on nothing has happened yet."""
    rows = (
        HEADER,
        "A,01.02.2026 10:30,page_viewed,",
        "A,02.02.2026 23:59,page_viewed,",
        "A,03.02.2026 00:00,page_viewed,",
        "A,2026-02-01,page_viewed,",
    )
    # %Y would take the 26 for the year 26
    odd = "A,01.02.26 10:30,page_viewed,"
    pattern = "occurred_at=%d.%m.%Y %H:%M"
    days = ("20.06.26", "2026-01-02", "31.12.1899", "01.01.1900")
    living_dbt, _ = read(
        *(*rows, odd),
        leads=("lead_id,created_at,last_engaged", *(f"{d},{d},{d}" for d in days)),
        changes=("lead_id,stage,entered_at", *(f"{day},MQL,{day}" for day in days)),
        date_format=f"%d.%m.%Y,{pattern}",
        as_of_date="2026-02-02",
    )
    assert living_dbt.rows(KEPT) == [
        ("A", "page_viewed", None, "2026-02-01 10:30:00", True),
        ("A", "page_viewed", None, "2026-02-02 23:59:00", True),
    ]
    assert [reason for _, reason in living_dbt.rows(REASONS)] == [
        "invalid_occurred_at",
        "invalid_occurred_at",
        "occurred_after_as_of",
    ]
    for record, reason in (
        ("leads", "invalid_created_at, invalid_last_engaged"),
        ("stage_changes", "invalid_entered_at"),
    ):
        assert living_dbt.rows(
            f"select lead_id, rejection_reasons from rejected_{record} order by 1"
        ) == [(day, reason) for day in sorted(days[:3])]
        assert living_dbt.rows(f"select lead_id from stg_{record}") == [("01.01.1900",)]
    # which is proposed
    living_dbt.build(
        "input_proposals",
        leads_path=str(write_csv(*LEADS)),
        activities_path=str(write_csv(*rows, name="activities.csv")),
        date_format="created_at=%Y-%m-%d",
    )
    # with what it was until now
    pattern = f"created_at=%Y-%m-%d,{pattern}"
    assert living_dbt.rows(
        "select proposal from input_proposals where field = 'occurred_at'"
    ) == [
        (
            "100 % of the texts that are not dates look like %d.%m.%Y %H:%M: set"
            f' DATE_FORMAT="{pattern}"; if those that are read now (1) are not read'
            " then, the column has two formats, and no setting reads both: write them"
            " alike in the export",
        )
    ]


HUBSPOT_KEPT = [
    ("A", "Page view", None, "2026-02-05 10:00:00", True),
    ("A", "call_answered", "Phone", "2026-02-01 10:00:00", True),
    ("A", "call_made", "Phone", "2026-02-01 11:00:00", True),
    ("A", "call_received", "Phone", "2026-02-01 12:00:00", True),
    ("A", "mail_replied", "Email", "2026-02-02 11:00:00", True),
    ("A", "mail_replied", "Email", "2026-02-02 12:00:00", True),
    ("A", "mail_sent", "Email", "2026-02-02 10:00:00", True),
    ("A", "meeting_held", None, "2026-02-03 10:00:00", True),
    ("A", "meeting_held", None, "2026-02-03 11:00:00", True),
    ("A", "message_sent", "WhatsApp", "2026-02-04 10:00:00", True),
]
SET_ASIDE = (
    "select set_aside_as, row_count from set_aside_records"
    " where input = 'activities' order by all"
)


def test_hubspots_engagements_are_told_apart_by_who_acted(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    living_dbt, said = read(
        *lines_of("hubspot/activities.csv"),
        leads=("Record ID", "A"),
        changes=lines_of("hubspot/stage_changes.csv"),
        more=NOTICES,
        crm="hubspot",
    )
    assert_changes_are_read(living_dbt, said, set_aside=[2])
    assert living_dbt.rows(KEPT) == HUBSPOT_KEPT
    assert living_dbt.rows(SET_ASIDE) == [
        ("draft of a mail", 1),
        ("meeting that was not held", 1),
        ("note", 1),
        ("task", 1),
    ]


def test_hubspots_marketing_mail_is_of_the_lead_that_has_the_address(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    """And a score that HubSpot has stopped is taken only where it is named."""
    events = (
        "Recipient,Event type,Created",
        "ann@example.com,OPEN,2026-02-01T10:00:00Z",
        "ANN@example.com ,CLICK,2026-02-01T11:00:00Z",
        "bo@example.com,OPEN,2026-02-01T12:00:00Z",
        "cy@example.com,OPEN,2026-02-01T13:00:00Z",
    )
    leads = (
        "Record ID,Email,HubSpot Score,Create Date,Last Engagement Date",
        "1,Ann@Example.com,50,2025-08-31,",
        "2,bo@example.com,60,2025-09-01,",
        "3,bo@example.com,70,2025-01-01,2025-10-01",
        "4,,,2026-01-01,",
    )
    named = {"crm": "hubspot", "score_column": "hubspotscore"}
    living_dbt, said = read(*events, leads=leads, more=NOTICES, **named)
    kept = [row[:2] for row in living_dbt.rows(KEPT)]
    assert kept == [
        *(("1", "mail_clicked"), ("1", "mail_opened")),
        *(("bo@example.com", "mail_opened"), ("cy@example.com", "mail_opened")),
    ]
    # of two leads, and of none
    assert (
        "2 of leads that the export does not have or that were rejected, look in"
        " activity_issues; 2 name an e-mail address, no id: is it in the leads' Email,"
        " and of one lead alone?"
    ) in said
    unread = "select * from input_coverage where field is null"
    assert living_dbt.rows(unread) == []
    scores = "select count(intent_score) from stg_leads"
    assert living_dbt.rows(scores) == [(3,)]
    assert "since 2025-08-31: 2 of 3 leads with a score were created or eng" in said
    leads = ("Record ID,HubSpot Score", "1,50")
    _, said = read(*events, leads=leads, crm="hubspot", more=NOTICES)
    assert "4 name an e-mail address, no id: export the leads with their Email" in said
    assert living_dbt.rows(scores) == [(0,)]
    assert "HubSpot Score is not read, since its CRM has not kept it up" in said


def test_an_export_of_hubspots_calls_alone_needs_no_kind(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    """By the headers of its pages, which don't say that they are calls."""
    living_dbt, _ = read(
        "Record ID,Activity date,Call direction,Call outcome,Associated Contact IDs",
        "1,2026-02-01 10:00,Outbound,Connected,A",
        # of everyone who took part
        "2,2026-02-02 10:00,Inbound,,;A; ;B;  C ;",
        "3,2026-02-03 10:00,,No answer,A",
        "4,soon,,No answer,A;B",
        leads=("Record ID", "A", "B", "C"),
        crm="hubspot",
    )
    assert [row[:2] for row in living_dbt.rows(KEPT)] == [
        ("A", "call_answered"),
        ("A", "call_made"),
        ("A", "call_received"),
        ("B", "call_received"),
        ("C", "call_received"),
    ]
    assert living_dbt.rows(REASONS) == [("A;B", "invalid_occurred_at")] * 2


def test_an_activity_of_hubspots_api_is_of_the_contacts_that_it_is_associated_with(
    read: Callable[..., tuple[LivingDbt, str]], tmp_path: Path
) -> None:
    call = {
        "id": "9",
        "properties": {
            "hs_timestamp": "2026-02-01T10:00:00Z",
            "hs_call_direction": "INBOUND",
        },
        "associations": {
            "contacts": {
                "results": [
                    {"id": "101", "type": "call_to_contact"},
                    {"id": "102", "type": "call_to_contact"},
                ]
            }
        },
    }
    path = tmp_path / "calls.json"
    path.write_text(json.dumps([call, {"id": "10", "properties": {}}]))
    leads = ("Record ID", "101", "102")
    living_dbt, _ = read(leads=leads, crm="hubspot", activities_path=str(path))
    assert [row[:2] for row in living_dbt.rows(KEPT)] == [
        ("101", "call_received"),
        ("102", "call_received"),
    ]


def test_hubspots_contacts_say_when_they_acted_and_moved(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    """And what their own rows say is no row of a file, whatever a file says as well."""
    leads = (
        "Record ID,Create Date,Last Engagement Date,Last Activity Date,Last Contacted,"
        "Last marketing email open date,hs_email_last_click_date,"
        "hs_email_last_reply_date,First Conversion Date,Recent Conversion Date,"
        "Became a Lead Date,hs_v2_date_entered_marketingqualifiedlead,"
        '"Date entered ""Opportunity (Lifecycle Stage Pipeline)""",Deal notes',
        "A,2026-01-01,,2026-03-05,2026-03-04 10:00,2026-02-01 10:00,"
        "1769940000000,2026-02-03 10:00,2026-01-03 10:00,2026-01-03 10:00,"
        "2026-01-01 10:00,1767607200000,2026-02-02,x",
        "B,2026-01-01,2026-01-09 10:00,,,soon,,,,,,,2999-01-01,",
        ",2026-01-01,,,2026-03-04 10:00,,,,,,,,,",
        # one lead, as HubSpot has some that were merged; in a file it is two
        "C;A,2026-01-01,,,2026-03-03 10:00,,,,,,,,,",
    )
    living_dbt, said = read(
        "Contact ID,hs_timestamp,hs_engagement_type",
        "A,2026-02-03T10:00:00Z,INCOMING_EMAIL",
        leads=leads,
        more=NOTICES,
        crm="hubspot",
    )
    assert living_dbt.rows(KEPT) == [
        ("A", "contact_logged", None, "2026-03-04 10:00:00", True),
        ("A", "form_submitted", None, "2026-01-03 10:00:00", True),
        ("A", "mail_clicked", "Email", "2026-02-01 10:00:00", True),
        ("A", "mail_opened", "Email", "2026-02-01 10:00:00", True),
        ("A", "mail_replied", "Email", "2026-02-03 10:00:00", True),
        ("C;A", "contact_logged", None, "2026-03-03 10:00:00", True),
    ]
    assert living_dbt.rows(CHANGES) == [
        ("A", "Lead", "2026-01-01 10:00:00", True),
        ("A", "MQL", "2026-01-05 10:00:00", True),
        ("A", "SQL", "2026-02-02 00:00:00", False),
    ]
    assert living_dbt.rows(
        "select input, lead_id, rejection_reasons from rejected_activities"
        " union all select input, lead_id, rejection_reasons from"
        " rejected_stage_changes order by all"
    ) == [
        ("leads", "B", "entered_after_as_of"),
        ("leads", "B", "invalid_occurred_at"),
    ]
    assert living_dbt.rows("from activity_issues") == []
    # our own effort engages nobody
    assert living_dbt.rows(
        "select lead_id, last_engaged::varchar from stg_leads order by 1"
    ) == [("A", None), ("B", "2026-01-09"), ("C;A", None)]
    assert living_dbt.rows("select as_of_date::varchar from as_of") == [("2026-03-04",)]
    assert living_dbt.rows(
        "select column_read from input_coverage where field is null order by 1"
    ) == [("Deal notes",), ("Last Activity Date",)]
    assert "Activities: 1 rejected (1 invalid_occurred_at), look in rejected" in said


def test_salesforces_tasks_are_activities_once_they_are_done(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    living_dbt, said = read(
        *lines_of("salesforce/activities.csv"),
        leads=("Lead ID,Created Date,Last Activity", "A,2026-01-01,2026-02-08"),
        changes=lines_of("salesforce/stage_changes.csv"),
        more=NOTICES,
        crm="salesforce",
    )
    assert_changes_are_read(living_dbt, said, set_aside=[2])
    assert living_dbt.rows(KEPT) == [
        ("A", "call_answered", "Phone", "2026-02-03 00:00:00", False),
        ("A", "call_made", "Phone", "2026-02-04 00:00:00", False),
        ("A", "call_received", "Phone", "2026-02-02 00:00:00", False),
        # what a lead's own row tells, which is no engagement of the lead
        ("A", "contact_logged", None, "2026-02-08 00:00:00", False),
        ("A", "mail_sent", "Email", "2026-02-01 00:00:00", False),
        ("A", "meeting_held", None, "2026-02-07 00:00:00", False),
        ("A", "message_sent", "LinkedIn", "2026-02-05 00:00:00", False),
    ]
    assert living_dbt.rows("select last_engaged from stg_leads") == [(None,)]
    assert living_dbt.rows(SET_ASIDE) == [
        ("deleted record", 1),
        ("mail to a list", 1),
        ("task that is no call, mail or message", 1),
        ("task that is not done", 1),
    ]


@pytest.mark.parametrize(
    ("header", "cases"),
    [
        (
            "Status,Task,Task Subtype,Type",
            [
                (",,,", "Completed,,Call,", "Open,,Call,"),
                (",0,,Meeting", "Completed,1,,Call", ",1,,Call"),
            ],
        ),
        (
            "Task,Closed,Type,EventSubtype,StartDateTime",
            [
                ("FALSCH,0,,,", "WAHR,1,Call,,", "WAHR,0,Call,,"),
                (",,,Event,", "1,1,Call,,", "1,0,Call,,"),
                (",,,,{}T10:00:00.000+0000", "1,1,Call,,", "1,,Call,,"),
            ],
        ),
    ],
)
def test_salesforces_events_are_told_from_tasks_in_a_report_of_both(
    read: Callable[..., tuple[LivingDbt, str]],
    header: str,
    cases: list[tuple[str, str, str]],
) -> None:
    """Events have no status, and their day is all that says that they were."""
    past, future = "2026-02-01", "2999-02-01"
    rows = [
        f"{lead},{day},{record.format(day)}"
        for lead, (event, *tasks) in enumerate(cases)
        for day, record in ((past, event), (future, event), *((past, t) for t in tasks))
    ]
    leads = [str(lead) for lead in range(len(cases))]
    living_dbt, _ = read(
        *(f"Lead ID,Date,{header}", *rows), leads=("Lead ID", *leads), crm="salesforce"
    )
    kept = living_dbt.rows(KEPT)
    assert [row[:3] for row in kept] == [
        (lead, *activity)
        for lead in leads
        for activity in (("call_made", "Phone"), ("meeting_held", None))
    ]
    assert [at for _, _, _, at, has_time in kept if has_time] == [
        f"{past} 10:00:00" for event, *_ in cases if "T10" in event
    ]
    assert living_dbt.rows(REASONS) == [
        (lead, "occurred_after_as_of") for lead in leads
    ]
    assert living_dbt.rows(SET_ASIDE) == [("task that is not done", len(cases))]


def test_a_salesforce_id_is_as_long_as_the_leads(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    """The first id and its check are those of Salesforce's own documentation."""
    short, full = "001A0000006Vm9r", "001A0000006Vm9rIAC"
    shorter, fuller = "001A0000006Vm9s", "001A0000006Vm9sIAC"
    # ids that differ from one in a capital, and the last line of a report
    others = ("001A0000006Vm9R", "001A0000006Vm9SIAS")
    line = "Copyright (c) 2000-2026 salesforce.com"
    living_dbt, _ = read(
        "WhoId,TaskSubtype,Status,ActivityDate",
        *(
            f"{lead_id},Email,Completed,2026-02-0{day}"
            for day, ids in enumerate(((short, fuller), (full, shorter, *others)), 1)
            for lead_id in ids
        ),
        "A,Email,Completed,2026-02-02",
        leads=("Lead ID", full, shorter, *others, line),
        changes=(
            "LeadId,Field,NewValue,CreatedDate",
            f"{short},Status,Qualified,2026-01-06",
            f"{fuller},Status,Qualified,2026-01-06",
        ),
        crm="salesforce",
    )
    kept = [row[0] for row in living_dbt.rows(KEPT)]
    assert kept == sorted([full, full, shorter, shorter, *others, "A"])
    assert [row[0] for row in living_dbt.rows(CHANGES)] == [full, shorter]


def test_an_id_that_a_spreadsheet_has_rounded_is_no_id(
    read: Callable[..., tuple[LivingDbt, str]],
) -> None:
    living_dbt, said = read(
        *(HEADER, "1.51234E+11,2026-01-02,mail_replied,", "1E2,2026-01-02,mail_sent,"),
        leads=("lead_id", "1.51234E+11", "1.51234E+11", '"1,51234E+11"', "##", "1E2"),
        changes=("lead_id,stage,entered_at", '"1,51234E+11",MQL,2026-01-02'),
        more=NOTICES,
    )
    for record, count in (("leads", 4), ("activities", 1), ("stage_changes", 1)):
        assert living_dbt.rows(
            f"select rejection_reasons, count(*) from rejected_{record} group by all"
        ) == [("rounded_lead_id", count)]
    assert living_dbt.rows("select lead_id from stg_leads") == [("1E2",)]
    assert (
        "Rejected: 4 of 5 rows (4 rounded_lead_id), such as lead_id 1.51234E+11, ##,"
        " 1,51234E+11; look in rejected_leads. Ids that a spreadsheet has rounded or"
        " not shown: 4, such as ##; their digits are lost, so export again"
    ) in said
    assert "Activities: 1 rejected (1 rounded_lead_id), look in rejected_act" in said


def own_activities(project: Project) -> None:
    """The documented mapping of leads and of their activities."""
    for name in ("crm_deals", "crm_deals_activities"):
        path = f"models/staging/crm/{name}.sql"
        start = EXPORTS.index(f"-- {path}\n")
        text = EXPORTS[start : EXPORTS.index("```", start)]
        (project.folder / path).write_text(text, encoding="utf-8")


LOG = (
    "Deal ID,When,Kind,Result",
    "1,2026-02-01 10:00,Call,Reached",
    "1,2026-02-02,call,Nobody there",
    "1,2026-02-03,Meeting held,",
    "1,2026-02-04,Memo,",
    "2,2026-02-05,Visit,",
)


def test_the_documented_mapping_reads_a_log_of_ones_own(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """Of the leads of another system."""
    own_activities(project)
    words = project.folder / "seeds/source_words.csv"
    line = "deals,activity_type,visit,meeting_held\n"
    words.write_text(words.read_text("utf-8") + line, encoding="utf-8")
    done = project.dbt(
        *BUILD,
        crm="hubspot",
        activities_crm="deals",
        leads_path=str(write_csv("Record ID", "1", "2")),
        activities_path=str(write_csv(*LOG, name="log.csv")),
    )
    assert done.returncode == 0, done.stdout
    assert project.rows(KEPT) == [
        ("1", "call_answered", "Phone", "2026-02-01 10:00:00", True),
        ("1", "call_made", "Phone", "2026-02-02 00:00:00", False),
        ("1", "meeting_held", None, "2026-02-03 00:00:00", False),
        ("2", "meeting_held", None, "2026-02-05 00:00:00", False),
    ]
    assert project.rows(SET_ASIDE) == [("memo", 1)]


def test_a_mapping_that_is_there_is_not_passed_over(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    own_activities(project)
    said = project.refusal(
        *BUILD,
        crm="deals",
        leads_path=str(write_csv("Deal ID", "1")),
        activities_path=str(write_csv(*LOG, name="log.csv")),
    )
    assert "there is a mapping crm_deals_activities: set activities_crm to dea" in said


def test_the_doctor_says_what_is_in_the_files(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    leads = write_csv("Record ID", "A")
    activities = write_csv(*lines_of("hubspot/activities.csv"), name="activities.csv")
    changes = write_csv(*lines_of("hubspot/stage_changes.csv"), name="changes.csv")
    done = project.script(
        *("doctor", "--leads", leads, "--crm", "hubspot"),
        *("--activities", activities, "--stage-changes", changes),
    )
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "14 rows of" in said
    assert "Activities: 2 mail_replied, 2 meeting_held, 1 Page view," in said
    assert "set aside: 1 draft of a mail, 1 meeting that was not held, 1 note," in said
    assert "Stage changes: 2 SQL, 1 MQL. set aside: " in said
    assert "1 unknown_lead" in said
    assert "activities: occurred_at" in said


def column(name: str, rows: list[dict[str, str]]) -> Counter[str]:
    return Counter(row[name] for row in rows)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_public_mail_events_and_properties_give_what_counting_gives(
    read: Callable[..., tuple[LivingDbt, str]], tmp_path: Path
) -> None:
    path = Path(copy(public("fivetran/hubspot_email_event_data.csv"), tmp_path))
    history = public("fivetran/hubspot_contact_property_history_data.csv")
    rows = rows_of(path)
    living_dbt, _ = read(
        leads=("Record ID", "A"),
        crm="hubspot",
        activities_path=str(path),
        stage_changes_path=str(copy(history, tmp_path)),
    )
    opened = {
        (row["recipient"], row["created"])
        for row in rows
        if row["type"] == "OPEN" and row["filtered_event"] != "true"
    }
    kept = living_dbt.rows(
        "select distinct lead_id, occurred_at, activity_type from stg_activities"
    )
    assert {row[2] for row in kept} == {"mail_opened"}
    assert {row[:2] for row in kept} == {
        (recipient, datetime.fromisoformat(created)) for recipient, created in opened
    }
    sums = "select input, sum(row_count) from set_aside_records group by all"
    aside = dict(living_dbt.rows(sums))
    assert aside["activities"] == len(rows) - sum(row["type"] == "OPEN" for row in rows)
    # their recipients are no ids of leads
    assert living_dbt.rows("select count(*) from activity_issues") == [(len(kept),)]
    # the properties' names are hidden, so that none is the lifecycle stage
    assert living_dbt.rows(CHANGES) == []
    assert living_dbt.rows(SET_ASIDE.replace("activities", "stage_changes")) == [
        ("change of another property", len(rows_of(history)))
    ]


def test_public_meetings_give_what_counting_gives(
    read: Callable[..., tuple[LivingDbt, str]], write_csv: Callable[..., Path]
) -> None:
    """A loader's table of meetings has no contacts: here one is at all of them."""
    meetings = rows_of(public("fivetran/hubspot_engagement_meeting_data.csv"))
    lines = (f"{row['start_time']},{row['meeting_outcome']},A" for row in meetings)
    living_dbt, _ = read(
        "start_time,meeting_outcome,contact_id",
        *lines,
        leads=("Record ID", "A"),
        crm="hubspot",
    )
    starts = {row["start_time"] for row in meetings}
    assert len(meetings) > len(starts) / 2
    assert living_dbt.rows(
        "select count(*), min(activity_type) from stg_activities"
    ) == [(len(starts), "meeting_held")]


def test_public_tasks_and_events_give_what_counting_gives(
    read: Callable[..., tuple[LivingDbt, str]], tmp_path: Path
) -> None:
    for name, kind in (("sf_task_data", "task"), ("sf_event_data", "meeting_held")):
        path = Path(copy(public(f"fivetran/{name}.csv"), tmp_path))
        rows = rows_of(path)
        living_dbt, _ = read(
            leads=("Lead ID", "A"), crm="salesforce", activities_path=str(path)
        )
        kept = living_dbt.rows("select lead_id, activity_type from stg_activities")
        if kind == "task":
            # plain tasks of a type X: done for a lead, and no word to it
            assert column("task_subtype", rows) == {"Task": len(rows)}
            assert kept == []
            assert living_dbt.rows(SET_ASIDE) == [
                ("task that is no call, mail or message", len(rows))
            ]
        else:
            assert sorted(kept) == sorted(
                {(row["who_id"], kind) for row in rows if row["who_id"]}
            )


def test_the_samples_activities_are_read_with_the_sample_alone(
    built_project: Project, write_csv: Callable[..., Path]
) -> None:
    project = built_project
    seed = project.folder / "seeds/activities.csv"
    with (ROOT / "seeds/leads_cleaned_1000.csv").open(encoding="utf-8") as file:
        lead = next(csv.DictReader(file))["lead_id"]
    seed.write_text(f"{HEADER}\n{lead},2026-01-05,page_viewed,\n", encoding="utf-8")
    selected = ("build", "--select", "+stg_activities", *UNTESTED)
    assert project.dbt(*selected).returncode == 0
    assert [row[0] for row in project.rows(KEPT)] == [lead]
    leads = write_csv(*LEADS)
    assert project.dbt(*selected, leads_path=str(leads)).returncode == 0
    assert project.rows(KEPT) == []
