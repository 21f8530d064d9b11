"""Runs commands in forks of one process that has imported dbt.

A fork starts as clean as a new process, without the seconds that the imports take, with
the project parsed. dbt would parse all of it again for each new value of a setting.
Here it parses the files that changed, and those whose links to other models a setting
changes; it stops where it meets a link that was not parsed.
What is tested as a process of its own, by its terminal or its end, starts one instead.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest, ManifestStateCheck
    from dbt.parser.manifest import ManifestLoader

Meanwhile = Callable[[int], None]
Ran = subprocess.CompletedProcess[str]
# what models ask that settings link to others, or free from their contracts
LINKED = re.compile(
    r"(crm_(mapping|export|export_columns)|record_mapping|meta_columns|unread_columns"
    r"|stopped_score|salesforce_leads|leads_by_email|email_column|is_sample"
    r"|repeated_columns|not extra_columns)\("
)

# what dbt, its adapter and the scripts import, of which nothing is the project's own
IMPORTED = (
    *("asyncio", "babel.dates", "duckdb", "filelock", "sqlite3"),
    *("dbt.adapters.duckdb.environments.local", "dbt.task.build", "dbt.task.compile"),
    *("dbt_common.clients.agate_helper", "multiprocessing.dummy"),
    *("itables.utils", "plotly.offline", "sqlglot.lineage"),
)
# by dbt's target: the folder of what was parsed for it, and what was parsed without
# settings, which each fork has for itself and may read once, as parsing changes it
PARSED: dict[str, tuple[Path, Manifest]] = {}


class ForkServer:
    """Starts with the first command, and ends with the process that asks it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.lock = threading.RLock()

    def run(
        self,
        words: Sequence[str],
        folder: Path,
        env: Mapping[str, str],
        meanwhile: Meanwhile = lambda _: None,
        out: Path | None = None,
    ) -> Ran:
        """What `subprocess.run` gives of `dbt WORDS` or `script.py WORDS`.

        `meanwhile` is called with the id of the process once that has started; it may
        run others, and read what is printed from `out`.
        """
        with self.lock, tempfile.TemporaryDirectory() as scratch:
            printed = [out or Path(scratch, "out"), Path(scratch, "err")]
            process = self._ask(
                words=words,
                folder=str(folder),
                env=dict(env),
                printed=[str(path) for path in printed],
            )
            try:
                meanwhile(process)
            except BaseException:
                os.kill(process, signal.SIGKILL)
                raise
            finally:
                code = self._ask(process=process)
            texts = (path.read_text("utf-8", "surrogateescape") for path in printed)
            return Ran(list(words), code, *texts)

    def warm_up(
        self, folder: Path, env: Mapping[str, str], parsed: Mapping[str, Path]
    ) -> None:
        """Have the server know a project, by the target folders that dbt parsed it to.

        What is parsed with settings is kept there, too, for all servers.
        """
        with self.lock:
            folders = {target: str(path) for target, path in parsed.items()}
            code = self._ask(folder=str(folder), env=dict(env), parsed=folders)
            assert code == 0

    def close(self) -> None:
        """End the process; the next command starts another."""
        if self.process:
            self.process.communicate()
            self.process = None

    def _ask(self, **request: object) -> int:
        if self.process is None:
            pipe = subprocess.PIPE
            command = [sys.executable, __file__]
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


def serve() -> None:
    """Answer requests, a line of JSON each: start a command, await it, or learn."""
    for module in IMPORTED:
        import_module(module)
    from lean_dbt import lean_dbt, run_in_one_thread

    lean_dbt()
    run_in_one_thread()
    parse_for_any_value()
    gc.disable()  # a fork that collects garbage copies all that it inherits
    # what forks print must not come between the answers
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for name, file in ((os.devnull, 0), (os.devnull, 1)):
        os.dup2(os.open(name, os.O_RDWR), file)
    path = [*sys.path[1:]]
    for line in requests:
        request = json.loads(line)
        if "words" in request:
            answer = os.fork()
            if not answer:
                requests.close()
                answers.close()
                end(run_command(**request))
        elif "process" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["process"], 0)[1])
        else:
            os.chdir(request["folder"])
            os.environ |= request["env"]
            answer = learn(request["parsed"])
            sys.path[1:] = path
        print(answer, file=answers, flush=True)


def learn(parsed: Mapping[str, str]) -> int:
    """Make once what dbt would make of each macro, model and kind of node.

    Nothing is parsed here, since a fork would miss the threads that this starts.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.unparsed import UnparsedAnalysisUpdate, UnparsedNodeUpdate
    from dbt.parser.manifest import PARTIAL_PARSE_FILE_NAME
    from dbt_common.clients.jinja import get_template, template_cache

    kinds: set[type] = {UnparsedAnalysisUpdate, UnparsedNodeUpdate}
    for target, folder in parsed.items():
        manifest = read_parsed(Path(folder, PARTIAL_PARSE_FILE_NAME))
        for macro in manifest.macros.values():
            template_cache.get_node_template(macro)
        for node in manifest.nodes.values():
            get_template(node.raw_code, {})
            kinds |= {type(node), type(node.config)}
        # each run makes it of the nodes, and parsing would write it down with them
        manifest.flat_graph = {}
        PARSED[target] = (Path(folder), manifest)
    for kind in kinds:
        kind.json_schema()
    # and of the profile and the project
    return int(not dbtRunner().invoke(["--quiet", "parse"]).success)


def read_parsed(path: Path) -> Manifest:
    """What dbt keeps of a project that it has parsed."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    return Manifest.from_msgpack(path.read_bytes(), extended_mashumuro_decoder)


def links(settings: Mapping[str, object]) -> str:
    """What settings say of which models read which, the one thing parsing asks them."""
    mappings = ("activities_crm", "stage_changes_crm")
    words = [str(settings.get("crm") or "canonical")]
    words += [str(settings.get(name) or "") for name in mappings]
    paths = ("leads_path", "activities_path", "stage_changes_path", "call_notes_path")
    for name in (*paths, "extra_columns"):
        value = str(settings.get(name) or "")
        # a model that is named is a link itself; of all else, that there is any
        words.append(value if "{{" in value else str(bool(value)))
    return "-".join(words)


def parse_for_any_value() -> None:
    """Parse again only what settings link, and only where they link it otherwise."""
    from dbt.artifacts.resources import FileHash
    from dbt.parser.manifest import PARTIAL_PARSE_FILE_NAME, ManifestLoader

    build_check = ManifestLoader.build_manifest_state_check
    read_file = ManifestLoader.read_manifest_for_partial_parse
    write_file = ManifestLoader.write_manifest_for_partial_parse
    # by which process: a fork reads again what the server has read
    read: set[tuple[int, str]] = set()

    def check_links(loader: ManifestLoader) -> ManifestStateCheck:
        state = build_check(loader)
        state.vars_hash = FileHash.from_contents(links(loader.root_project.cli_vars))
        # where the database is says nothing of the project, but for its name
        name = loader.root_project.credentials.database
        state.profile_hash = FileHash.from_contents(name)
        return state

    def read_what_is_known(loader: ManifestLoader) -> Manifest | None:
        target, now = loader.root_project.target_name, loader.manifest.state_check
        if target not in PARSED or (os.getpid(), target) in read:
            return read_file(loader)
        read.add((os.getpid(), target))
        folder, saved = PARSED[target]
        known = folder / now.vars_hash.checksum
        if now.vars_hash != saved.state_check.vars_hash and known.exists():
            saved = read_parsed(known)
        elif now.vars_hash != saved.state_check.vars_hash:
            for node in saved.nodes.values():
                if LINKED.search(node.raw_code):
                    saved.files[node.file_id].checksum = FileHash.empty()
            saved.state_check.vars_hash = now.vars_hash
        # else it is another project
        return saved if loader.is_partial_parsable(saved)[0] else read_file(loader)

    def write_for_others(loader: ManifestLoader) -> None:
        write_file(loader)
        project = loader.root_project
        folder, _ = PARSED.get(project.target_name, (None, None))
        if folder is None or loader.saved_manifest is None:
            return
        known = folder / loader.manifest.state_check.vars_hash.checksum
        if not known.exists():
            partial = known.with_name(f"{known.name}.{os.getpid()}")
            shutil.copy(
                f"{project.project_target_path}/{PARTIAL_PARSE_FILE_NAME}", partial
            )
            partial.replace(known)

    ManifestLoader.build_manifest_state_check = check_links
    ManifestLoader.read_manifest_for_partial_parse = read_what_is_known
    ManifestLoader.write_manifest_for_partial_parse = write_for_others


def run_command(
    words: list[str], folder: str, env: dict[str, str], printed: list[str]
) -> int:
    """Become the command, in its folder and environment; return its exit code."""
    for number, name in enumerate(printed, 1):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ |= env
    sys.argv = words
    try:
        if words[0] == "dbt":
            from dbt.cli.main import cli

            cli()
        else:
            sys.path[0] = str(Path(words[0]).parent.resolve())
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as stopped:
        if stopped.code is None or isinstance(stopped.code, int):
            return stopped.code or 0
        print(stopped.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def end(code: int) -> NoReturn:
    """End a fork as Python does, but spare it the objects that it inherited."""
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.main_thread():
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
