"""The browser of a machine that has none, before anything else runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Project

# nothing on the path, and a download that is refused
NOTHING = {
    "PATH": "/nowhere",
    "SMARTCRM_BROWSER": "",
    "PLAYWRIGHT_BROWSERS_PATH": "/nowhere",
    "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9",
}


def test_where_no_browser_can_be_had_one_line_says_so(sample: Project) -> None:
    done = sample.script("get_browser", **NOTHING)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("no browser can be had (Playwright's: Error: ")
    assert "set SMARTCRM_BROWSER to an executable" in done.stderr


@pytest.mark.parametrize("is_there", [True, False])
def test_a_named_browser_that_does_not_start_is_named_and_not_replaced(
    sample: Project, tmp_path: Path, is_there: bool
) -> None:
    browser = tmp_path / "browser"
    if is_there:
        browser.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        browser.chmod(0o755)
    done = sample.script("get_browser", SMARTCRM_BROWSER=str(browser))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"{browser} does not start")
