"""Says in about ten lines what the last build came to, for someone who runs a team."""

from __future__ import annotations

from smartcrm.faults import command

from smartcrm.options import read_out
from smartcrm.pages.rendering import read_parts, render
from smartcrm.warehouse import built_warehouse

FILTERS = {
    "count": lambda value: f"{value:,}",
    "percent": lambda value: "not known" if value is None else f"{value:.0%}",
}


@command
def main(argv: list[str] | None = None) -> int:
    """Print the summary; 2 where nothing is built."""
    out = read_out(argv, __doc__, "outputs")
    with built_warehouse() as connection:
        parts = read_parts(connection, "summary.sql")
    print(render("summary.txt", parts, FILTERS).strip())
    for name, what in (
        ("conversion_funnel.html", "the funnel, in a browser"),
        ("worklists", "what each team has to do"),
    ):
        if (out / name).exists():
            print(f"Open {out / name}: {what}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
