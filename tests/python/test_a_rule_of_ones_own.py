"""A rule that reads a column no rule has read, added as CONTRIBUTING.md says."""

from __future__ import annotations

from conftest import Project

LINE = """\
                when source = 'Webinar' and has_mql_intent
                then 'webinar_guest'
"""
ROW = (
    "stage,webinar_guest,SQL,Intent {intent_score} and a webinar are enough,"
    "Call while the webinar is fresh,Who comes to a webinar wants to hear more\n"
)
GIVEN = (
    "          - {lead_id: guest, funnel_stage: Lead, intent_score: 40,"
    " source: Webinar, last_engaged: null}\n"
)
EXPECTED = "        - {lead_id: guest, stage_rule: webinar_guest}\n"


def insert(project: Project, path: str, text: str, *, before: str) -> None:
    file = project.folder / path
    content = file.read_text(encoding="utf-8")
    assert before in content, before
    file.write_text(content.replace(before, text + before, 1), encoding="utf-8")


def test_a_rule_may_read_any_column_of_a_lead(built_project: Project) -> None:
    project = built_project
    model = "models/decisions/leads_with_stages.sql"
    insert(project, model, LINE, before="                when has_sql_intent\n")
    insert(project, "seeds/decision_rules.csv", ROW, before="stage,cooled_off,")
    tests = "models/decisions/_decisions__unit_tests.yml"
    insert(project, tests, GIVEN, before="          - {lead_id: won, ")
    insert(project, tests, EXPECTED, before="        - {lead_id: won, stage_rule")

    # all that reads the rules must find the new one everywhere
    read = ("--select", "leads_with_stages+", "decision_rules+")
    for words in (
        ("build", *read, "--exclude-resource-type", "unit_test"),
        ("test", "--select", "leads_with_stages,test_type:unit"),
    ):
        result = project.dbt(*words)
        assert result.returncode == 0, result.stdout
    assert project.rows(
        "select distinct source, simulated_stage, owner_team, stage_reason ="
        " concat('Intent ', intent_score, ' and a webinar are enough')"
        " from leads where stage_rule = 'webinar_guest'"
    ) == [("Webinar", "SQL", "SDRs / AEs", True)]
    # on days of the past, too, and without another line
    [(flagged,)] = project.rows(
        "select flagged_count from rule_backtest where flag = 'webinar_guest'"
    )
    assert flagged > 0
    assert project.rows(
        "select count(*) from landmark_decisions where stage_rule = 'webinar_guest'"
        " and source = 'Webinar' and intent_score >= 40"
    ) == [(flagged,)]
    assert project.rows(
        "select distinct stage_rule, simulated_stage from landmark_decisions"
        " where source = 'Webinar' and intent_score >= 40 order by 1"
    ) == [("kept_by_sales", "SQL"), ("sales_ready", "SQL"), ("webinar_guest", "SQL")]


def test_a_rule_without_a_row_is_named_with_the_file_that_lacks_it(
    built_project: Project,
) -> None:
    model = "models/decisions/leads_with_stages.sql"
    insert(built_project, model, LINE, before="                when has_sql_intent\n")
    decided = ("leads_with_stages", "leads_with_stages_at_landmarks")
    tests = "assert_every_lead_is_decided_by_rules_of_the_catalogue"
    past = "assert_every_rule_of_the_past_is_in_the_catalogue"
    result = built_project.dbt(
        *("build", "--select", *decided, "landmark_decisions", tests, past),
        *("--indirect-selection", "empty", "--exclude-resource-type", "unit_test"),
    )
    assert result.returncode == 1
    said = (
        "seeds/decision_rules.csv has no row for 'webinar_guest', a rule of stage: add"
        " it, or correct its line in models/decisions"
    )
    # of today's leads and of those of the past
    assert result.stdout.count(f"Invalid Input Error: {said}") == 2


def test_an_edited_macro_takes_no_node_away(project: Project) -> None:
    before = project.dbt("--quiet", "ls")
    macro = "macros/staging/common_words.sql"
    insert(project, macro, '"Won deal": "Customer", ', before='"Won":')
    after = project.dbt("--quiet", "ls")
    assert after.returncode == before.returncode == 0, after.stdout
    assert sorted(after.stdout.splitlines()) == sorted(before.stdout.splitlines())
    assert "unique_lead_handovers_lead_id" in after.stdout
