"""Exports of each CRM through its mapping: headers, words, and what is made of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from shutil import copy
from typing import Any

import duckdb
import pytest

from conftest import ROOT, UNTESTED, Project
from living_dbt import LivingDbt

STAGING = ("stg_leads", "rejected_leads", "unknown_words")
READ = [f"+{name}" for name in (*STAGING, "stg_activities")]
BUILD = ("build", "--select", *READ, *UNTESTED)
EXPORTS = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
PUBLIC = ROOT.parent / "shared/data"
Rows = list[tuple[Any, ...]]


def stages(project: Project | LivingDbt) -> dict[str, str]:
    """Stage of each lead that was kept, and the reasons of each that was not."""
    return dict(
        project.rows(
            "select lead_id, funnel_stage from stg_leads union all"
            " select lead_id, rejection_reasons from rejected_leads"
        )
    )


HUBSPOT_LEADS = [
    ("1", "2026-01-01", "MQL", 55, "2026-01-05", "M: 11-50", "Google Ads", "Ann"),
    ("2", "2026-01-01", "Disqualified", 80, None, "XL: 201+", "Facebook", None),
    # who has bought and is now said to be unqualified has bought all the same
    ("3", "2026-01-01", "Customer", None, None, "S: 1-10", "Website", None),
    ("4", "2026-01-01", "Lead", None, None, "Unknown", "Other", None),
    ("5", "2026-01-01", "Customer", None, None, "Unknown", "Referral", None),
    ("7", "2026-01-01", "SQL", None, None, "L: 51-200", "Other", None),
]
HUBSPOT = {
    "report headers": [
        "Record ID,Create Date,Lifecycle Stage,Lead Status,Lead Score,"
        "Last Engagement Date,Number of Employees,Original Source,"
        "Original Source Drill-Down 1,Contact owner",
        "1,2026-01-01 09:30,Marketing Qualified Lead,Open,55,"
        "2026-01-05 10:00,25-50,Paid Search,facebook,Ann",
        "2,2026-01-01 09:30,Opportunity,Unqualified,80,,500,Paid Social,Facebook,",
        "3,2026-01-01 09:30,Evangelist,Unqualified,,,7,Organic Search,,",
        "4,2026-01-01 09:30,Other,,,,,Offline Sources,,",
        "5,2026-01-01 09:30,customer,unqualified,,,,Referrals,,",
        "6,2026-01-01 09:30,Champion,,,,,Referrals,,",
        "7,2026-01-01 09:30,Sales Qualified Lead,,,,51-200 employees,"
        "Organic Social,Mastodon,",
    ],
    "API names": [
        "hs_object_id,createdate,lifecyclestage,hs_lead_status,lead_score,"
        "hs_last_sales_activity_timestamp,numberofemployees,hs_analytics_source,"
        "hs_analytics_source_data_1,hubspot_owner_id",
        "1,2026-01-01T09:30:00.000Z,marketingqualifiedlead,OPEN,55,"
        "2026-01-05T10:00:00.000Z,45,PAID_SEARCH,facebook,Ann",
        "2,2026-01-01T09:30:00Z,opportunity,UNQUALIFIED,80,,500,PAID_SOCIAL,Facebook,",
        "3,2026-01-01T09:30:00Z,evangelist,UNQUALIFIED,,,7,ORGANIC_SEARCH,,",
        "4,2026-01-01T09:30:00Z,other,,,,,OFFLINE,,",
        "5,2026-01-01T09:30:00Z,customer,UNQUALIFIED,,,,REFERRALS,,",
        "6,2026-01-01T09:30:00Z,champion,,,,,REFERRALS,,",
        "7,2026-01-01T09:30:00Z,salesqualifiedlead,,,,200,SOCIAL_MEDIA,Mastodon,",
    ],
    "a loader's names": [
        "id,_fivetran_deleted,property_createdate,property_lifecyclestage,"
        "property_hs_lead_status,property_contact_score,"
        "property_hs_last_sales_activity_timestamp,"
        "property_numemployees,property_hs_analytics_latest_source,"
        "property_hs_analytics_latest_source_data_1,property_hubspot_owner_id",
        # 2026-01-01 09:30 and 2026-01-05 10:00 in milliseconds
        "1,FALSE,1767259800000,marketingqualifiedlead,OPEN,55,"
        "1767607200000,25-50,PAID_SEARCH,facebook,Ann",
        "2,FALSE,1767259800000,opportunity,UNQUALIFIED,80,,1000+,PAID_SOCIAL,Facebook,",
        "3,FALSE,1767259800000,evangelist,UNQUALIFIED,,,1-5,ORGANIC_SEARCH,,",
        "4,FALSE,1767259800000,other,,,,,OFFLINE,,",
        "5,FALSE,1767259800000,customer,UNQUALIFIED,,,,AI_REFERRALS,,",
        "6,FALSE,1767259800000,champion,,,,,REFERRALS,,",
        "7,FALSE,1767259800000,salesqualifiedlead,,,,50-100,SOCIAL_MEDIA,Mastodon,",
    ],
}


@pytest.mark.parametrize("headers", HUBSPOT)
def test_hubspots_own_exports_are_understood(
    living_dbt: LivingDbt, write_csv: Callable[..., Path], headers: str
) -> None:
    path = write_csv(*HUBSPOT[headers])
    living_dbt.build(*STAGING, crm="hubspot", leads_path=str(path))
    assert (
        living_dbt.rows(
            "select lead_id, created_at::varchar, funnel_stage, intent_score,"
            " last_engaged::varchar, company_size, source, sales_owner"
            " from stg_leads order by lead_id"
        )
        == HUBSPOT_LEADS
    )
    [(funnel_stage, reasons)] = living_dbt.rows(
        "select funnel_stage, rejection_reasons from rejected_leads"
    )
    assert (funnel_stage.lower(), reasons) == ("champion", "unknown_funnel_stage")


SALESFORCE = {
    "report headers": [
        "Lead ID,Create Date,Lead Status,Lead Score,Pardot Last Activity,"
        "No. of Employees,Lead Source,Lead Owner,Opportunity Stage",
        "1,1/15/2026,Open - Not Contacted,10,1/20/2026,5,Web,Ann,",
        "2,1/15/2026,Working - Contacted,50,,30,Trade Show,Ann,",
        "3,1/15/2026,Closed - Converted,80,,300,Partner Referral,,Negotiation/Review",
        "4,1/15/2026,Closed - Converted,80,,300,Advertisement,,Closed Won",
        "5,1/15/2026,Closed - Not Converted,80,,,Other,,",
        "6,1/15/2026,Recycled,80,,,Other,,",
        "7,1/15/2026,Closed - Converted,90,1/20/2026,300,Web,Ann,Closed Lost",
    ],
    "API names": [
        "Id,CreatedDate,Status,pi__score__c,pi__last_activity__c,NumberOfEmployees,"
        "LeadSource,Owner.Name,ConvertedOpportunity.IsWon,"
        "ConvertedOpportunity.IsClosed",
        "1,2026-01-15T09:30:00.000+0000,New,10,2026-01-20,5,Web,Ann,,",
        "2,2026-01-15T09:30:00.000+0000,Contacted,50,,30,Trade Show,Ann,,",
        "3,2026-01-15T09:30:00.000+0000,Qualified,80,,300,Partner Referral,,"
        "false,false",
        "4,2026-01-15T09:30:00.000+0000,Converted,80,,300,Advertisement,,true,true",
        "5,2026-01-15T09:30:00.000+0000,Unqualified,80,,,Other,,,",
        "6,2026-01-15T09:30:00.000+0000,Recycled,80,,,Other,,,",
        "7,2026-01-15T09:30:00.000+0000,Converted,90,2026-01-20,300,Web,Ann,false,true",
    ],
    "a loader's names": [
        "id,created_date,status,pi_score_c,pi_last_activity_c,number_of_employees,"
        "lead_source,owner_id,is_converted,stage_name,is_won,is_closed",
        "1,2026-01-15 09:30:00,Nurturing,10,2026-01-20 00:00:00,5,Web,Ann,false,,,",
        "2,2026-01-15 09:30:00,Working,50,,30,Trade Show,Ann,FALSE,,,",
        # the checkbox says what a status of the company's own does not
        # employees as many countries write them
        "3,2026-01-15 09:30:00,Handed over,80,,1.200,Partner Referral,,TRUE,"
        "Pilot,false,false",
        "4,2026-01-15 09:30:00,Handed over,80,,300,Advertisement,,true,"
        "Signed,true,true",
        "5,2026-01-15 09:30:00,Unqualified,80,,,Other,,false,,,",
        "6,2026-01-15 09:30:00,Recycled,80,,,Other,,false,,,",
        "7,2026-01-15 09:30:00,Handed over,90,2026-01-20 00:00:00,300,Web,Ann,true,"
        "Closed Lost,false,true",
    ],
}


@pytest.mark.parametrize("headers", SALESFORCE)
def test_salesforces_own_exports_are_understood(
    living_dbt: LivingDbt, write_csv: Callable[..., Path], headers: str
) -> None:
    settings = {"date_format": "%m/%d/%Y"} if headers == "report headers" else {}
    path = write_csv(*SALESFORCE[headers])
    living_dbt.build(*STAGING, crm="salesforce", leads_path=str(path), **settings)
    day, later = "2026-01-15", "2026-01-20"
    assert living_dbt.rows(
        "select lead_id, funnel_stage, intent_score, created_at::varchar,"
        " last_engaged::varchar, company_size, source, sales_owner"
        " from stg_leads order by lead_id"
    ) == [
        ("1", "Lead", 10, day, later, "S: 1-10", "Website", "Ann"),
        ("2", "MQL", 50, day, None, "M: 11-50", "Event", "Ann"),
        ("3", "SQL", 80, day, None, "XL: 201+", "Referral", None),
        ("4", "Customer", 80, day, None, "XL: 201+", "Google Ads", None),
        ("5", "Disqualified", 80, day, None, "Unknown", "Other", None),
        ("7", "Disqualified", 90, day, later, "XL: 201+", "Website", "Ann"),
    ]
    assert living_dbt.rows(
        "select funnel_stage, rejection_reasons from rejected_leads"
    )[0] == ("Recycled", "unknown_funnel_stage")


def test_a_checkbox_says_yes_in_the_language_of_a_spreadsheet(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    answers = {
        "WAHR": "FALSCH",
        "VRAI": "FAUX",
        "VERO": "FALSO",
        "VERDADERO": "FALSO",
        "Ja": "Nein",
    }
    rows = [
        f"{yes} {case},Handed over,{yes},{won},{yes if case != 'open' else no}"
        for yes, no in answers.items()
        for case, won in (("open", no), ("won", yes), ("lost", no))
    ]
    rows += [f"{no} converted,New,{no},{no},{no}" for no in {*answers.values()}]
    header = "Id,Status,IsConverted,ConvertedOpportunity.IsWon,"
    header += "ConvertedOpportunity.IsClosed"
    path = str(write_csv(header, *rows))
    living_dbt.build(*STAGING, crm="salesforce", leads_path=path)
    stages = {"open": "SQL", "won": "Customer", "lost": "Disqualified"}
    for lead_id, stage in living_dbt.rows(
        "select lead_id, funnel_stage from stg_leads"
    ):
        assert stage == stages.get(lead_id.split()[1], "Lead"), lead_id
    assert living_dbt.rows("select * from rejected_leads") == []


def test_a_word_is_known_by_any_dash_and_employees_by_any_number(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    words = {
        "Disqualified": (
            *("Closed - Lost", "closed\u2013lost"),
            *("CLOSED\u2014LOST", "Closed  Lost"),
        ),
        "Customer": ("Closed \u2013 Won", "Closed\u2011Won", "closed\u00a0-\u202fwon"),
        "SQL": ("Sales-Qualified Lead", "sales - qualified - lead", "S-Q-L"),
        # the one word of a list in JSON, with the quotes that a CSV doubles
        "MQL": ("Marketing Qualified  Lead", '"[""MQL""]"'),
    }
    sizes = {
        "S: 1-10": ("1", "10", "9,5", "10,0", "10.00", "1-10 employees", "S"),
        "M: 11-50": ("45,0", "45.0", "45", "10,5", "11-50", "25 - 50", "m", "10+"),
        "L: 51-200": ("200,00", "51-200", "199.5", "L", "50 + employees", "+51"),
        "XL: 201+": (
            *("1,200", "1.200", "1,200.50", "1.200,00", "12.345.678", "12,345,678"),
            *("10,001+", "1,001-5,000", "1 200", "4500,0", "201"),
            *("250-1K", "1K-5K", "100k+", "XL", "200+"),
        ),
        "Unknown": ("0", "0,5", "1,2,3", "many", ",", "inf", "Infinity"),
    }
    sources = ("Trade-Show", '"[""trade show""]"', "TRADE\u00a0SHOW", "Event")
    rows = [
        f"{stage} {place},{word},{source},"
        for stage, spelled in words.items()
        for place, (word, source) in enumerate(zip(spelled, sources, strict=False))
    ]
    counts = [(f"Lead {n}", n, size) for size, texts in sizes.items() for n in texts]
    rows += [f'"{lead}",,Event,"{count}"' for lead, count, _ in counts]
    path = str(write_csv("lead_id,funnel_stage,source,company_size", *rows))
    living_dbt.build(*STAGING, leads_path=path)
    for lead_id, stage in stages(living_dbt).items():
        assert stage == lead_id.split()[0], lead_id
    assert living_dbt.rows("select distinct source from stg_leads") == [("Event",)]
    read = "select lead_id, company_size from stg_leads where lead_id like 'Lead %'"
    assert dict(living_dbt.rows(read)) == {lead: size for lead, _, size in counts}


def test_of_a_leads_opportunities_the_best_one_counts(
    living_dbt: LivingDbt, write_csv: Callable[..., Path]
) -> None:
    """A report with one row per opportunity has a lead as often as it has them."""
    path = write_csv(
        "Lead ID,Lead Status,Stage,Closed",
        "lost and open,Closed - Converted,Closed Lost,1",
        "lost and open,Closed - Converted,Negotiation,0",
        "lost and won,Closed - Converted,Closed Won,1",
        "lost and won,Closed - Converted,Closed Lost,1",
        "only lost,Closed - Converted,Closed Lost,1",
        # closed, and nothing says how
        "closed,Closed - Converted,Done,1",
        # a stage of a lead is no opportunity
        "nurtured,Nurturing,Lead,",
        # nor is one open that the lead was given up for
        "given up,Unqualified,Prospecting,0",
        "opportunity alone,,Prospecting,0",
        "00Q5e00000neith,,,",
    )
    living_dbt.build(*STAGING, crm="salesforce", leads_path=str(path))
    found = dict(living_dbt.rows("select lead_id, funnel_stage from stg_leads"))
    assert found == {
        "lost and open": "SQL",
        "lost and won": "Customer",
        "only lost": "Disqualified",
        "closed": "SQL",
        "nurtured": "Lead",
        "given up": "Disqualified",
        "opportunity alone": "SQL",
        "00Q5e00000neith": "Lead",
    }


def test_a_seed_says_what_a_companys_own_words_mean(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """With the documented lines; what those leave is listed, warned of and counted.

    Sizes may be codes that look like numbers; a range is not the number of its digits.
    """
    [seed] = re.findall(r"```csv\n(crm,field,.*?)```", EXPORTS, re.S)
    more = (
        "hubspot,funnel_stage,Opportunity,MQL\n"
        "salesforce,funnel_stage,Lead,Customer\n"
        ",funnel_stage,other,Disqualified\n"
        "hubspot,funnel_stage,OTHER,\n"
        ",company_size,3,XL: 201+\n"
        ",company_size,1-10,M: 11-50\n"
    )
    words = project.folder / "seeds/source_words.csv"
    words.write_text(seed + more, encoding="utf-8")
    billboards = '"Billboards, like the ""big ones"" of the old city"'
    path = write_csv(
        "Record ID,Lifecycle Stage,Lead Status,Lead Source,Number of Employees",
        "named,Champion,,Trade fair,Enterprise",
        "spelled,cham_pion,,TRADE FAIR,12",
        f"status,Subscriber,not a fit,{billboards},3",
        f"bought,CHAMPION,Not a fit,{billboards.replace('Bill', 'bill ')},1 - 10",
        "over the mapping,opportunity,Open,Podcast,110",
        "of another,Lead,,mail ann@example.com,1\u20135",
        "of this one,Other,,,",
        "unknown,Friend,,,",
    )
    result = project.dbt(*BUILD, crm="hubspot", leads_path=str(path))
    assert result.returncode == 0, result.stdout
    assert stages(project) == {
        "named": "Customer",
        "spelled": "Customer",
        "status": "Disqualified",
        "bought": "Customer",
        "over the mapping": "MQL",
        "of another": "Lead",
        "of this one": "Lead",
        "unknown": "unknown_funnel_stage",
    }
    assert dict(
        project.rows("select lead_id, company_size || ', ' || source from stg_leads")
    ).items() >= {
        ("named", "XL: 201+, Event"),
        ("spelled", "M: 11-50, Event"),
        ("status", "XL: 201+, Other"),
        ("bought", "M: 11-50, Other"),
        ("over the mapping", "L: 51-200, Other"),
        ("of another", "S: 1-10, Other"),
    }
    assert project.rows(
        "select crm, field, word, taken_as, lead_count from unknown_words order by all"
    ) == [
        ("hubspot", "funnel_stage", "Friend", None, 1),
        (
            *("hubspot", "source", 'Billboards, like the "big ones" of the old city'),
            *("Other", 2),
        ),
        ("hubspot", "source", "Podcast", "Other", 1),
        ("hubspot", "source", "mail [email]", "Other", 1),
    ]
    assert (
        "source 'Billboards, like the \"big ones\" of...' (2, taken as Other);"
        " funnel_stage 'Friend' (1, rejected);"
    ) in result.stdout
    # a line that can be pasted
    line = f"in lines such as hubspot,source,{billboards},OUR_WORD, where OUR_WORD is"
    assert f"{line} one of Facebook, LinkedIn, " in result.stdout
    assert "ann@" not in result.stdout


def test_a_rare_word_is_listed_and_not_warned_of(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    known = [f"{n},Website" for n in range(250)]
    path = write_csv("lead_id,source", "b1,Billboard", "b2,Billboard", *known)
    result = project.dbt(*BUILD, leads_path=str(path))
    assert result.returncode == 0, result.stdout
    assert project.rows("select word, lead_count from unknown_words") == [
        ("Billboard", 2)
    ]
    assert "Billboard" not in result.stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("hubspto,source,Fair,Event", "'Fair' (hubspto, source): there is no such map"),
        (",sauce,Fair,Event", "'Fair' (sauce): there is no such field"),
        (",source,Fair,Evnt", "'Fair' (source): the field can't hold our_word"),
        (
            ",source,Fair,Event\n,source,FA_IR,Other",
            "(source): it stands there twice",
        ),
    ],
)
def test_a_line_of_the_seed_that_can_not_be_meant_is_named(
    project: Project, line: str, message: str
) -> None:
    words = project.folder / "seeds/source_words.csv"
    words.write_text(f"{words.read_text('utf-8')}{line}\n", encoding="utf-8")
    asked = ("source_words", "lifecycle_stages", "assert_every_source_word_can_be_used")
    alone = ("--indirect-selection", "empty")
    said = project.refusal("build", *alone, "--select", *asked)
    assert message in said
    assert "seeds/source_words.csv: '" in said


def test_a_mapping_says_no_word_that_is_not_ours(project: Project) -> None:
    file = project.folder / "models/staging/crm/crm_hubspot.sql"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"AI Referrals": "Referral"', '"AI": "Referal"'))
    said = project.refusal("compile", "--select", "crm_hubspot")
    assert "crm_hubspot.sql: 'AI' can't mean 'Referal'; choose" in said


def test_a_crm_without_its_export_says_how_to_name_it(living_dbt: LivingDbt) -> None:
    assert living_dbt.refusal("crm_hubspot", crm="hubspot") == (
        "crm 'hubspot' has no sample leads; name its export: leads_path, or make "
        "LEADS=FILE"
    )


def own_mapping(project: Project, text: str) -> str:
    """Add a mapping to a project; return its name."""
    name = re.match(r"-- models/staging/crm/crm_(\w+)\.sql", text)[1]
    file = project.folder / f"models/staging/crm/crm_{name}.sql"
    file.write_text(text, encoding="utf-8")
    return name


def documented_mapping() -> str:
    [mapping] = re.findall(
        r"```sql\n(-- models/staging/crm/crm_[a-z]+\.sql.*?)```", EXPORTS, re.S
    )
    return mapping


def test_the_documented_mapping_reads_one_row_per_deal(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    name = own_mapping(project, documented_mapping())
    path = write_csv(
        "Deal - ID,Deal - Status,Deal - Deal created,Deal created,Last activity,"
        "Last email received,Expected close date,Employees,Source,Deal owner,Region",
        "1,Open,,2026-01-02,2026-02-03,2026-02-01,2026-09-30,40,Inbound,Ann,North",
        "2,won,,2026-01-02,2026-02-01,2026-02-01,2026-01-31,2,Partner,Ann,South",
        "3,LOST,,2026-01-02,2026-02-02,,2026-01-31,,Cold Call,,",
        "4,Prospecting,,2026-01-02,,,,,Web,,",
        "5,On hold,,2026-01-02,,,,,Web,,",
    )
    result = project.dbt(
        *BUILD, crm=name, leads_path=str(path), extra_columns=["Region"]
    )
    assert result.returncode == 0, result.stdout
    day, later = "2026-01-02", "2026-02-01"
    assert project.rows(
        "select lead_id, funnel_stage, intent_score, created_at::varchar,"
        " last_engaged::varchar, company_size, source, sales_owner, region"
        " from stg_leads order by lead_id"
    ) == [
        ("1", "SQL", None, day, later, "M: 11-50", "Website", "Ann", "North"),
        ("2", "Customer", None, day, later, "S: 1-10", "Referral", "Ann", "South"),
        ("3", "Disqualified", None, day, None, "Unknown", "Other", None, None),
        ("4", "MQL", None, day, None, "Unknown", "Website", None, None),
    ]
    assert stages(project)["5"] == "unknown_funnel_stage"
    assert project.rows("select word from unknown_words") == [("On hold",)]
    # the last activity may be ours: a touch, and no engagement
    assert project.rows(
        "select lead_id, activity_type, occurred_at::date::varchar"
        " from stg_activities order by lead_id"
    ) == [
        ("1", "contact_logged", "2026-02-03"),
        ("2", "contact_logged", later),
        ("3", "contact_logged", "2026-02-02"),
    ]


@pytest.mark.parametrize(
    ("text", "instead", "message"),
    [
        ('"lead_id": ', '"sales_owner": ', "has to say which column is the lead_id"),
        ('"source": ', '"channel": ', "headers has 'channel', which is no field; ch"),
        ('["Deal ID", "Opportunity ID"]', '"Key"', "expected a column Key, found id"),
    ],
)
def test_a_mapping_that_can_not_be_meant_is_one_line(
    project: Project,
    write_csv: Callable[..., Path],
    text: str,
    instead: str,
    message: str,
) -> None:
    name = own_mapping(project, documented_mapping().replace(text, instead, 1))
    path = write_csv("id,stage", "1,Open")
    said = project.refusal(
        "compile", "--select", "stg_lead_rows", crm=name, leads_path=str(path)
    )
    assert message in said.replace("\n", " ")


def test_another_model_can_ask_what_is_read(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """Each field once at least, with the column that feeds it as the export has it."""
    asking = project.folder / "analysis/what_is_read.sql"
    asking.write_text(
        "{% for read in fields_read(crm_export_columns()) -%}\n"
        "{{ read.field }}|{{ read.name }}|{{ read.column }}\n{% endfor %}",
        encoding="utf-8",
    )
    path = write_csv("property_hs_object_id,Lead  status,FIT,Lead Source", "1,x,2,y")
    result = project.dbt(
        *("compile", "--select", "what_is_read"),
        crm="hubspot",
        leads_path=str(path),
        score_column="fit",
    )
    assert result.returncode == 0, result.stdout
    [compiled] = project.target.rglob("what_is_read.sql")
    assert compiled.read_text("utf-8").split("\n") == [
        "lead_id|lead_id|property_hs_object_id",
        "created_at|created_at|None",
        "funnel_stage|lifecycle_stage|None",
        "funnel_stage|lead_status|Lead  status",
        "intent_score|intent_score|FIT",
        "last_engaged|last_engaged|None",
        "company_size|employees|None",
        "source|traffic_source|Lead Source",
        "source|social_network|None",
        "engagement_channel|engagement_channel|None",
        "sales_owner|sales_owner|None",
        "",
    ]


def public(name: str) -> Path:
    """A public export, read where it lies."""
    path = PUBLIC / name
    if not path.exists():
        pytest.skip(f"{path} is not here: the mapping is tried on it")
    return path


PUBLIC_EXPORTS = {
    "fivetran/hubspot_contact_data.csv": (
        "hubspot",
        "select id, property_createdate::timestamp::date, 'Lead', null",
    ),
    "fivetran/sf_lead_data.csv": (
        "salesforce",
        "select id, created_date::timestamp::date,"
        " if(is_converted::boolean, 'SQL', 'Lead'), owner_id",
    ),
    "fivetran/sf_opportunity_data.csv": (
        "salesforce",
        "select id, created_date::timestamp::date, case when is_won::boolean then"
        " 'Customer' when is_closed::boolean then 'Disqualified' else 'SQL' end,"
        " owner_id",
    ),
    "salesforce_leads.csv": (
        "salesforce",
        "select lead_id, created_date::date, case status when 'Converted'"
        " then 'Customer' when 'Qualified' then 'SQL' else 'Lead' end, null",
    ),
}


@pytest.mark.parametrize("name", PUBLIC_EXPORTS)
def test_a_public_export_gives_what_plain_sql_gives(
    living_dbt: LivingDbt, tmp_path: Path, name: str
) -> None:
    # where DuckDB may read
    path = copy(public(name), tmp_path)
    crm, query = PUBLIC_EXPORTS[name]
    living_dbt.build(*STAGING, crm=crm, leads_path=str(path))
    expected = duckdb.sql(
        f"{query} from read_csv('{path}', header = true, all_varchar = true)"
    ).fetchall()
    assert expected
    assert sorted(
        living_dbt.rows(
            "select lead_id, created_at, funnel_stage, sales_owner from stg_leads"
        )
    ) == sorted(expected)
    assert living_dbt.rows("select count(*) from rejected_leads") == [(0,)]


@pytest.mark.parametrize(
    ("crm", "header"),
    [
        ("hubspot", "Unsubscribed from all email,Email hard bounce reason"),
        ("hubspot", "properties_hs_email_optout,hs_email_bad_address"),
        ("salesforce", "HasOptedOutOfEmail,EmailBouncedReason"),
        ("salesforce", "Pardot Opted Out,Email Bounced Reason"),
        ("canonical", "email_opt_out,email_bounced"),
    ],
)
def test_who_has_unsubscribed_or_cannot_be_reached_is_known(
    living_dbt: LivingDbt, write_csv: Callable[..., Path], crm: str, header: str
) -> None:
    """A box that is not ticked says nothing; one row of several is enough."""
    rows = (
        "Q1,true,",
        "Q2,TRUE,UNKNOWN_USER",
        "Q3,0,UNKNOWN_USER",
        "Q4,false,0.0",
        "Q5,,None",
    )
    columns = {"hubspot": "Record ID", "salesforce": "Id", "canonical": "lead_id"}
    path = write_csv(f"{columns[crm]},{header}", *rows, "Q1,no,")
    built = ("leads_with_work", "input_notices")
    living_dbt.build(*built, crm=crm, leads_path=str(path))
    found = "select lead_id, opt_out from leads_with_work order by lead_id"
    assert living_dbt.rows(found) == [
        ("Q1", "unsubscribed"),
        ("Q2", "unsubscribed"),
        ("Q3", "bounced"),
        ("Q4", None),
        ("Q5", None),
    ]
    unread = "select column_read from input_coverage where field is null"
    assert living_dbt.rows(unread) == []
    # so many may be a no in other words
    said = (
        "select count(*) from input_notices where notice like '3 of 5 leads are not%'"
    )
    assert living_dbt.rows(said) == [(1,)]
