"""The project as tests have it: with a ledger of their own, and no kept answers.

`built` is the database of the sample leads, to read; `built_project` a copy of the
project with that database, to change; `project` a copy where nothing is built yet.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smartcrm.faults import Fault

import duckdb
import pytest
import yaml
from filelock import FileLock

from fork_server import ForkServer, Ran
from smartcrm.files.draft import draft_of
from smartcrm.pages.browser import headless_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from living_dbt import LivingDbt

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
LEDGER = "seeds/logic_overrides.csv"
ANSWERS = "seeds/genai_responses.csv"
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", "target", "logs", "outputs", "__pycache__", ".*_cache")
)
UNTESTED = ("--exclude-resource-type", "test", "unit_test")
# dbt's target that what_if.py builds, and the folder of what it parses for it
CANDIDATE = "what_if"
# a folder in memory, and the bytes that have to be free there
MEMORY = Path("/dev/shm")
ROOM = 4_000_000_000
# the files of tests that take longest
LONGEST = (
    *("faults", "what_was_read", "pages_in_browser", "what_if", "log_logic_override"),
    *("crm_updates", "hostile_text", "activities", "history", "crm_mappings"),
    *("least_power", "operations", "simulation", "properties"),
)
# what takes a quarter of a build's time, and few tests read
UNWRITTEN = {"DBT_LOG_LEVEL_FILE": "none", "DBT_WRITE_JSON": "false"}
# a test waits for the same models by fewer edges of the graph
FEWER_EDGES = {"DBT_USE_FAST_TEST_EDGES": "true"}


class Project:
    """A project folder whose builds go to a database and target folder beside it.

    Paths are given to dbt as they are seen from the folder, so that what one copy has
    parsed serves the others.
    """

    server = ForkServer()

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        self.scratch = scratch
        self.database = scratch / "smartcrm.duckdb"
        self.target = scratch / "target"
        self.env = {
            **os.environ,
            "SMARTCRM_DB": self.seen(self.database),
            "DBT_TARGET_PATH": self.seen(self.target),
            "DBT_LOG_PATH": self.seen(scratch / "logs"),
            # a test edits rules and ledger as it likes
            "SMARTCRM_GATE": "warn",
            **UNWRITTEN,
            **FEWER_EDGES,
        }

    def seen(self, value: Any) -> Any:  # noqa: ANN401
        """A path of the project's own as it is seen from its folder; else the value."""
        is_ours = str(value).startswith(f"{self.scratch}{os.sep}")
        return os.path.relpath(value, self.folder) if is_ours else value

    def run(self, *command: str | Path) -> Ran:
        """A process of its own."""
        return subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=self.env,
            text=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def dbt(self, *words: str, **settings: Any) -> Ran:  # noqa: ANN401
        """`dbt WORDS --vars SETTINGS`, in a fork of what is parsed already."""
        given = {name: self.seen(value) for name, value in settings.items()}
        variables = ["--vars", yaml.safe_dump(given, width=1000)] if given else []
        command = ["dbt", "--no-use-colors", *words, *variables]
        return self.server.run(command, self.folder, self.env)

    def parse_for(self, targets: Mapping[str, Path]) -> None:
        """Have dbt parse the project for each target to its folder, all at once."""
        (name, folder), *others = targets.items()
        words = ["dbt", "parse", "--target", name, "--target-path", str(folder)]
        done = self.server.run(
            words,
            self.folder,
            self.env,
            lambda _: self.parse_for(dict(others)) if others else None,
        )
        assert done.returncode == 0, done.stdout

    def refusal(self, *words: str, **settings: Any) -> str:  # noqa: ANN401
        """What dbt prints where it fails as it should, without a traceback."""
        done = self.dbt(*words, **settings)
        assert done.returncode != 0
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    def script(self, name: str, *words: str | Path, **env: str) -> Ran:
        """`scripts/NAME.py WORDS`, with ENV set besides."""
        command = [f"scripts/{name}.py", *map(str, words)]
        return self.server.run(command, self.folder, self.env | env)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.sql(query).fetchall()

    def drafted(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of what a build made that failed, and so took no one's place."""
        with duckdb.connect(str(draft_of(self.database)), read_only=True) as connection:
            return connection.sql(query).fetchall()

    def call_it_whole(self) -> None:
        """Let be published what is not a whole build, of which a test reads a part."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("update build_status set is_whole = true")

    def copy_to(self, scratch: Path) -> Project:
        """The project with its database and what dbt has parsed, free to be edited."""
        copy = Project(scratch / "project", scratch)
        shutil.copytree(self.folder, copy.folder)
        shutil.copytree(self.target, copy.target)
        shutil.copy(self.database, copy.database)
        return copy


# of a table how many rows it has and the sum of their hashes, of a view its SQL
Relations = dict[str, str | tuple[int, int]]


def relations_of(connection: duckdb.DuckDBPyConnection) -> Relations:
    """All that a build made: any row that differs tells."""
    tables, views = (
        connection.execute(
            f"from duckdb_{kind}s() select {kind}_name, sql where schema_name = 'main'"
        ).fetchall()
        for kind in ("table", "view")
    )
    rows = 'select count(*), sum(hash(whole)) from main."{}" as whole'
    return dict(views) | {
        name: connection.execute(rows.format(name)).fetchone() for name, _ in tables
    }


def read_yaml(path: Path) -> Any:  # noqa: ANN401
    """What a YAML file holds, by libyaml: some have a thousand lines."""
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


PACKED = re.compile(r'octet-stream" id="data">([A-Za-z0-9+/]*=*)</script>')


def data_of(page: str) -> dict[str, Any]:
    """What a page shows, taken out of its HTML."""
    (packed,) = PACKED.findall(page)
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make faults` sets."""
    group = parser.getgroup("faults")
    group.addoption(
        "--rounds", type=int, default=0, help="of each fault, and a run after"
    )
    group.addoption(
        "--seed", type=int, default=16, help="the same seed, the same rounds"
    )


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: it works while another waits for a browser."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    """Work in memory where there is room, and let Ctrl-C be tried in the background."""
    if MEMORY.exists() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Second come the files that read no sample: one worker builds it meanwhile.

    Then those that take longest, so that no worker is left with one at the end.
    """
    reading = {item.path for item in items if "sample" in item.fixturenames}
    first = next((item.path for item in items if item.path in reading), None)

    def place(item: pytest.Item) -> tuple[bool, bool, int]:
        name = item.path.stem.removeprefix("test_")
        rank = LONGEST.index(name) if name in LONGEST else len(LONGEST)
        return item.path != first, item.path in reading, rank

    items.sort(key=place)


@pytest.fixture(scope="session")
def sample(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Project]:
    """This project built once from the sample leads, for all workers; not to change."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    scratch = shared / "sample"
    made = Project(scratch / "project", scratch)
    parsed = {name: shared / "parsed" / name for name in ("dev", CANDIDATE)}
    with FileLock(shared / "sample.lock"):
        is_first = not scratch.exists()
        if is_first:
            shutil.copytree(ROOT, made.folder, ignore=LEFT_OUT)
            shutil.copy(DATA / "logic_overrides.csv", made.folder / LEDGER)
            header = (ROOT / ANSWERS).read_text("utf-8").splitlines()[0]
            (made.folder / ANSWERS).write_text(f"{header}\n", "utf-8")
            made.parse_for(parsed)
        Project.server.warm_up(made.folder, made.env, parsed)
        if is_first:
            made.env["DBT_WRITE_JSON"] = "true"
            done = made.dbt("build", *UNTESTED)
            assert done.returncode == 0, done.stdout
            made.env |= UNWRITTEN
    yield made
    Project.server.close()


@pytest.fixture(scope="session")
def built(sample: Project) -> Path:
    """The database of the sample leads, to read."""
    return sample.database


@pytest.fixture(scope="module")
def marts(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, opened for the tests of a file: no process opens it in two ways."""
    with duckdb.connect(str(built), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def living_dbt(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> LivingDbt:
    """dbt in this process, for what ends while it compiles; there can be only one."""
    from living_dbt import LivingDbt

    return LivingDbt(sample, tmp_path_factory.mktemp("living"))


@pytest.fixture
def project(sample: Project, tmp_path: Path) -> Project:
    """A copy of this project in which nothing is built yet."""
    made = Project(tmp_path / "project", tmp_path)
    shutil.copytree(sample.folder, made.folder)
    return made


@pytest.fixture
def built_project(sample: Project, tmp_path: Path) -> Project:
    """A copy of this project and of the database of the sample leads."""
    return sample.copy_to(tmp_path)


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines to a CSV file and returns its path."""

    def write(*lines: str, name: str = "leads.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
        return path

    return write


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of all tests; without one they fail and say what to install."""
    missing = None
    try:
        with headless_browser() as started:
            yield started
    except Fault as fault:
        missing = str(fault)
    if missing:
        pytest.fail(missing, pytrace=False)
