"""The engines that the project runs on besides DuckDB, each started for one run."""

from __future__ import annotations

from smartcrm.engines.engine import Engine
from smartcrm.engines.postgres import Postgres
from smartcrm.engines.spark import Spark

ENGINES: dict[str, type[Engine]] = {"postgres": Postgres, "spark": Spark}
