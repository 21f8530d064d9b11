"""Says, at every save of a rule, which leads it moves against the last `dbt build`.

It watches models/, seeds/ and macros/ until Ctrl-C. Between two saves the database is
free, so that `dbt build` can run beside it.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from smartcrm.faults import Fault, command

from smartcrm.files import draft
from smartcrm.pages.rendering import read_parts
from smartcrm.rules.candidate import (
    GUARD_TESTS,
    NEEDED,
    UNTESTED,
    empty_candidate,
    rebuild,
)
from smartcrm.rules.what_if_report import render_moves
from smartcrm.warehouse import built_warehouse, connect, database_path, existing

FOLDERS = ("models", "seeds", "macros")
SUFFIXES = {".sql", ".csv", ".yml", ".md"}
POLL = 0.1
Stamps = dict[Path, tuple[int, int]]


def read_stamps(paths: Iterable[Path]) -> Stamps:
    """Modification time and size of each file that is there."""
    stamps = {}
    for path in paths:
        with suppress(OSError):
            stat = path.stat()
            stamps[path] = (stat.st_mtime_ns, stat.st_size)
    return stamps


def read_moves() -> str:
    """What moves, in a few lines."""
    with built_warehouse() as connection:
        return render_moves(read_parts(connection, "pages/what_if.moves.sql"))


class Watch:
    """The files as last seen, those saved since they were built, and when that was."""

    def __init__(self) -> None:
        """Start with nothing built."""
        self.stamps: Stamps = {}
        self.saved: set[Path] = set()
        self.built: Stamps | None = None
        self.held = ""
        self.is_stopped = False

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """End after this round; a second signal ends at once."""
        self.is_stopped = True
        signal.signal(signum, signal.SIG_DFL)

    def look(self) -> bool:
        """Take note of what was saved, added or removed; whether anything was."""
        found = (path for folder in FOLDERS for path in Path(folder).rglob("[!.]*"))
        stamps = read_stamps(path for path in found if path.suffix in SUFFIXES)
        changes = stamps.items() ^ self.stamps.items()
        self.saved |= {path for path, _ in changes}
        self.stamps = stamps
        if not changes:
            return False
        # the rest of a file, or of several, may be on its way
        time.sleep(POLL / 5)
        return self.look() or True

    def build(self) -> str:
        """Build what was saved, as little of it as will do, and say what moves.

        Raises:
            Fault: dbt's message.
        """
        # another process may have made a candidate of its own, or a new last build
        is_ours = self.built == read_stamps([database_path()])
        kinds = {(path.parts[0], path.suffix) for path in self.saved}
        if is_ours and kinds == {("models", ".sql")} and self.saved <= set(self.stamps):
            # views above them see what is new, tables have to be filled again
            tables = f"tag:what_if,config.materialized:table,+{NEEDED[0]}"
            paths = {path.as_posix() for path in self.saved}
            words = (f"path:{one},tag:what_if path:{one}+,{tables}" for one in paths)
            built = rebuild("watch", "run", "--select", *words)
            self.built = read_stamps([database_path()])
            if not built & paths:
                return "Not a part of the rules: it shows after the next `dbt build`"
            # what reads a view that has other columns now has to be built again
            with suppress(Fault):
                return read_moves()
        self.built = None
        empty_candidate()
        needed = (f"+{name},tag:what_if" for name in (*NEEDED, *GUARD_TESTS))
        rebuild("watch", "build", *UNTESTED, "--select", *GUARD_TESTS, *needed)
        self.built = read_stamps([database_path()])
        return read_moves()

    def report(self, since: float) -> None:
        """Print what moves, or what is wrong, and how long after the save that is."""
        held, self.held = self.held, ""
        try:
            if database_path().exists():
                with draft.reserved(database_path()):
                    connect(database_path(), read_only=False).close()
        except Fault as fault:
            self.held = str(fault)
            if self.held != held:
                print(f"{fault}; watching goes on once it is free", flush=True)
            return
        saved = [self.stamps[path][0] / 1e9 for path in self.saved & self.stamps.keys()]
        try:
            moves = self.build()
            self.saved.clear()
            seconds = time.time() - max(since, *saved)
            print(f"\n{moves} ({seconds:.1f} s)", flush=True)
        except Fault as fault:
            print(f"\n{fault}", flush=True)


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 at Ctrl-C, 2 where nothing is built to compare with."""
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    watch = Watch()
    signal.signal(signal.SIGINT, watch.stop)
    existing(database_path())
    since = time.time()
    print("Watching models/, seeds/ and macros/; Ctrl-C ends it", flush=True)
    watch.look()
    watch.report(since)
    while not watch.is_stopped:
        since = time.time()
        time.sleep(1 if watch.held else POLL)
        if watch.look() or watch.held:
            watch.report(since)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
