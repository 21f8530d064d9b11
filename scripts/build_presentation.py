"""stub"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from warehouse import Fault

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ALONE = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def headless_browser() -> Iterator[Browser]:
    """Chromium without a window: SMARTCRM_BROWSER, or the system's own.

    Raises:
        Fault: there is no browser, it does not start, or playwright is not installed.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise Fault(
            "playwright is not installed; run `pip install -r requirements-dev.txt`"
        ) from None
    path = os.environ.get("SMARTCRM_BROWSER") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    advice = "`apt-get install chromium`, or set SMARTCRM_BROWSER to an executable"
    if path is None:
        raise Fault(f"there is no Chromium or Chrome; {advice}")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=[*ALONE])
        except Error as error:
            reason = str(error).splitlines()[0]
            raise Fault(f"{path} does not start ({reason}); {advice}") from None
        yield browser
        browser.close()
