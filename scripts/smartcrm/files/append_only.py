"""A CSV file that only grows: one writer at a time appends lines to its end."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from smartcrm.faults import Fault

from filelock import FileLock, Timeout


class Content(NamedTuple):
    """The rows below the header, and how many bytes the header and they take."""

    rows: list[list[str]]
    whole_bytes: int


class AppendOnlyCsv:
    """A file in the project's folder, by its header; a row is one list of fields."""

    def __init__(self, path: Path, header: Sequence[str], wait_seconds: float) -> None:
        """Say where it is, and how long a writer waits for another to finish."""
        self.path = path
        self.header = [*header]
        self.wait_seconds = wait_seconds

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Have the file alone, while every other writer waits.

        Raises:
            Fault: another process keeps the lock, or the file can't be read or written.
        """
        lock = self.path.with_name(f".{self.path.stem}.lock")
        try:
            with FileLock(lock, timeout=self.wait_seconds):
                yield
        except Timeout:
            since = f" for {self.wait_seconds:g} s" if self.wait_seconds else ""
            held = f"another process has held {lock}{since}"
            raise Fault(f"{self.path}: {held}; wait for it or end it") from None
        except OSError as error:
            raise self._unusable(error) from None

    def read(self) -> bytes:
        """The file's bytes.

        Raises:
            Fault: the file is missing or can't be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise self._unusable(error) from None

    def parse(
        self,
        content: bytes,
        is_whole: Callable[[list[str]], bool] = lambda fields: True,
        *,
        may_be_torn: bool = False,
    ) -> Content:
        """The rows of some content, all of them whole.

        Args:
            content: the file's bytes.
            is_whole: whether a row with the right number of fields is complete.
            may_be_torn: whether a last row that was torn off is left out, not refused.

        Raises:
            Fault: the header is another one, or a line can't be read.
        """
        lines = content.splitlines(keepends=True)
        if not lines:
            raise Fault(f"{self.path} is empty; line 1 is {','.join(self.header)}")
        ends = [0]
        for line in lines:
            ends.append(ends[-1] + len(line))
        texts = (line.decode("utf-8", errors="surrogateescape") for line in lines)
        reader = csv.reader(texts, strict=True)
        rows: list[list[str]] = []
        start = 0  # lines before the row that is read
        while start < len(lines):
            try:
                fields = next(reader)
                "".join(fields).encode()
                if start == 0:
                    fields[0] = fields[0].lstrip("\ufeff")
                    if fields != self.header:
                        raise csv.Error(f"the header is not {','.join(self.header)}")
                elif len(fields) != len(self.header):
                    raise csv.Error(f"{len(fields)} fields, not {len(self.header)}")
                elif not is_whole(fields):
                    raise csv.Error("the line is not complete")
            except (csv.Error, UnicodeEncodeError, StopIteration) as error:
                if may_be_torn and start and reader.line_num >= len(lines):
                    return Content(rows, ends[start])
                why = str(error) if isinstance(error, csv.Error) else "it is not UTF-8"
                shown = lines[start].decode("utf-8", errors="replace").strip()[:80]
                raise Fault(
                    f"{self.path} line {start + 1}: '{shown}' can't be read ({why}); "
                    "correct it first"
                ) from None
            rows += [fields] if start else []
            start = reader.line_num
        return Content(rows, len(content))

    def render(self, content: bytes, fields: Sequence[object]) -> bytes:
        """The bytes that put a row, as one line, at the end of `content`."""
        newline = "\r\n" if b"\r\n" in content else "\n"
        line = io.StringIO(newline="")
        line.write("" if content.endswith(b"\n") else newline)
        csv.writer(line, lineterminator=newline).writerow(fields)
        return line.getvalue().encode()

    def append(self, line: bytes, size: int) -> None:
        """Append a line to the file of `size` bytes: all of it on the disk, or none.

        Raises:
            OSError: the disk is full, or the file has another size by now.
        """
        file = os.open(
            self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        )
        try:
            if os.fstat(file).st_size != size:
                raise OSError(errno.EAGAIN, "it was edited just now")
            try:
                # one write, so that a writer who is killed leaves the line or nothing
                if os.write(file, line) < len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(file)
            except OSError:
                os.ftruncate(file, size)
                raise
        finally:
            os.close(file)

    def _unusable(self, error: OSError) -> Fault:
        return Fault(
            f"{self.path}: {error.strerror}; it is as it was: run this in the "
            "project's folder, where you can write and have space"
        )
