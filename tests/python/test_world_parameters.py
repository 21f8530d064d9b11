"""The numbers of the simulated world: each is used, in its bounds, and has a source."""

import re

import duckdb
import pytest

from conftest import ROOT
from smartcrm.world.parameters import (
    Parameter,
    default_values,
    read_parameters,
    set_values,
)

PARAMETERS = read_parameters().values()
SQL = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("world", "simulation")
    for path in sorted((ROOT / "scripts/smartcrm" / folder).glob("*.sql"))
)
# between_of(share, 'x') reads x_least and x_most
USED = set(re.findall(r"(?:parameter|getvariable)\('(\w+)'\)", SQL)) | {
    f"{family}_{end}"
    for family in re.findall(r"between_of\([^']*'(\w+)'", SQL)
    for end in ("least", "most")
}


def variables() -> set[str]:
    """Names that the SQL of the world can read a parameter by."""
    with duckdb.connect() as database:
        set_values(database, default_values())
        rows = database.execute("select name from duckdb_variables()").fetchall()
    return {name for (name,) in rows}


def test_each_parameter_that_the_sql_asks_for_is_there() -> None:
    asked = set(re.findall(r"parameter\('(\w+)'\)", SQL))
    assert len(asked) > 20
    assert asked <= variables()


def test_each_parameter_is_used() -> None:
    assert variables() - USED == set()


@pytest.mark.parametrize("each", PARAMETERS, ids=lambda each: each.name)
def test_a_parameter_is_in_its_bounds_and_says_where_it_is_from(
    each: Parameter,
) -> None:
    assert each.least <= each.value <= each.most
    assert each.least <= each.sample <= each.most
    assert each.unit
    assert each.meaning
    assert each.source == "assumed" or re.search(r"[A-Z].+:.+\d", each.source)
