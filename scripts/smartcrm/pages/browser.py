"""The browser without a window that prints slides, takes pictures and tests pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from smartcrm.faults import Fault

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "microsoft-edge-stable", "msedge"),
)
# alone: it asks nothing of the network
ARGUMENTS = (
    *("--no-sandbox", "--no-first-run", "--disable-quic", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
SET_IT = "set SMARTCRM_BROWSER to an executable"


def find_browser() -> str | None:
    """Path of the browser to use; none where only Playwright's own may be there."""
    named = os.environ.get("SMARTCRM_BROWSER")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def headless_browser() -> Iterator[Browser]:
    """The browser SMARTCRM_BROWSER names, else the system's, else Playwright's own.

    Raises:
        Fault: there is none, it does not start, or playwright is not installed.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise Fault("pages need `pip install -r requirements-dev.txt`") from None
    path = find_browser()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=path, args=[*ARGUMENTS]
            )
        except Error as error:
            reason = str(error).splitlines()[0]
            if path:
                fault = f"{path} does not start ({reason}): {SET_IT} that does"
            else:
                fault = f"no browser ({reason}): `make browser` gets one, or {SET_IT}"
            raise Fault(fault) from None
        with browser:
            yield browser
