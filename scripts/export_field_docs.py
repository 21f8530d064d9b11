"""Writes what each field of a lead means, where it comes from and how it is decided.

All of it is read from dbt's own artifacts and the built sample, whose leads are
synthetic; run `dbt build` and `dbt docs generate` before.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from warehouse import Fault, built_warehouse
from whole_file import whole_file

Row = dict[str, Any]

TEMPLATES = Path(__file__).with_name("templates")
MART, SAMPLE = "leads", "leads_cleaned_1000"
# What a decision's outcome is called; its rule and reason have the decision's own name.
OUTCOMES = {"stage": "simulated_stage", "health": "engagement_health"}
OUTCOMES["track"] = "nurture_track"
LONGEST_FORMULA = 120
FIELDS = (
    "field type group allowed_values description origin upstream_columns "
    "rule_or_formula tests"
).split()


class Graph:
    """dbt's nodes by name, their tests, and what their columns are made from."""
