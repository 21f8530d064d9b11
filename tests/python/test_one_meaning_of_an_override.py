"""What a person decided stands with its own reason, whatever was decided later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import Project

LEADS = [
    "lead_id,funnel_stage,intent_score,created_at,last_engaged,sales_owner",
    "promoted,Lead,20,2026-01-01,2026-03-30,Di",
    "tried,Lead,20,2026-01-01,2026-03-30,Di",
    "left,Lead,20,2026-01-01,2025-01-01,Di",
]
# of each lead the newest word is about its owner
LEDGER = [
    "901,2026-03-01T00:00:00Z,Ann,lead,promoted,stage,Lead,SQL,met her,2026-12-31",
    "902,2026-03-02T00:00:00Z,Bo,lead,promoted,owner,Di,Cy,Di is away,",
    "903,2026-03-01T00:00:00Z,Ann,lead,tried,track,Education,Reactivation,try again,",
    "904,2026-03-02T00:00:00Z,Bo,lead,tried,owner,Di,Cy,Di is away,",
    "905,2026-03-02T00:00:00Z,Bo,lead,left,owner,Di,Cy,Di is away,",
]
BELOW = "Intent 20 is below the MQL bar of 40"


def test_a_newer_entry_about_the_owner_says_nothing_of_stage_and_track(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    with (project.folder / "seeds/logic_overrides.csv").open("a") as ledger:
        ledger.writelines(f"{line}\n" for line in LEDGER)
    result = project.dbt(
        *("build", "--exclude-resource-type", "test", "unit_test"),
        leads_path=str(write_csv(*LEADS)),
        as_of_date="2026-03-31",
    )
    assert result.returncode == 0, result.stdout

    # by the stage that counts
    worked = "An SQL that is Active is worked towards a deal"
    educated = "The lead is Active with stage Lead and learns before it is sold to"
    assert project.rows(
        "select lead_id, effective_stage, stage_reason, effective_stage_reason,"
        " effective_track, track_reason, effective_track_reason from leads"
        " where lead_id != 'left' order by lead_id"
    ) == [
        ("promoted", "SQL", BELOW, "Ann: met her", "Conversion", worked, worked),
        ("tried", "Lead", BELOW, BELOW, "Reactivation", educated, "Ann: try again"),
    ]
    assert project.rows(
        "select distinct effective_owner, effective_owner_reason, is_overridden"
        " from leads"
    ) == [("Cy", "Bo: Di is away", True)]
    assert project.rows(
        "select lead_id, stage_override_id, track_override_id, owner_override_id,"
        " stage_overridden_by, cast(stage_expires_on as varchar) from lead_overrides"
        " order by lead_id"
    ) == [
        ("left", None, None, 905, None, None),
        ("promoted", 901, None, 902, "Ann", "2026-12-31"),
        ("tried", None, 903, 904, None, None),
    ]

    # the history, the lists, the CRM and the prompts know each field by its own entry
    assert project.rows(
        "select lead_id, override_id from lead_decisions order by lead_id"
    ) == [("left", None), ("promoted", 901), ("tried", None)]
    assert project.rows(
        "select lead_id, field, override_id, reason from crm_updates"
        " where lead_id = 'promoted' order by field"
    ) == [
        ("promoted", "lifecycle_stage", 901, "Ann: met her"),
        ("promoted", "owner", 902, "Bo: Di is away"),
    ]
    assert dict(project.rows("select lead_id, why from team_worklist")) == {
        "promoted": "Handed over by Marketing: Ann: met her",
        "tried": "Ann: try again; the last engagement was 1 day ago",
        "left": "The lead is Dormant with stage Lead and has to be won back; "
        "the last engagement was 454 days ago",
    }
    prompts = dict(project.rows("select lead_id, prompt_text from lead_prompts"))
    assert "Why we write now: try again\n" in prompts["tried"]
    assert f"Why the lead is at its stage: {BELOW}\n" in prompts["tried"]
    assert "decided about the lead: try again; Di is away\n" in prompts["tried"]
    assert "Why we write now: The lead is Dormant" in prompts["left"]

    # a candidate too; nothing moves, and each lead keeps its reasons
    project.call_it_whole()
    result = project.script("what_if", "sql_min_intent=60")
    assert result.returncode == 0, result.stderr
    assert project.rows(
        "select stage_reason_before, stage_reason_after, track_reason_after"
        " from what_if.what_if_leads where lead_id = 'promoted'"
    ) == [("Ann: met her", "Ann: met her", worked)]


def test_what_the_crm_learned_since_a_person_decided_is_said(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """By a stage change, or by what the last build had; not what was known by then."""
    leads = ("5541000000004", "seen_to_change", "known_before", "agrees")
    with (project.folder / "seeds/logic_overrides.csv").open("a") as ledger:
        for number, lead in enumerate(leads, start=901):
            stage = "Customer" if lead == "agrees" else "SQL"
            logged = f"{number},2026-03-02T00:00:00Z,Ann,lead,{lead},stage,,{stage}"
            ledger.write(f"{logged},met her,\n")

    def built(day: str, stage_of: dict[str, str], *words: str) -> None:
        rows = (
            f"{lead},{stage_of.get(lead, 'Customer')},50,2026-01-01,2026-03-01"
            for lead in leads
        )
        header = "lead_id,funnel_stage,intent_score,created_at,last_engaged"
        changes = ("seen_to_change,Customer,2026-03-09", "known_before,Lead,2026-03-09")
        done = project.dbt(
            *("build", "--exclude-resource-type", "test", "unit_test", *words),
            leads_path=str(write_csv(header, *rows)),
            stage_changes_path=str(
                write_csv("lead_id,stage,entered_at", *changes, name="changes.csv")
            ),
            as_of_date=day,
        )
        assert done.returncode == 0, done.stdout

    built("2026-03-05", {"5541000000004": "SQL"}, "--select", "+lead_history")
    built("2026-03-10", {}, "--select", "+input_notices")
    said = (
        "funnel_stage: the CRM has 2 as won or lost since a person decided another"
        " stage, such as 5541000000004 Customer: the person's counts; where the CRM"
        " is right, withdraw it with scripts/log_logic_override.py"
    )
    found = "select notice from input_notices where notice like '%since a person%'"
    assert project.rows(found) == [(said,)]


def test_what_the_crm_changed_since_it_had_a_persons_decision_is_said(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """Each field by itself; what the CRM never had as decided has not changed since."""
    with (project.folder / "seeds/logic_overrides.csv").open("a") as ledger:
        for number, (lead, field, value) in enumerate(
            (
                ("given_on", "owner", "Bo"),
                ("given_on_too", "owner", "Bo"),
                ("never_given", "owner", "Bo"),
                ("still_his", "owner", "Bo"),
                ("went_on", "stage", "MQL"),
                ("won", "stage", "MQL"),
            ),
            start=901,
        ):
            logged = f"{number},2026-03-02T00:00:00Z,Ann,lead,{lead},{field},,{value}"
            ledger.write(f"{logged},met her,\n")

    def built(day: str, crm: dict[str, tuple[str, str]], *words: str) -> None:
        rows = (
            f"{lead},{stage},50,2026-01-01,2026-03-01,{owner}"
            for lead, (stage, owner) in crm.items()
        )
        header = "lead_id,funnel_stage,intent_score,created_at,last_engaged,sales_owner"
        done = project.dbt(
            *("build", "--exclude-resource-type", "test", "unit_test", *words),
            leads_path=str(write_csv(header, *rows)),
            as_of_date=day,
        )
        assert done.returncode == 0, done.stdout

    then = {
        "given_on": ("Lead", "Bo"),
        "given_on_too": ("Lead", "Bo"),
        "never_given": ("Lead", "Ann"),
        "still_his": ("Lead", "Bo"),
        "went_on": ("MQL", "Ann"),
        "won": ("MQL", "Ann"),
    }
    now = {
        "given_on": ("Lead", "Cleo"),
        "given_on_too": ("Lead", ""),
        "never_given": ("Lead", "Cleo"),
        "went_on": ("SQL", "Ann"),
        "won": ("Customer", "Ann"),
    }
    built("2026-03-05", then, "--select", "+lead_history")
    built("2026-03-10", then | now, "--select", "+input_notices")
    found = "select notice from input_notices where notice like '%it had what a%'"
    told = (
        ": the person's counts, and import files put it back; where the CRM is right,"
        " withdraw it with scripts/log_logic_override.py"
    )
    changed = "the CRM has changed it since it had what a person decided, of"
    assert sorted(notice for (notice,) in project.rows(found)) == [
        f"funnel_stage: {changed} 1 leads such as went_on SQL{told}",
        f"sales_owner: {changed} 2 leads such as given_on Cleo{told}",
    ]
