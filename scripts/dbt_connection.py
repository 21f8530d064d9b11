"""dbt-duckdb plugin: what is to be done before dbt opens the database.

Without it a missing folder or a file that another process holds is a traceback.
"""

from __future__ import annotations

import atexit
import gc
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from warehouse import Fault, connect


class Plugin(BasePlugin):
    """Checked once a connection is opened; named in profiles.yml."""

    def update_connection_config(
        self, creds: DuckDBCredentials, config: dict[str, Any]
    ) -> None:
        """Make the database's folder and try the file; spare dbt's memory collection.

        Raises:
            Fault: one line that dbt prints as it is.
        """
        if gc.isenabled():  # what-if and watch turn it off, since they build many times
            # dbt keeps what it has read until it ends: to look through all of it at
            # every collection costs a twentieth of a build
            gc.freeze()
            atexit.register(gc.unfreeze)
        if creds.path == ":memory:" or ":" in creds.path[2:]:
            return
        folder = Path(creds.path).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Fault(
                f"{folder} can't be made ({error.strerror}); set SMARTCRM_DB to a file "
                "in a folder you can write"
            ) from None
        connect(Path(creds.path), read_only=False).close()
