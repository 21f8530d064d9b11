"""Compares the leads of two ways, row by row and column by column."""

from __future__ import annotations

from pathlib import Path

from smartcrm.faults import Fault

from smartcrm.warehouse import connect_in_memory, read_columns, text_literal


def relation(path: Path) -> str:
    """A file or a built database's leads, as DuckDB selects from it."""
    name = text_literal(str(path))
    if path.suffix == ".csv":
        return f"read_csv({name}, header = true, all_varchar = true)"
    return f"read_parquet({name})" if path.suffix == ".parquet" else "built.main.leads"


def check_equal(expected: Path, found: Path, name: str) -> int:
    """The number of leads, which is the same in both, as is every value.

    Raises:
        Fault: they differ, with how many leads and one of them.
    """
    with connect_in_memory(threads=2) as database:
        database.execute("set preserve_insertion_order = false")
        if found.suffix == ".duckdb":
            path = {"path": str(found)}
            database.execute("attach $path as built (read_only)", path)
        columns = read_columns(database, f"from {relation(expected)}")
        # a CSV has texts alone, and an empty one where there is nothing
        values = ", ".join(
            f"coalesce({column}::{kind}::varchar, '')"
            for column, kind in columns.items()
        )
        sides = [
            f"(select lead_id, hash({values}) as row_hash from {relation(path)})"
            for path in (expected, found)
        ]
        differs = "ours.row_hash is distinct from theirs.row_hash"
        count, differing, example = database.execute(
            f"""
            select
                count(*),
                count(*) filter ({differs}),
                any_value(lead_id) filter ({differs})
            from {sides[0]} as ours full join {sides[1]} as theirs using (lead_id)
            """
        ).fetchone()
    if differing:
        raise Fault(
            f"{name}: {differing:,} of {count:,} leads are not those of the statement "
            f"by hand, {example} among them; nothing is timed until they are"
        )
    return count
