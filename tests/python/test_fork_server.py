"""A fork has the project parsed already: to parse all of it takes ten times as long."""

from __future__ import annotations

from conftest import Project

LISTED = ("--log-level", "debug", "list", "--select", "lifecycle_stages")


def test_a_fork_parses_what_has_changed(project: Project) -> None:
    assert "no changes found, skipping parsing" in project.dbt(*LISTED).stdout
    model = project.folder / "models/staging/as_of.sql"
    model.write_text(f"{model.read_text('utf-8')}-- edited\n", encoding="utf-8")
    project.env["DBT_TARGET_PATH"] = project.seen(project.scratch / "another")
    edited = project.dbt(*LISTED).stdout
    assert "0 files deleted, 0 files added, 1 files changed" in edited
