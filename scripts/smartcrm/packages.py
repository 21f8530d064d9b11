"""Runs downloads and Debian's package manager, and says why they fail."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

# a source that does not answer is given up quickly
APT = ("apt-get", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10")
UPDATE = (*APT, "update")
INSTALL = (*APT, "install", "-y", "--no-install-recommends")
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


def may_install() -> bool:
    """Whether packages can be installed: by root, where there is apt-get."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> str:
    """Install packages; return why they can't be, or an empty text."""
    if not may_install():
        return "only root can install it, with apt-get"
    # the package manager serves one at a time, and fails the others
    with FileLock(Path(tempfile.gettempdir(), "smartcrm-install.lock")):
        run(*UPDATE)
        return run(*INSTALL, *packages)
