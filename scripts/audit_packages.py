"""Looks for known vulnerabilities of what is locked, where advisories are reached."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smartcrm.faults import Fault, command

AUDIT = ("-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json")
UNREACHED = re.compile(r"requests\.exceptions|Could not connect|redirecting|Service")
NOTHING_CHECKED = "The advisories can't be reached from here: no package was checked"


def read_audit(output: str, errors: str) -> list[dict[str, Any]] | None:
    """What pip-audit says of each package; none where it reaches no advisories.

    Raises:
        Fault: it did not run.
    """
    if output.strip():
        return json.loads(output)["dependencies"]
    if UNREACHED.search(errors):
        return None
    said = errors.strip().splitlines() or ["it said nothing"]
    raise Fault(f"pip-audit did not run: {said[-1]}")


def render_findings(packages: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each vulnerability of a package, and what mends it."""
    for package in packages:
        for found in package.get("vulns", ()):
            fixed = " or ".join(found["fix_versions"])
            yield (
                f"{package['name']} {package['version']}: {found['id']}, "
                + (f"fixed in {fixed}" if fixed else "no fix yet")
            )


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when nothing is known, 1 when something is, 2 when it did not run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lock", nargs="*", type=Path, help="default: all lock files")
    locks = parser.parse_args(argv).lock or sorted(Path().glob("requirements*.txt"))
    files = [word for lock in locks for word in ("--requirement", str(lock))]
    done = subprocess.run(
        [sys.executable, *AUDIT, "--progress-spinner", "off", *files],
        text=True,
        capture_output=True,
        check=False,
    )
    packages = read_audit(done.stdout, done.stderr)
    # of a package that it is not told about, pip-audit says that nothing is known
    known = [each for each in packages or () if "skip_reason" not in each]
    if not packages or not known:
        print(NOTHING_CHECKED)
        return 0
    findings = [*render_findings(known)]
    print(*findings, sep="\n", end="\n" if findings else "")
    unknown = len(packages) - len(known)
    print(
        f"{len(known)} packages checked, {len(findings)} known vulnerabilities"
        + (f"; of {unknown} more there are no advisories to read" if unknown else "")
    )
    return int(bool(findings))


if __name__ == "__main__":
    raise SystemExit(main())
