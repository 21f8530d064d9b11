"""Exports of every kind, sound and unsound, through the models that read them."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from conftest import ROOT, Project
from living_dbt import LivingDbt

STAGING = ("stg_leads", "rejected_leads", "lead_quality_issues")
HEADER = (
    "lead_id,created_at,funnel_stage,intent_score,last_engaged,"
    "company_size,source,engagement_channel,sales_owner"
)

REJECTED = {
    "reject_id": (
        " N/A ,2026-01-01,Lead,50,2026-01-02,S: 1-10,Website,Email,",
        "missing_lead_id",
    ),
    "reject_header": (
        HEADER,
        "header_row, invalid_created_at, invalid_last_engaged, unknown_funnel_stage",
    ),
    "reject_total": ("Grand total,,,4711,,,,,", "total_row"),
    "reject_rounded": (
        "1.51234E+11,2026-01-01,Lead,50,2026-01-02,S: 1-10,Website,Email,",
        "rounded_lead_id",
    ),
    "reject_created": (
        "R1,2026-02-31,Lead,50,2026-03-02,S: 1-10,Website,Email,",
        "invalid_created_at",
    ),
    "reject_engaged": (
        "R2,2026-01-01,Lead,50,03/02/2026,S: 1-10,Website,Email,",
        "invalid_last_engaged",
    ),
    "reject_future": (
        "R3,2026-01-01,Lead,50,2999-01-01,S: 1-10,Website,Email,",
        "date_after_as_of",
    ),
    "reject_stage": (
        "R8,2026-01-01,Prospect,50,2026-01-02,S: 1-10,Website,Email,",
        "unknown_funnel_stage",
    ),
    "reject_all": (
        ",32/01/2026,Prospect,many,2999-12-31,S: 1-10,Website,Email,",
        "missing_lead_id, invalid_created_at, date_after_as_of, unknown_funnel_stage",
    ),
    "reject_duplicate": (
        "K1,2026-01-01,Customer,99,2026-05-01,S: 1-10,Website,Email,",
        "duplicate_lead_id",
    ),
}
KEPT = {
    "K1": "K1,2026-01-01,lead,85.0,2026-05-02,s: 1-10,google ads,whatsapp,  Ann  ",
    "K2": "K2,,Select,null,-,Huge,Billboard,Fax,NA",
    "K3": "K3,2026-05-01,MQL,0,2026-04-30,XL: 201+,Event,None,Bo",
    "K4": "K4,2026-01-01T23:30:00-05:00,SQL,100,2026-06-01 10:00,M: 11-50,Other,SMS,"
    " unassigned",
}
ISSUES = {
    ("K2", "created_at", None, "missing_created_at"),
    ("K2", "funnel_stage", "Select", "missing_funnel_stage"),
    ("K2", "intent_score", "null", "missing_intent_score"),
    ("K2", "company_size", "Huge", "unknown_company_size"),
    ("K2", "source", "Billboard", "unknown_source"),
    ("K2", "engagement_channel", "Fax", "unknown_engagement_channel"),
    ("K3", "last_engaged", "2026-04-30", "engaged_before_created"),
}


def test_every_rejection_code_and_every_quality_issue(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    lines = [line for line, _ in REJECTED.values()] + list(KEPT.values())
    lines.append("K3,2026-05-01,MQL,0,2026-04-30,XL: 201+,Event,None,Bo")
    random.Random(7).shuffle(lines)
    living_dbt.build(*STAGING, leads_path=str(write_csv(HEADER, *lines)))

    expected = sorted(
        [(*line.split(","), reasons) for line, reasons in REJECTED.values()]
        + [(*KEPT["K3"].split(","), "duplicate_lead_id")]
    )
    found = [
        tuple(value or "" for value in row)
        for row in living_dbt.rows("select * from rejected_leads")
    ]
    assert sorted(found) == expected
    assert set(living_dbt.rows("select * from lead_quality_issues")) == ISSUES
    assert living_dbt.rows(
        "select lead_id, created_at::varchar, funnel_stage, intent_score,"
        " last_engaged::varchar, company_size, source, engagement_channel, sales_owner"
        " from stg_leads order by lead_id"
    ) == [
        (
            *("K1", "2026-01-01", "Lead", 85, "2026-05-02"),
            *("S: 1-10", "Google Ads", "WhatsApp", "Ann"),
        ),
        ("K2", None, "Lead", None, None, "Unknown", "Other", "None", None),
        (
            *("K3", "2026-05-01", "MQL", 0, "2026-04-30"),
            *("XL: 201+", "Event", "None", "Bo"),
        ),
        (
            *("K4", "2026-01-02", "SQL", 100, "2026-06-01"),
            *("M: 11-50", "Other", "SMS", None),
        ),
    ]
    assert living_dbt.rows("select as_of_date::varchar from as_of") == [("2026-06-01",)]


def test_of_several_rows_the_latest_and_furthest_is_kept(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """Each pair differs in one field more than the last, in the order of preference."""
    lines = [
        "engaged,Lead,10,2026-02-02,2026-01-01,kept",
        "engaged,SQL,90,2026-02-01,2026-01-02,",
        "never,Lead,,2026-01-01,2026-01-01,kept",
        "never,Lead,,,2026-01-02,",
        "created,Lead,10,,2026-01-02,kept",
        "created,SQL,90,,2026-01-01,",
        "intent,Lead,0,,,kept",
        "intent,SQL,,,,",
        "stage,Customer,,,,kept",
        "stage,Lead,,,,",
        "stage,Disqualified,,,,",
        "text,Lead,,,,kept",
        "text,Lead,,,,kept it not",
        # what can't be trusted does not compete
        "future,Lead,,2026-02-01,,kept",
        "future,Lead,,2999-01-01,,",
    ]
    # each of them in several orders
    rows = []
    for order in range(4):
        random.Random(order).shuffle(lines)
        rows += [f"{order} {line}" for line in lines]
    header = "lead_id,funnel_stage,intent_score,last_engaged,created_at,sales_owner"
    path = str(write_csv(header, *rows))
    living_dbt.build(*STAGING, leads_path=path)
    ids = {row.partition(",")[0] for row in rows}
    assert set(living_dbt.rows("select lead_id, sales_owner from stg_leads")) == {
        (lead_id, "kept") for lead_id in ids
    }
    assert living_dbt.rows("select count(*) from rejected_leads") == [(4 * 8,)]


def test_csv_parquet_and_json_give_the_same_leads(
    living_dbt: LivingDbt, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    csv = write_csv(
        HEADER,
        "K1 csv,2026-01-01,Lead,85,2026-05-02,S: 1-10,Website,Email,Ann",
        "K2 csv,2026-01-03,MQL,,,Unknown,Event,None,",
    )
    written = {"parquet": "", "json": "(array true)", "ndjson": "(format json)"}
    for ending, options in written.items():
        leads = f"select * replace (replace(lead_id, 'csv', '{ending}') as lead_id)"
        path = tmp_path / f"leads.{ending}"
        duckdb.sql(f"copy ({leads} from '{csv}') to '{path}' {options}")
    found: dict[str, list[tuple]] = {}
    # Parquet by itself: its types would be lost beside texts
    for name in ("leads.*[nv]", "leads.parquet"):
        living_dbt.build(*STAGING, leads_path=str(tmp_path / name))
        for row in living_dbt.rows("select * from stg_leads order by lead_id"):
            lead_id, ending = row[0].split()
            found.setdefault(ending, []).append((lead_id, *row[1:]))
    assert len(found["csv"]) == 2
    assert found == dict.fromkeys(("csv", *written), found["csv"])


SCORES = {
    # text: score, issue
    "0": (0, None),
    "61.49": (61, None),
    "61.5": (62, None),
    "61,5": (62, None),
    "7,25": (7, None),
    "100,4": (None, "intent_score_out_of_range"),
    "99.5": (100, None),
    "100.0": (100, None),
    "+7": (7, None),
    ".5": (1, None),
    "": (None, "missing_intent_score"),
    "N/A": (None, "missing_intent_score"),
    "NaN": (None, "missing_intent_score"),
    "-0.1": (None, "intent_score_out_of_range"),
    "100.4": (None, "intent_score_out_of_range"),
    "101": (None, "intent_score_out_of_range"),
    "9" * 60: (None, "intent_score_out_of_range"),
    **dict.fromkeys(
        ("many", "inf", "1e3", "0x10", "1_0", "5 %", "61,523", "6,1,5", ".", "--5"),
        (None, "invalid_intent_score"),
    ),
}


def scored(living_dbt: LivingDbt) -> dict[str, tuple[int | None, str | None]]:
    """Score and issue of each lead by its owner, which the tests make the raw score."""
    assert living_dbt.rows("select * from rejected_leads") == []
    return {
        owner or "": (score, issue)
        for owner, score, issue in living_dbt.rows(
            "select ltrim(sales_owner, '='), intent_score, issue from stg_leads"
            " left join (from lead_quality_issues where field = 'intent_score')"
            " using (lead_id)"
        )
    }


def test_a_score_never_costs_a_lead(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    lines = [f'{n},"{text}","={text}"' for n, text in enumerate(SCORES)]
    path = write_csv("lead_id,intent_score,sales_owner", *lines)
    living_dbt.build(*STAGING, leads_path=str(path))
    assert scored(living_dbt) == SCORES
    raw = (
        "select raw_value from lead_quality_issues where issue = 'invalid_intent_score'"
    )
    assert ("many",) in living_dbt.rows(raw)


@pytest.mark.parametrize("crm", ["canonical", "salesforce"])
def test_a_score_of_ones_own_is_named_and_scaled(
    living_dbt: LivingDbt, write_csv: Callable[..., Path], crm: str
) -> None:
    """What the mapping knows as the score is there too, but is not the one named."""
    scores = {
        "-20": (0, None),
        "0": (10, None),
        # 56.5 of 100, which scales to 56.49999999999999
        "93": (57, None),
        "92.9": (56, None),
        "180": (100, None),
        "180.5": (None, "intent_score_out_of_range"),
        "-21": (None, "intent_score_out_of_range"),
        "x": (None, "invalid_intent_score"),
    }
    header = {
        "canonical": "lead_id,intent_score,Fit score,sales_owner",
        "salesforce": "Lead ID,Lead Score,Fit score,Lead Owner",
    }
    path = write_csv(header[crm], *(f"{n},1,{n},={n}" for n in scores))
    settings = {"score_column": "fit_score", "score_min": "-20", "score_max": "180"}
    living_dbt.build(*STAGING, crm=crm, leads_path=str(path), **settings)
    assert scored(living_dbt) == scores


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"score_column": "Fit"}, "leads.csv': expected a column Fit, which score_col"),
        (
            {"score_min": "0"},
            "score_min is set alone; give score_min and score_max, or",
        ),
        (
            {"score_max": "9"},
            "score_max is set alone; give score_min and score_max, or",
        ),
        ({"score_min": "ten", "score_max": "20"}, "score_min is 'ten'; give a number"),
        ({"score_min": "0", "score_max": "inf"}, "score_max is 'inf'; give a number"),
        (
            {"score_min": "5", "score_max": "5"},
            "score_min is 5 and score_max is 5; the",
        ),
    ],
)
def test_a_score_that_can_not_be_meant_is_one_line(
    living_dbt: LivingDbt, write_csv: Callable[..., Path], settings: dict, message: str
) -> None:
    path = str(write_csv("lead_id,intent_score", "K1,5"))
    assert message in living_dbt.refusal(
        "crm_canonical", "stg_lead_rows", leads_path=path, **settings
    )


DATES = "lead_id, created_at::varchar, last_engaged::varchar"


def test_a_date_format_is_read_where_it_is_named(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    path = write_csv(
        "Lead_ID,Created At,last_engaged",
        "K1,03/02/2026,",
        "K2,2026-02-03,",
        'K3,04/02/2026,"Mar 1, 2026 11:30 PM -0500"',
    )
    date_format = "created_at=%d/%m/%Y, last_engaged = %b %d, %Y %I:%M %p %z"
    living_dbt.build(*STAGING, leads_path=str(path), date_format=date_format)
    assert living_dbt.rows(f"select {DATES} from stg_leads order by all") == [
        ("K1", "2026-02-03", None),
        ("K3", "2026-02-04", "2026-03-02"),
    ]


@pytest.mark.parametrize(
    ("date_format", "message"),
    [
        ("dd/mm/yyyy", "date_format is 'dd/mm/yyyy' for created_at; give a pattern"),
        ("last_engaged=%d/%Q", "date_format is '%d/%Q' for last_engaged; give a"),
        (
            "created_at=%d/%m/%Y or %m/%d/%Y",
            "date_format is '%d/%m/%Y or %m/%d/%Y' for created_at; look at the export",
        ),
        ("%Y-%m-%d %H:%M %Z", "a zone's name says no offset for sure (IST, BST)"),
        ("stage=%d/%m/%Y", "date_format names 'stage'; the dates are created_at"),
    ],
)
def test_a_date_format_that_can_not_be_meant_is_one_line(
    living_dbt: LivingDbt, date_format: str, message: str
) -> None:
    assert message in living_dbt.refusal("stg_lead_rows", date_format=date_format)


UNREADABLE = {
    "missing": (None, "leads.csv", "expected a file, found none"),
    "empty": (b"", "leads.csv", "expected a header, found an empty file"),
    "short": (
        b"lead_id,funnel_stage\nL1\nL2,MQL,x,y\nL3\n",
        "leads.csv",
        "expected 2 fields in the row on line 2, as in the header, found 1",
    ),
    "not UTF-8": (
        "lead_id,sales_owner\nL1,Ann\nL2,José\n".encode("latin-1"),
        "leads.csv",
        "expected UTF-8 text, found other bytes on line 3",
    ),
    # where a row's lines end as Excel ends them
    "not UTF-8 below old line ends": (
        "lead_id,sales_owner\r\nL1,Ann\r\n\r\nL2,José\r\n".encode("latin-1"),
        "leads.csv",
        "expected UTF-8 text, found other bytes on line 4",
    ),
    "no lead_id": (
        b"id,stage\n1,MQL\n",
        "leads.csv",
        "expected a column lead_id, found id, stage",
    ),
    "no header": (
        b"1,Ann Example,ann@crm.example\n2,Bo,bo@crm.example\n",
        "leads.csv",
        "expected a column lead_id, found a first row that looks like data",
    ),
    "ending": (b"x", "leads.doc", "expected a file that ends in csv"),
    "workbook": (b"x", "leads.xlsx", "found 'xlsx'; save it as CSV UTF-8"),
    "archive": (b"x", "leads.zip", "found 'zip'; unzip it"),
    "folder": (b"x", "leads/a.csv", "and name the files of a folder as FOLDER/*.csv"),
    # which says nothing of how long its text is
    "zstd": (b"x", "leads.csv.zst", "expected a file that ends in csv"),
    "two files in one": (
        gzip.compress(b"lead_id\nL1\n") + gzip.compress(b"L2\n"),
        "leads.csv.gz",
        "expected one compressed file of less than 4 GB, found several in one",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_read_stops_the_run_with_one_line(
    living_dbt: LivingDbt, tmp_path: Path, case: str
) -> None:
    content, name, words = UNREADABLE[case]
    path = tmp_path / name
    if content is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    path = path.parent if case == "folder" else path
    line = living_dbt.refusal("source_files", "crm_canonical", leads_path=str(path))
    assert f"leads_path '{path}': " in line
    assert words in line
    assert "Ann Example" not in line


READABLE = {
    # the text, and the ids that are in it
    "a column of hashes": (
        "lead_id,note\n"
        + "".join(f"{n},{'#vip' if n % 7 else ''}\n" for n in range(500)),
        [str(n) for n in range(500)],
    ),
    "ids with hashes": (
        "lead_id,note\n#1,x\n#2,y\n# total 500,\n",
        ["#1", "#2", "# total 500"],
    ),
    "a late quote": (
        "lead_id,note\n"
        + "".join(f"{n},x\n" for n in range(30_000))
        + '"a ""b""\n,c",x\n',
        [*map(str, range(30_000)), 'a "b"\n,c'],
    ),
    "mixed line ends": (
        'lead_id,note\r\n1,x\n2,"y\r\n""z"""\r\n3,x\r4,x\n\r\n5,"\n"\n',
        list("12345"),
    ),
    "old line ends": ("lead_id,note\r1,x\r2,y\r", ["1", "2"]),
    "a line end in a quote": ('lead_id,note\r\n1,"x\n"\r\n2,y', ["1", "2"]),
    "blank lines": ("\n\r\n\nlead_id,note\n1,x\n\n2,y\n\n\n", ["1", "2"]),
    "only lead_id": ('lead_id\r\n1\n2\n\n""\n\n', ["1", "2", ""]),
    "a last empty field": ('lead_id,note\n1,x,\n2,"y,",\n', ["1", "2"]),
    "spaces after a quote": ('lead_id,note\n"1" ,"x" \n2,y  \n', ["1", "2"]),
    "a byte order mark": ("\ufefflead_id;note\n1;a,b\n", ["1"]),
    "a named delimiter": ('"sep=;"\r\nlead_id;a,b,c,d\r\n1;x\r\n', ["1"]),
    "tabs": ("note\tlead_id\na,b\t1\n;\t2\n", ["1", "2"]),
    "pipes": ("note|lead_id\na,b|1\n", ["1"]),
    "a header of its own": ("Sales Owner;Region;Lead ID\nBo;North;2\n", ["2"]),
    "a header in two lines": ('"Sales\nOwner",Lead ID\nAnn,1\n', ["1"]),
    "a header twice": ('lead_id,"a, b",,Lead ID\n1,2,3,4\n', ["1"]),
    "a long field": (f'lead_id,note\n1,"{"x" * 5_000_000}"\n2,y\n', ["1", "2"]),
    "no rows": ("lead_id,note\n", []),
}
BELOW_TITLES = {
    # the text, its ids, and the line that its header is on
    "a title": ("Leads\nlead_id,note\n1,x\n2,y\n", ["1", "2"], 2),
    "a title with blanks": (
        '"Leads, all",,\r\n,,\r\n\r\nlead_id;note;a\r\n1;;\r\n2;x;\r\n',
        ["1", "2"],
        4,
    ),
    "two titles": ("Leads\rof Ann\r\rlead_id|note\r1|x\r2|y", ["1", "2"], 4),
    "a title in quotes": (
        '"A ""big"" report"\nlead_id,note\n1,"x\n"\n2,y\n',
        ["1", "2"],
        2,
    ),
    "a delimiter and a title": (
        "sep=;\nLeads\n\nlead_id;a,b,c\n1;x\n2;x\n",
        ["1", "2"],
        4,
    ),
    "no title": ("lead_id\n1\n2\n", ["1", "2"], 1),
}
ABOVE_NOTES = {
    # the text, its ids, and the line that the note starts on
    "a report": (
        "lead_id,funnel_stage\nA,MQL\nB,MQL\n\n\n"
        '"Leads by owner"\n'
        '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
        '"Confidential Information - Do Not Distribute"\n'
        '"Generated By:  Ann 1/20/2026 10:00 AM"\n"Acme, Inc."\n',
        ["A", "B"],
        6,
    ),
    "totals": (
        'lead_id,funnel_stage\r\nA,MQL\r\nB,"M\r\nQL"\r\n'
        "Grand Totals (2 records)\r\n\r\nCopyright (c) 2000-2026 salesforce.com\r\n",
        ["A", "B"],
        5,
    ),
    "a note alone": ('lead_id;funnel_stage\n\n"Confidential"', [], 3),
    "no note": ("lead_id,funnel_stage\nA,MQL\n", ["A"], None),
}


def test_no_legal_row_vanishes_and_no_title_or_note_is_one(
    living_dbt: LivingDbt, tmp_path: Path
) -> None:
    expected = {}
    for case, (text, ids, *_) in (READABLE | BELOW_TITLES | ABOVE_NOTES).items():
        content = text.encode()
        for name, data in (("csv", content), ("csv.gz", gzip.compress(content))):
            (tmp_path / f"{case}.{name}").write_bytes(data)
            expected[f"{case}.{name}"] = ids
    living_dbt.build(*STAGING, leads_path=str(tmp_path / "*.csv*"))
    counts = living_dbt.rows("select file_name, row_count from source_files")
    assert {Path(name).name: count for name, count in counts} == {
        name: len(ids) for name, ids in expected.items()
    }
    lines = living_dbt.rows(
        "select file_name, header_line, note_line from source_files"
    )
    headers = {Path(name).stem: line for name, line, _ in lines}
    notes = {Path(name).stem: line for name, _, line in lines}
    found = {case: headers[f"{case}.csv"] for case in BELOW_TITLES}
    assert found == {case: line for case, (*_, line) in BELOW_TITLES.items()}
    found = {case: notes[f"{case}.csv"] for case in ABOVE_NOTES}
    assert found == {case: line for case, (*_, line) in ABOVE_NOTES.items()}
    read = [
        text for (text,) in living_dbt.rows("select raw_lead_id from stg_lead_rows")
    ]
    assert sorted(text or "" for text in read) == sorted(
        lead_id for ids in expected.values() for lead_id in ids
    )
    assert living_dbt.rows(
        "select distinct sales_owner from stg_leads_typed order by all nulls last"
    ) == [("Ann",), ("Bo",), (None,)]


def test_no_row_of_json_vanishes(living_dbt: LivingDbt, tmp_path: Path) -> None:
    objects = [f'{{"lead_id": "{n}"}}' for n in range(30_000)]
    objects.append('{"lead_id": "last", "sales_owner": "Ann", "a/~b": [1, {"c": 2}]}')
    (tmp_path / "array.json").write_text(f"\n [{','.join(objects)}]\n\n")
    (tmp_path / "lines.json").write_text(
        "\r\n".join(objects).replace("lead_id", "Lead ID") + "\n\n"
    )
    living_dbt.build(
        *STAGING, leads_path=str(tmp_path / "*.json"), extra_columns=["a/~b"]
    )
    counts = living_dbt.rows("select row_count from source_files where input = 'leads'")
    assert counts == [(30_001,), (30_001,)]
    assert living_dbt.rows(
        "select count(*), count(distinct raw_lead_id) from stg_lead_rows"
    ) == [(60_002, 30_001)]
    assert living_dbt.rows(
        "select raw_lead_id, a_b, count(*) from stg_lead_rows"
        " where sales_owner = 'Ann' group by all"
    ) == [("last", '[1,{"c":2}]', 2)]


def test_what_is_nested_in_json_is_read_by_its_name(
    living_dbt: LivingDbt, tmp_path: Path
) -> None:
    """Contacts as HubSpot's API has them, one of them without properties."""
    path = tmp_path / "contacts.json"
    path.write_text(
        '[{"id": "1", "properties": {"lifecyclestage": "customer", "numemployees": 12,'
        ' "createdate": "2026-01-02T10:00:00Z", "a/~b": {"c": [1]}},'
        ' "createdAt": "2026-01-03T10:00:00Z", "archived": false},'
        ' {"id": "2", "properties": null}, {"id": "3", "properties": {}}]'
    )
    living_dbt.build(
        *STAGING,
        crm="hubspot",
        leads_path=str(path),
        extra_columns=["properties.a/~b.c"],
    )
    assert living_dbt.rows(
        "select lead_id, created_at::varchar, funnel_stage, company_size,"
        " properties_a_b_c from stg_leads order by lead_id"
    ) == [
        ("1", "2026-01-02", "Customer", "M: 11-50", "[1]"),
        ("2", None, "Lead", "Unknown", None),
        ("3", None, "Lead", "Unknown", None),
    ]


def test_what_stands_for_nothing_is_nothing_and_a_total_is_no_lead(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """Errors of formulas, and what pandas and databases write."""
    errors = ("#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#n/a ", "#NV", "#N/D")
    lines = [f"K{n}{f',{error}' * 8}" for n, error in enumerate(errors)]
    no_ids = (*errors, "nan")
    lines += [f"{no_id},2026-01-01,Lead,,,,,," for no_id in no_ids]
    lines += [
        r"K pandas,NaT,\N,NaN,<NA>,nan,NaN,\N,nan",
        "K MySQL,0000-00-00,,,0000-00-00 00:00:00,,,,0000-00-00",
        "#1,,,,,,,,#N/A or so",
        "A,2026-01-01,Lead,50,2026-01-02,S: 1-10,Website,Email,Nan",
    ]
    totals = ["Total", "TOTALS", "Subtotal", "Total: 500", "total (500 records)", "Sum"]
    totals += ["Copyright (c) 2000-2026 salesforce.com", "Generated By: Ann 1/20/2026"]
    totals += [
        "Confidential Information - Do Not Distribute",
        "Grand Totals (2 records)",
    ]
    totals += ["Total général", "TOTALE COMPLESSIVO", "150 Leads", "Gesamtergebnis"]
    totals += ["Gesamt: 310", "Summe (310 Zeilen)", "Total general:"]
    leads = ["Totally", "Total-1", "Summer", "Totale Roma", "Copyright", "Confidential"]
    leads += ["150", "150 Leads Ltd"]
    lines += [f"{name},,,12,,,,," for name in (*totals, *leads)]
    nobodies = ["Unassigned", "nicht zugewiesen", "Non attribué", "NÃO ATRIBUÍDO"]
    nobodies += ["(blank)", "TBD", "\u2014", "0"]
    lines += [f"of {name},,,12,,,,,{name}" for name in [*nobodies, "Nemo Personne"]]
    lines += ["Total,,MQL,,,,,,", "Sum,2026-01-01,,,,,,,"]
    living_dbt.build(*STAGING, leads_path=str(write_csv(HEADER, *lines)))
    rejected = living_dbt.rows("select lead_id, rejection_reasons from rejected_leads")
    assert sorted(rejected) == sorted(
        [(name, "total_row") for name in totals]
        + [(name, "missing_lead_id") for name in no_ids]
    )
    assert living_dbt.rows(
        "select distinct created_at, funnel_stage, intent_score, last_engaged,"
        " company_size, source, engagement_channel, sales_owner"
        " from stg_leads where lead_id like 'K%'"
    ) == [(None, "Lead", None, None, "Unknown", "Other", "None", None)]
    owners = "select lead_id, sales_owner from stg_leads where lead_id not like 'K%'"
    assert dict(living_dbt.rows(owners)) == {
        **dict.fromkeys((*leads, "Total", "Sum", *(f"of {name}" for name in nobodies))),
        "of Nemo Personne": "Nemo Personne",
        "#1": "#N/A or so",
        "A": "Nan",
    }
    issues = "from lead_quality_issues where issue like 'invalid%'"
    assert living_dbt.rows(issues) == []


def test_names_below_a_report_of_salesforce_are_no_leads(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """A spreadsheet that saves the report gives each line below it all columns."""
    rows = ["00Q000000000001,2026-01-02,New", "00Q000000000002,,", "L3,2026-01-02,"]
    names = ["Leads by status", "Acme"]
    header = "Lead ID,Created Date,Status"
    path = str(write_csv(header, *rows, *(f"{name},," for name in names)))
    living_dbt.build(*STAGING, leads_path=path, crm="salesforce")
    rejected = "select lead_id, rejection_reasons from rejected_leads order by 1"
    assert living_dbt.rows(rejected) == [(name, "total_row") for name in sorted(names)]


def test_an_id_is_what_a_spreadsheet_or_pandas_made_it_of(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    leads = write_csv(
        '="lead_id","created_at",funnel_stage,source,sales_owner',
        '="00042",="2026-01-01",="SQL",="","\'t Hart"',
        '"=""00,43""","=""2026-01-01""",MQL,Event,=Ann',
        "'00044,'2026-01-01,MQL,Event,=\"Bo\"",
        *(f"{lead_id},,,," for lead_id in ("1001.0", "1002", "v1.0", "1003.00")),
    )
    acts = write_csv(
        "lead_id,occurred_at,activity_type",
        *("1001,2026-01-02,call_made", "1002.0,2026-01-02,call_made"),
        name="acts.csv",
    )
    changes = write_csv(
        "lead_id,stage,entered_at",
        *("1001,MQL,2026-01-02", "1002.0,MQL,2026-01-02"),
        name="changes.csv",
    )
    living_dbt.build(
        *("stg_leads", "activity_issues", "stage_change_issues"),
        leads_path=str(leads),
        activities_path=str(acts),
        stage_changes_path=str(changes),
    )
    assert living_dbt.rows(
        "select lead_id, created_at::varchar, funnel_stage, source, sales_owner"
        " from stg_leads order by lead_id"
    ) == [
        ("00,43", "2026-01-01", "MQL", "Event", "=Ann"),
        ("00042", "2026-01-01", "SQL", "Other", "'t Hart"),
        ("00044", "2026-01-01", "MQL", "Event", "Bo"),
        *[(name, None, "Lead", "Other", None) for name in ("1001", "1002", "1003.00")],
        ("v1.0", None, "Lead", "Other", None),
    ]
    assert living_dbt.rows("from activity_issues") == []
    assert living_dbt.rows("from stage_change_issues") == []


PRIVATE = "Ann Example"
FAULTY = {
    # the text, and what is said about it
    "short row": (
        "lead_id,note\n1,x\n\n{}\n",
        "fields in the row on line 4, as in the header, found 1",
    ),
    "answer of an API": (
        '{{"total": 1, "results": [{{"lead_id": "{}"}}], "paging": {{}}}}',
        "found an object around its rows; take them out, as jq -c '.results[]' does",
    ),
    "answer of an API on several lines": (
        '{{\n  "@odata.context": "x",\n  "value": [\n    {{\n "lead_id": "{}"}}]\n}}',
        "found an object around its rows; take them out, as jq -c '.value[]' does",
    ),
    "row that is cut short below a note": (
        "lead_id,note\nCopyright,x\n1,x\n{}",
        "fields in the row on line 4, as in the header, found 1; mend or delete the",
    ),
    "row below a note": (
        "lead_id,note\n1,x\nCopyright\n{},x\n",
        "fields in the row on line 3, as in the header, found 1; mend or delete the",
    ),
    "long row": ("lead_id,note\r\n1,x\r\n2,{},z\r\n", "fields in the row on line 3,"),
    "total": ("lead_id,note\n1,{}\n# total 500\n", "2 fields in the row on line 3,"),
    "unclosed quote": (
        'lead_id,note\n1,"a\nb"\n2,"{}\n3,x\n',
        "one in the row on line 4 that is not closed",
    ),
    "early unclosed quote": (
        'lead_id,note\n1,"{}\n2,"x"\n3,"x"\n',
        "one in the row on line 2 that is not closed",
    ),
    "stray quote": (
        'lead_id,note\n1,x\n2,"{}"y\n3,x\n',
        "one in the row on line 3 that is not",
    ),
    "old line ends in a field": (
        'lead_id,note\r\n1,"a\rb\r\r\rc"\r\n2,"{}"y\r\n3,x\r\n',
        " that is not closed or not at an end of its field",
    ),
    "quote in a field": (
        'lead_id,note\n1,{} 5" x\n3,x\n',
        "one in the row on line 2 that is not",
    ),
    "delimiter in a formula": (
        'lead_id,note\n1,="{}, x"\n',
        "one in the row on line 2 that is not",
    ),
    "line end in a formula": (
        'lead_id,note\n1,="{}\nx"\n',
        "one in the row on line 2 that is not",
    ),
    "space before a quote": (
        'lead_id,note\n1, "{}, x"\n',
        "one in the row on line 2 that is not",
    ),
    "late": (
        "lead_id,note\n" + "1,x\n" * 30_000 + "{}\n",
        "fields in the row on line 30002, as in the header, found 1",
    ),
    "footer": (
        'lead_id,note\n1,x\n\n"{}"\n"All rights reserved"\n',
        "2 fields in the row on line 4, as in the header, found 1, and no row like",
    ),
    "title of two fields": (
        "{},x\n\nlead_id,note\n1,x\n",
        "expected a header in its first row, found one on line 3; move it to the top",
    ),
    "title of two lines": (
        '"{}\n2026"\nlead_id,note\n1,x\n',
        "expected a header in its first row, found one on line 3; move it to the top",
    ),
    "title with an inch": (
        '{} 5" wide\nlead_id,note\n1,x\n',
        "one in the row on line 1 that is not closed",
    ),
    "sorted with its header": (
        'a,"{}\n"\n1,x\nlead_id,note\n',
        "expected a header in its first row, found one on line 4; move it to the top",
    ),
    "endless line": ("lead_id,note\n1,{}\n2," + "x" * 17_000_000, "16 MB on line 3;"),
    "no end in sight": (
        "lead_id,note\n1,{}\n2," + "x" * 33_000_000,
        "16 MB on a line,",
    ),
    "no end in sight, packed": (
        "lead_id,note\n1,{}\n2," + "x" * 33_000_000,
        "16 MB on a line,",
    ),
    "cut array": ('[{{"lead_id": "{}"}},', "found an array that is cut short"),
    "a cut object": ('[{{"lead_id": "{}"', "found an array that is cut short"),
    "a line of JSON": (
        '{{"lead_id": 1}}\r\n{{"lead_id": "{}"\r\n',
        "found text on line 2 that is not an object",
    ),
    "a text in JSON": ('{{"lead_id": 1}}\n"{}"\n', "found text on line 2 that is not"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_fault_is_told_with_its_line_and_not_with_what_is_in_it(
    living_dbt: LivingDbt, tmp_path: Path, case: str
) -> None:
    text, words = FAULTY[case]
    path = tmp_path / ("leads.json" if "{{" in text else "leads.csv")
    content = text.format(PRIVATE).encode()
    if case.endswith("packed"):
        path, content = path.with_suffix(".csv.gz"), gzip.compress(content)
    path.write_bytes(content)
    line = living_dbt.refusal("source_files", leads_path=str(path))
    assert line.startswith(f"leads_path '{path}': expected ")
    assert words in line
    assert living_dbt.logged
    assert PRIVATE not in "\n".join([line, *living_dbt.logged])


def test_a_build_stops_at_a_fault_and_logs_nothing_of_it(
    project: Project, tmp_path: Path
) -> None:
    """A file of notes is read as one of leads is."""
    text, words = FAULTY["short row"]
    path = tmp_path / "notes.csv"
    path.write_text(text.format(PRIVATE))
    project.env["DBT_LOG_LEVEL_FILE"] = "debug"
    said = project.refusal("build", "--select", "source_files", call_notes_path=path)
    (log,) = (tmp_path / "logs").glob("*.log")
    assert "Traceback" not in log.read_text()
    assert PRIVATE not in said + log.read_text()
    [line] = {each.strip() for each in said.splitlines() if words in each}
    assert f"call_notes_path '{project.seen(path)}': expected " in line


DAYS = {
    # as a database prints them
    "2026-01-02 23:00:00 UTC": "2026-01-02",
    "2026-01-02 23:00 GMT": "2026-01-02",
    "2026-01-02 23:00:00.123456UTC": "2026-01-02",
    "2026-01-02T23:00:00 +00:00": "2026-01-02",
    "2026-01-02 23:00:00.000 -0800": "2026-01-03",
    "2026-01-02 00:30 +01": "2026-01-01",
    # whose hours from UTC depend on the day, or on who says it
    "2026-01-02 23:00:00 CET": None,
    "2026-01-01T10:00:00+99:99": None,
    "0000-01-01": None,
    "00000101": None,
    # as long as a day, with a blank at its end
    "2026-01-01T10:00+15:00": None,
    "2026-05-1 ": None,
    "2026-05-1\t": None,
    # which is a day of the year 1 BC in UTC
    "0001-01-01T00:00:00+02:00": None,
    # milliseconds since 1970, and the last before a day
    "1767225600000": "2026-01-01",
    "1767225599999": "2025-12-31",
    # minutes of a day, seconds, both as a column of numbers has them, and an hour
    "202601011230": None,
    "1767225600": "2026-01-01",
    "1767225600.0": "2026-01-01",
    "1767225600000.0": "2026-01-01",
    "2026010112": None,
    # microseconds, and a day before 1970
    "1767225600000000": None,
    "-1767225600000": None,
}


def test_a_day_is_read_or_its_row_rejected(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    path = write_csv("lead_id,created_at", *(f"K{n},{d}" for n, d in enumerate(DAYS)))
    living_dbt.build(*STAGING, leads_path=str(path))
    read = dict(living_dbt.rows("select lead_id, created_at::varchar from stg_leads"))
    assert {day: read.get(f"K{n}") for n, day in enumerate(DAYS)} == DAYS
    rejected = living_dbt.rows(
        "select created_at, rejection_reasons from rejected_leads"
    )
    assert sorted(rejected) == sorted(
        (text, "invalid_created_at") for text, day in DAYS.items() if day is None
    )


def test_an_unknown_crm_is_named(project: Project) -> None:
    said = project.refusal("build", "--select", "stg_leads", crm="foo")
    assert "depends on a node named 'crm_foo' which was not found" in said
    mappings = sorted((ROOT / "models/staging/crm").glob("crm_*.sql"))
    others = ("_activities", "_stage_changes")
    stems = [path.stem for path in mappings if not path.stem.endswith(others)]
    names = ", ".join(stem.removeprefix("crm_") for stem in stems)
    assert (
        "crm is 'foo': its mapping is a model of your own, crm_foo; if you have none, "
        f"choose one of {names}\n"
    ) in said


@pytest.mark.parametrize("setting", ["crm", "activities_crm", "stage_changes_crm"])
def test_a_crm_in_another_case_is_said_to_be_one(
    project: Project, setting: str
) -> None:
    said = project.refusal("build", "--select", "stg_leads", **{setting: "HubSpot"})
    assert f"{setting} is 'HubSpot': write hubspot" in said
