"""A database that an earlier version of the project made builds on."""

from __future__ import annotations

from pathlib import Path

import duckdb

from conftest import UNTESTED, Project
from smartcrm.engines.parity import shown_column

# What versions of November 2026 had otherwise: a history of fewer columns, tables that
# are views today and the other way round, seeds of other columns, tables of no model.
EARLIER = """
    alter table lead_history drop column crm_intent_score;
    alter table lead_history drop column crm_last_engaged;
    alter table lead_history drop column sales_owner;
    drop view leads;
    create table leads as select lead_id from stg_leads;
    drop view team_worklist;
    create table team_worklist as select lead_id from stg_leads;
    drop table known_outcomes;
    create view known_outcomes as select lead_id from stg_leads;
    drop table thresholds;
    create table thresholds as select 'sql_min_intent' as name, 80 as number;
    create table lead_win_probability as select lead_id from stg_leads;
    drop table build_status;
"""
# what tells of the history itself
HISTORY = {"lead_history", "current_build"}
KEPT = "select lead_id, effective_stage, intent_score, valid_from from lead_history"


def relations_of(path: Path) -> dict[str, tuple[int, int]]:
    """How many rows each relation has, and what they come to."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as database:
        names = "select table_name from information_schema.tables"
        for (name,) in database.execute(names).fetchall():
            columns = database.execute(f'describe "{name}"').fetchall()
            shown = ", ".join(shown_column(*column[:2]) for column in columns)
            (found[name],) = database.execute(
                "select count(*), sum(hash(shown))"
                f' from (select {shown} from "{name}") as shown'
            ).fetchall()
    return found


def test_an_earlier_version_s_database_builds_on(
    built: Path, built_project: Project
) -> None:
    project = built_project
    with duckdb.connect(str(project.database)) as database:
        database.execute(EARLIER)
        earlier = set(database.sql(KEPT).fetchall())
    assert len(earlier) == 1000
    done = project.dbt("build", *UNTESTED)
    assert done.returncode == 0, done.stdout

    assert earlier <= set(project.rows(KEPT))
    assert project.rows(
        "select count(*) from lead_history where valid_to is null"
        " and crm_intent_score is not null"
    ) != [(0,)]
    now, fresh = relations_of(project.database), relations_of(built)
    differing = [name for name in fresh if fresh[name] != now.get(name)]
    assert [name for name in differing if name not in HISTORY] == []
