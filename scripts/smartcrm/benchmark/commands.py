"""What the commands that people run cost, on the sample."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from statistics import median

from smartcrm.benchmark.dbt_project import DbtProject
from smartcrm.benchmark.measure import Cost, middle, run

LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", "target", "outputs", "logs", "__pycache__", ".*_cache")
)
RULE = "models/decisions/leads_with_stages.sql"


def measure_commands(root: Path, scratch: Path, repeats: int) -> dict:
    """What each command costs, and what there is to compare it with.

    Raises:
        Fault: a command failed.
    """
    copy = scratch / "project"
    shutil.copytree(root, copy, ignore=LEFT_OUT)
    (copy / ".venv").symlink_to(Path(sys.prefix))
    project = DbtProject(copy, scratch / "built")
    project.from_nothing("build")
    plain = project.as_many_plain(scratch / "plain", project.nodes_run())
    plain.from_nothing("build")
    whole = ("build", "--no-partial-parse")
    python = [sys.executable]
    why = [*python, "scripts/why_this_lead.py", "--", "L0042"]
    what_if = [*python, "scripts/what_if.py", "--", "sql_min_intent=60"]
    lead_commands = {
        "`dbt build`, parsed from scratch": lambda: project.from_nothing(*whole),
        "as many `select 1`, parsed from scratch": lambda: plain.from_nothing(*whole),
        "`dbt build`": lambda: project.from_nothing("build"),
        "as many `select 1`": lambda: plain.from_nothing("build"),
        "`make why LEAD=L0042`": lambda: run(why, copy, project.env),
        '`make what-if SET="sql_min_intent=60"`': lambda: run(
            what_if, copy, project.env
        ),
        "`make`, installed but nothing built": lambda: make(project),
    }
    costs = {name: middle(cost, repeats) for name, cost in lead_commands.items()}
    found = {name: cost._asdict() for name, cost in costs.items()}
    seconds = median(watched_seconds(project, repeats))
    found["an edit under `make watch`"] = {"wall": seconds}
    return found


def make(project: DbtProject) -> Cost:
    """What the default target costs where nothing is built."""
    project.database.unlink(missing_ok=True)
    shutil.rmtree(project.scratch / "target", ignore_errors=True)
    return run(["make", "--old-file=.venv/installed"], project.folder, project.env)


def watched_seconds(project: DbtProject, saves: int) -> list[float]:
    """Seconds from each save of an edited rule to what moved, as watch prints them."""
    project.from_nothing("build")
    model = project.folder / RULE
    text = model.read_text(encoding="utf-8")
    watch = subprocess.Popen(
        [sys.executable, "scripts/watch_rules.py"],
        cwd=project.folder,
        env=project.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    printed = map(re.compile(r"\(([0-9.]+) s\)$").search, watch.stdout)
    seconds = (float(found[1]) for found in printed if found)
    try:
        next(seconds)  # the first candidate, whole
        taken = []
        for save in range(saves):
            edited = f">= sql_min_intent - {save}"
            model.write_text(text.replace(">= sql_min_intent", edited), "utf-8")
            taken.append(next(seconds))
    finally:
        model.write_text(text, encoding="utf-8")
        watch.send_signal(signal.SIGINT)
        watch.wait()
    return taken
