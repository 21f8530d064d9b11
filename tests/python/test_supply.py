"""What is installed and run is what was locked, by its hash."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement

from conftest import ROOT

LOCKS = sorted(ROOT.glob("requirements*.txt"))
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def pins(name: str) -> list[Requirement]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return [*map(Requirement, re.findall(r"^([^\s#].*?)(?: \\)?$", text, re.MULTILINE))]


@pytest.mark.parametrize("lock", [path.name for path in LOCKS])
def test_each_file_is_locked_by_its_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[^\s#])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert [each for each in blocks if "--hash=sha256:" not in each] == []


def test_what_is_locked_is_what_is_allowed() -> None:
    allowed = PROJECT[PROJECT.index("\ndependencies") : PROJECT.index("\n[project.opt")]
    ranges = [Requirement(each) for each in re.findall(r'^ +"(.+)"', allowed, re.M)]
    assert len(ranges) > 5
    for lock in ("requirements.txt", "requirements-dev.txt"):
        for allowed_range in ranges:
            locked = [pin for pin in pins(lock) if pin.name == allowed_range.name]
            assert locked, allowed_range
            for pin in locked:
                (version,) = pin.specifier
                assert allowed_range.specifier.contains(version.version), pin


def test_what_installs_and_locks_is_locked() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [pin.name for pin in pins("requirements-pip.txt")] == ["pip"]
    for name, extra in {"uv": "dev", "pip-audit": "audit"}.items():
        assert name in {pin.name for pin in pins(f"requirements-{extra}.txt")}
    for line in re.findall(r".*pip install.*", makefile):
        assert "--require-hashes" in line, line


def test_actions_are_pinned_by_commit() -> None:
    workflows = (ROOT / ".github/workflows").glob("*.yml")
    used = [
        each
        for path in workflows
        for each in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    ]
    assert used
    for each in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", each), each
