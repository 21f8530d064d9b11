"""dbt-duckdb plugin: looks at the database file before dbt opens it.

Without it a missing folder or a file that another process holds is a traceback.
"""

from __future__ import annotations

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
        """Make the database's folder and try the file.

        Raises:
            Fault: one line that dbt prints as it is.
        """
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
