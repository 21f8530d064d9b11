"""Faults that befall a build and the commands beside it, and what must hold in spite.

A fault is a generator: it does its worst and yields what it finds wrong. Meanwhile
readers have yesterday's build or today's, and the next plain run is as if undisturbed.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from chat_server import ChatServer
from conftest import ANSWERS, LEDGER, Project, Relations, relations_of
from fork_server import Meanwhile, Ran
from smartcrm.files.draft import WHOLE, draft_of, write_ahead_log_of
from smartcrm.files.outputs import find_written
from smartcrm.ledger import LEDGER as LEDGER_FILE
from smartcrm.prompts.responses import parse_responses

Found = Iterator[str]
Files = dict[str, bytes]

DISK_MB = 500
# what a build takes beside the database that is there
BUILD_BYTES = 60_000_000
COMMANDS = {
    # the most that each writes, or a little less
    "export_csvs": 2_500_000,
    "plot_conversion_funnel": 2_500_000,
    "what_if sql_min_intent=60": 8_000_000,
    "tune_rules 40": 300_000,
    "log_logic_override threshold sql_min_intent 60 --reason why --by Ana": 60,
}
# has the database that is read until it is told to end, writes to it, and may die
WRITER = """
import duckdb, os, sys
with duckdb.connect(sys.argv[1]) as connection:
    print("has it", flush=True)
    sys.stdin.read()
    connection.execute("create schema if not exists tried")
    connection.execute("create or replace table tried.numbers as from range(100000)")
    if sys.argv[2] == "dies":
        os._exit(9)
"""


class Disk:
    """A folder on a small disk of its own; on the common one where none can be made."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", folder],
            capture_output=True,
            check=False,
        )
        self.is_own = made.returncode == 0

    @property
    def means(self) -> str:
        """How a disk is made full or read-only here."""
        if self.is_own:
            return "a full and a read-only disk are a tmpfs"
        return (
            "this user may mount no disk: instead of a full one no file may grow, and "
            "a read-only one is folders without the right to write"
        )

    def close(self) -> None:
        """Unmount it."""
        if self.is_own:
            subprocess.run(["umount", "--lazy", self.folder], check=True)

    @contextmanager
    def full(self, free: int) -> Iterator[Meanwhile]:
        """Have `free` bytes left; what to call with the process that writes."""
        if not self.is_own:
            yield lambda pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (free, free))
            return
        filler = self.folder / "filler"
        with filler.open("wb") as file:
            left = os.statvfs(self.folder)
            size = left.f_bavail * left.f_bsize - free
            os.posix_fallocate(file.fileno(), 0, max(size, 1))
        try:
            yield lambda _: None
        finally:
            filler.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nothing be written."""
        if self.is_own:
            self._remount("ro")
            try:
                yield
            finally:
                self._remount("rw")
            return
        folders = [self.folder, *(path for path in self.folder.rglob("*"))]
        modes = {path: path.stat().st_mode for path in folders if not path.is_symlink()}
        try:
            for path, mode in modes.items():
                path.chmod(mode & 0o555)
            yield
        finally:
            for path, mode in modes.items():
                path.chmod(mode)

    def _remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)


class World:
    """A project with yesterday's build, and the settings of today's."""

    def __init__(
        self, project: Project, disk: Disk, settings: Mapping[str, str]
    ) -> None:
        """Build today's undisturbed, for what follows to be compared with."""
        self.project = project
        self.disk = disk
        self.words = [f"--{name}={value}" for name, value in settings.items()]
        self.outputs = project.database.with_suffix("")
        # what a test asks of the database, other tests ask
        project.env["DBT_EXCLUDE_RESOURCE_TYPES"] = "test unit_test"
        project.env["OPENAI_API_KEY"] = "none"
        self.publish()
        self.yesterday = project.database.read_bytes()
        self.yesterdays_files = self.files()
        self.yesterdays = self.relations()
        self.seeds = {
            name: (project.folder / name).read_bytes() for name in (LEDGER, ANSWERS)
        }
        started = time.monotonic()
        done = self.build()
        self.seconds = time.monotonic() - started
        assert done.returncode == 0, done.stderr
        self.publish()
        self.todays = self.relations()
        self.todays_files = self.files()
        assert self.todays != self.yesterdays
        assert self.todays_files["build.json"] != self.yesterdays_files["build.json"]

    def run(self, *words: str, meanwhile: Meanwhile = lambda _: None) -> Ran:
        """A command of scripts/, by its name and the words that it is given."""
        name, *others = words
        command = [f"scripts/{name}.py", *others]
        return self.project.server.run(
            command, self.project.folder, self.project.env, meanwhile
        )

    def build(self, meanwhile: Meanwhile = lambda _: None) -> Ran:
        """A plain run for today."""
        return self.run("build", *self.words, meanwhile=meanwhile)

    def publish(self) -> None:
        """Write the lists of the build that is read."""
        done = self.run("export_csvs")
        assert done.returncode == 0, done.stderr

    def mend(self) -> None:
        """Have yesterday again, but for what a fault left that nobody reads."""
        for name, content in self.seeds.items():
            (self.project.folder / name).write_bytes(content)
        log = write_ahead_log_of(self.project.database)
        is_same = self.project.database.read_bytes() == self.yesterday
        # what a command tried stays, as it does with a user
        if (log.exists() or not is_same) and self.relations() != self.yesterdays:
            log.unlink(missing_ok=True)
            self.project.database.write_bytes(self.yesterday)
        shutil.rmtree(self.outputs)
        for name, content in self.yesterdays_files.items():
            path = self.outputs / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def relations(self) -> Relations:
        """What whoever reads now sees."""
        with self.open() as connection:
            return relations_of(connection)

    def open(self) -> duckdb.DuckDBPyConnection:
        """The database as a reader opens it."""
        return duckdb.connect(str(self.project.database), read_only=True)

    def files(self) -> Files:
        """What the commands wrote, by name."""
        return {
            path.relative_to(self.outputs).as_posix(): path.read_bytes()
            for each in find_written(self.outputs)
            for path in ([each] if each.is_file() else each.rglob("*"))
        }

    def look(self) -> Found:
        """What a reader would find wrong now."""
        try:
            if (
                write_ahead_log_of(self.project.database).exists()
                or self.project.database.read_bytes() != self.yesterday
            ):
                seen = self.relations()
                if seen not in (self.yesterdays, self.todays):
                    yield "readers see neither yesterday's build nor today's"
        except duckdb.Error as error:
            yield f"readers are shut out: {error}"
        files = self.files()
        whole = (self.yesterdays_files, self.todays_files)
        if "build.json" in files and not any(
            each.items() <= files.items() for each in whole
        ):
            yield "build.json stands beside files that are not all of its build"

    def settle(self) -> Found:
        """What is wrong with the next plain run."""
        self.mend()
        yield from self.judge(self.build())

    def judge(self, done: Ran) -> Found:
        """What a plain run has that one which nothing befell has not."""
        if done.returncode:
            yield f"the next run ends with {done.returncode}: {done.stderr}"
            return
        self.publish()
        seen = self.relations()
        if seen != self.todays:
            differs = {name for name, _ in seen.items() ^ self.todays.items()}
            yield f"after the next run {', '.join(sorted(differs))} differ"
        files = self.files()
        if files != self.todays_files:
            differs = {name for name, _ in files.items() ^ self.todays_files.items()}
            yield f"after the next run the files {', '.join(sorted(differs))} differ"


def one_line(done: Ran, what: str, *, code: int = 2) -> Found:
    """Whether a command that failed said why in one line."""
    if done.returncode != code or len(done.stderr.splitlines()) != 1:
        yield f"{what} ends with {done.returncode} and says {done.stderr!r}"


def after(seconds: float, sign: signal.Signals) -> Meanwhile:
    """Send a signal once so many seconds have passed."""

    def send(pid: int) -> None:
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(pid, sign)

    return send


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.0005)


def killed(world: World, chance: random.Random) -> Found:
    """A build killed at any moment, from its first to its last."""
    sign = chance.choice([signal.SIGKILL, signal.SIGTERM])
    done = world.build(after(chance.uniform(0, world.seconds), sign))
    if done.returncode not in (-sign, 0):
        yield f"a build sent {sign.name} ends with {done.returncode}"
    yield from world.look()


def killed_as_it_takes_its_place(world: World, chance: random.Random) -> Found:
    """A build of a part, killed while a copy of its draft is made, or just after."""
    whole = draft_of(world.project.database).with_name(WHOLE)

    def kill(pid: int) -> None:
        until(lambda: whole.exists() or is_gone(pid))
        after(chance.uniform(0, 0.05), signal.SIGKILL)(pid)

    world.project.server.run(
        ["dbt", "--quiet", "seed", "--select", "thresholds"],
        world.project.folder,
        world.project.env,
        kill,
    )
    try:
        seen = world.relations()
        if (
            seen | {"build_status": world.yesterdays["build_status"]}
            != world.yesterdays
        ):
            yield "readers see neither yesterday's build nor that and a part of today's"
    except duckdb.Error as error:
        yield f"readers are shut out: {error}"


def is_gone(pid: int) -> bool:
    """Whether a process has ended, though nobody may have waited for it."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return True
    except FileNotFoundError:  # since a moment, or there is no such folder here
        return Path("/proc/self").exists()
    return state == "Z"


def commands_killed(world: World, chance: random.Random) -> Found:
    """The commands beside a build, killed at any moment."""
    command = chance.choice(["export_csvs", "what_if sql_min_intent=60"])
    seconds = 2 if command == "export_csvs" else world.seconds
    world.run(
        *command.split(),
        meanwhile=after(chance.uniform(0, seconds), signal.SIGKILL),
    )
    yield from world.look()


def full_disk_in_a_build(world: World, chance: random.Random) -> Found:
    """A disk that is full after so many bytes of a build."""
    free = int(chance.uniform(0, BUILD_BYTES if world.disk.is_own else 30_000_000))
    env = world.project.env
    # its log has to find room, too
    world.project.env = env | {"DBT_LOG_LEVEL_FILE": "debug"}
    with world.disk.full(free) as meanwhile:
        done = world.build(meanwhile)
        yield from world.look()
    world.project.env = env
    if done.returncode:
        yield from one_line(done, f"a build with {free} bytes left")


def full_disk_in_a_command(world: World, chance: random.Random) -> Found:
    """A disk that is full after so many bytes of what a command writes."""
    for command, most in chance.sample([*COMMANDS.items()], 2):
        before = world.files()
        ledger = (world.project.folder / LEDGER).read_bytes()
        free = int(chance.uniform(0, most))
        with world.disk.full(free) as meanwhile:
            done = world.run(*command.split(), meanwhile=meanwhile)
            yield from world.look()
        if done.returncode:
            yield from one_line(done, f"{command} with {free} bytes left")
            if world.files() != before:
                yield f"{command} with {free} bytes left changed files"
            if (world.project.folder / LEDGER).read_bytes() != ledger:
                yield f"{command} with {free} bytes left changed the ledger"
        if left := [*world.outputs.rglob(".*")]:
            yield f"{command} with {free} bytes left leaves {left}"


def read_only(world: World, chance: random.Random) -> Found:
    """A disk that nothing can be written to."""
    commands = ["build " + " ".join(world.words), *COMMANDS]
    before = world.files()
    with world.disk.read_only():
        for command in chance.sample(commands, 4):
            done = world.run(*command.split())
            yield from one_line(done, f"{command} on a read-only disk")
        done = world.run("why_this_lead", "L0042")
        if done.returncode:
            yield f"a lead can't be explained on a read-only disk: {done.stderr}"
    yield from world.look()
    if world.files() != before:
        yield "files changed on a read-only disk"


@contextmanager
def writing(world: World, how: str) -> Iterator[subprocess.Popen[str]]:
    """A process that writes to the database that is read, until its input is closed."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, world.project.database, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout
        writer.stdout.readline()
        yield writer
        writer.communicate()


def a_writer(world: World, chance: random.Random) -> Found:
    """Someone who writes to the database when a build is to begin."""
    with writing(world, chance.choice(["ends", "dies"])):
        done = world.build()
        yield from one_line(done, "a build beside a writer")
    yield from world.look()


def another_folder(world: World) -> tuple[Path, dict[str, str]]:
    """Another copy of the project that builds the same database, and how."""
    folder, target = (
        world.project.scratch / name for name in ("other", "other_target")
    )
    if not folder.exists():
        shutil.copytree(world.project.folder, folder)
        shutil.copytree(world.project.target, target)
    return folder, world.project.env | {"DBT_TARGET_PATH": f"../{target.name}"}


def among_others(world: World, chance: random.Random) -> Found:
    """A plain run among others: one reads all the time, one builds, and one writes."""
    here = (world.project.folder, world.project.env)
    whole = draft_of(world.project.database).with_name(WHOLE)
    folder, env = chance.choice([here, another_folder(world)])
    moment = chance.uniform(0, world.seconds / 3)
    found: list[str] = []

    def meanwhile(pid: int) -> None:
        time.sleep(1 + moment)  # by then it has the lock
        command = ["scripts/build.py", *world.words]
        other = world.project.server.run(command, folder, env)
        found.extend(one_line(other, f"another build in {folder.name}"))
        if "is being built by another process" not in other.stderr:
            found.append(f"another build says {other.stderr!r}")
        found.extend(world.look())
        with writing(world, "dies"):
            until(lambda: whole.exists() or is_gone(pid))
            time.sleep(moment / 3)

    world.mend()
    with world.open() as reader:
        done = world.build(meanwhile)
        if relations_of(reader) != world.yesterdays:
            found.append("what a reader has open changes")
    yield from found
    # only now, since two readers in one process share what they have open
    if done.returncode:
        yield from one_line(done, "a build that another process wrote beside")
        if "another process wrote to" not in done.stderr:
            yield f"a build beside a writer says {done.stderr!r}"
        with world.open() as reader:
            written = reader.execute("select count(*) from tried.numbers").fetchone()
            if written != (100_000,):
                yield f"of 100,000 rows that another process wrote {written} are there"
        done = world.build()
    yield from world.judge(done)


def ledger_writer_killed(world: World, chance: random.Random) -> Found:
    """Who logs a decision, killed at any moment: a whole line more, or none."""
    path = world.project.folder / LEDGER
    before = path.read_bytes()
    done = world.run(
        *("log_logic_override", "lead", "L0001", "owner", "Ann"),
        *("--by", "Ana", "--reason", "x" * 300),
        meanwhile=after(chance.uniform(0, 1), signal.SIGKILL),
    )
    content = path.read_bytes()
    more = len(LEDGER_FILE.parse(content).rows) - len(LEDGER_FILE.parse(before).rows)
    if not content.startswith(before) or not content.endswith(b"\n") or more > 1:
        yield f"a killed writer leaves {content[len(before) :]!r} in the ledger"
    if done.returncode == 0 and more != 1:
        yield "an entry that was acknowledged is not in the ledger"
    yield from world.look()


def answers_writer_killed(world: World, chance: random.Random) -> Found:
    """Who keeps answers, killed at any moment: each is a whole line or asked again."""
    path = world.project.folder / ANSWERS
    server = ChatServer()
    server.delay = 0.02
    words = ("--prompt", "pain_summary", "--model", "test", "--base-url", server.url)

    def ask(meanwhile: Meanwhile = lambda _: None) -> Ran:
        return world.run("run_prompts", *words, meanwhile=meanwhile)

    def kill(pid: int) -> None:
        at = chance.randrange(40)
        until(lambda: server.answered.total() > at or is_gone(pid))
        after(chance.uniform(0, 0.05), signal.SIGKILL)(pid)

    try:
        ask(kill)
        content = path.read_bytes()
        if parse_responses(content).whole_bytes != len(content):
            yield f"a writer that was killed leaves a torn answer: {content[-200:]!r}"
        kept = len(parse_responses(content).rows)
        if kept < server.answered.total() - 8:
            yield f"of {server.answered.total()} answers {kept} are kept"
        done = ask()
        asked = len(server.received)
        if done.returncode not in (0, 1) or server.received.total() > asked + 8:
            yield f"asking goes on with {done.returncode}: {done.stdout}{done.stderr}"
    finally:
        server.shutdown()
        server.server_close()
    yield from world.look()


def parquet_cut_short(world: World, chance: random.Random) -> Found:
    """An export of which only the beginning came."""
    (leads,) = world.project.scratch.glob("*.parquet")
    content = leads.read_bytes()
    leads.write_bytes(content[: chance.randrange(len(content))])
    done = world.build()
    leads.write_bytes(content)
    if not done.returncode or leads.name not in done.stderr:
        yield f"a Parquet cut short ends with {done.returncode}: {done.stderr}"
    if "Traceback" in done.stderr:
        yield f"a Parquet cut short is a traceback: {done.stderr}"
    yield from world.look()


FAULTS = {
    "a build killed": killed,
    "a build killed as it takes its place": killed_as_it_takes_its_place,
    "a command killed": commands_killed,
    "the disk full in a build": full_disk_in_a_build,
    "the disk full in a command": full_disk_in_a_command,
    "the disk read-only": read_only,
    "a writer": a_writer,
    "a writer of the ledger killed": ledger_writer_killed,
    "a writer of answers killed": answers_writer_killed,
    "a Parquet cut short": parquet_cut_short,
    # last, since it is a plain run that follows the others
    "a reader, a writer and another build": among_others,
}
