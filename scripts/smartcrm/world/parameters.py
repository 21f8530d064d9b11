"""The numbers that a world is made by, from parameters.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import duckdb

FILE = Path(__file__).with_name("parameters.csv")
# a share has as many digits as tell any two draws apart
SHARE_DIGITS = 5


class Parameter(NamedTuple):
    """A number of the world: what it is, where it is from, and within which bounds."""

    name: str
    value: float
    sample: float
    least: float
    most: float
    unit: str
    meaning: str
    source: str


def read_parameters() -> dict[str, Parameter]:
    """The parameters by name, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["parameter"]: Parameter(
            name=row["parameter"],
            value=float(row["value"]),
            # the sample's where it has one of its own
            sample=float(row["sample"] or row["value"]),
            least=float(row["least"]),
            most=float(row["most"]),
            unit=row["unit"],
            meaning=row["meaning"],
            source=row["source"],
        )
        for row in rows
    }


def sample_values() -> dict[str, float]:
    """The values that the sample is made by."""
    return {name: each.sample for name, each in read_parameters().items()}


def default_values() -> dict[str, float]:
    """The values that a simulation takes where none are fitted or given."""
    return {name: each.value for name, each in read_parameters().items()}


def set_values(
    database: duckdb.DuckDBPyConnection, values: Mapping[str, float]
) -> None:
    """Set the variables that the SQL of the world reads the parameters from."""
    names = list(values)
    for name in names:
        if "." not in name:
            database.execute(f"set variable {name} = {values[name]!r}::double")
    for family, plural in {
        "source": "sources",
        "company_size": "company_sizes",
    }.items():
        kinds = [
            name.partition(".")[2]
            for name in names
            if name.startswith(f"{family}_share.")
        ]
        shares = [values[f"{family}_share.{kind}"] for kind in kinds]
        lists = {
            plural: kinds,
            f"{family}_bounds": [
                round(end / sum(shares), SHARE_DIGITS)
                for end in accumulate(shares[:-1])
            ],
            f"{family}_readiness": [
                values[f"{family}_readiness.{kind}"] for kind in kinds
            ],
        }
        for name, each in lists.items():
            database.execute(f"set variable {name} = $each", {"each": each})
