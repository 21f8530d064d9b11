"""Get the browser that prints slides, takes pictures and tests pages, and start it.

It is the one SMARTCRM_BROWSER names; else Chrome, Chromium or Edge on the path; else
Playwright's own, downloaded if need be; else, for root with apt-get, the package.
"""

from __future__ import annotations

import argparse
import os
import select
import shutil
import subprocess
import sys

from smartcrm.faults import Fault, command

from smartcrm.pages.browser import find_browser, headless_browser

PLAYWRIGHT = (sys.executable, "-m", "playwright")
DOWNLOAD = (*PLAYWRIGHT, "install", "chromium")
LIBRARIES = (*PLAYWRIGHT, "install-deps", "chromium")
# a source that does not answer is given up quickly
APT = ("apt-get", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10")
UPDATE = (*APT, "update")
INSTALL = (*APT, "install", "-y", "--no-install-recommends")
PACKAGES = (*INSTALL, "chromium", "fonts-liberation")
ENVIRONMENT = {
    "DEBIAN_FRONTEND": "noninteractive",
    "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000",
}
SILENT_SECONDS = 40  # then a download that says nothing is taken to hang


def run(*words: str) -> str:
    """Run a command that says what it does; return why it failed, or an empty text."""
    process = subprocess.Popen(
        words,
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    said = b""
    with process:
        while select.select([process.stdout], [], [], SILENT_SECONDS)[0]:
            chunk = os.read(process.stdout.fileno(), 65536)
            if not chunk:
                break
            said += chunk
        else:
            os.killpg(process.pid, 9)
            return f"no answer within {SILENT_SECONDS} s"
    if process.returncode == 0:
        return ""
    lines = said.decode(errors="replace").split("\n")
    errors = [line.strip() for line in lines if line.startswith(("E: ", "Error: "))]
    return errors[0] if errors else f"exit code {process.returncode}"


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
    may_install = os.geteuid() == 0 and shutil.which("apt-get")
    print("No browser is here: getting Playwright's", flush=True)
    failure = run(*DOWNLOAD)
    if not failure:
        if not start() or (may_install and not run(*LIBRARIES) and not start()):
            return
        failure = "it does not start"
    tried = [f"Playwright's: {failure}"]
    if may_install:
        print(f"{tried[0]}; installing the package chromium", flush=True)
        run(*UPDATE)
        failure = run(*PACKAGES) or start()
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
