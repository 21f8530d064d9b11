"""Get the browser that prints slides, takes pictures and tests pages, and start it.

It is the one SMARTCRM_BROWSER names; else Chrome, Chromium or Edge on the path; else
Playwright's own, downloaded if need be; else, for root with apt-get, the package.
"""

from __future__ import annotations

import argparse
import sys

from smartcrm.faults import Fault, command

from smartcrm.packages import install, may_install, run
from smartcrm.pages.browser import find_browser, headless_browser

PLAYWRIGHT = (sys.executable, "-m", "playwright")
DOWNLOAD = (*PLAYWRIGHT, "install", "chromium")
LIBRARIES = (*PLAYWRIGHT, "install-deps", "chromium")


def start() -> str:
    """Start the browser and end it; return why it can't, or an empty text."""
    try:
        with headless_browser():
            return ""
    except Fault as fault:
        return str(fault)


def get_browser() -> None:
    """Download or install a browser, unless one starts already.

    Raises:
        Fault: none starts, with what was tried and why it failed.
    """
    failure = start()
    if not failure:
        return
    if find_browser():
        raise Fault(failure)
    print("No browser is here: getting Playwright's", flush=True)
    failure = run(*DOWNLOAD)
    if not failure:
        if not start() or (may_install() and not run(*LIBRARIES) and not start()):
            return
        failure = "it does not start"
    tried = [f"Playwright's: {failure}"]
    if may_install():
        print(f"{tried[0]}; installing the package chromium", flush=True)
        failure = install("chromium", "fonts-liberation") or start()
        if not failure:
            return
        tried.append(f"the package: {failure}")
    raise Fault(
        f"no browser can be had ({'; '.join(tried)}): install Chrome, Chromium or "
        "Edge, or set SMARTCRM_BROWSER to an executable"
    )


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when a browser starts, 2 when none can be had."""
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    get_browser()
    print(f"Browser: {find_browser() or 'the one of Playwright'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
