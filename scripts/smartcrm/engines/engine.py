"""What a build and a comparison need of an engine."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb


class Engine(AbstractContextManager):
    """An engine that runs while its context is open; its name is dbt's target."""

    name: str
    # whether a comparison runs the tests of the sample, too: where that is soon done
    is_tested: bool = False

    @abstractmethod
    def forget(self) -> None:
        """Drop what was built, with its history."""

    @abstractmethod
    def load(self, table: str, rows: duckdb.DuckDBPyRelation) -> None:
        """Put rows of text into a table of the engine's own."""

    @abstractmethod
    def read(self, relation: str, columns: dict[str, str], folder: Path) -> str:
        """Write a relation to a folder; return SQL that DuckDB reads it with.

        The columns are DuckDB's, with their types.
        """
