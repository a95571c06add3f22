"""Documents that cannot drift."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from linli.algorithms.statetable import StateTable
from linli.assessment.states import TABLE as SUGGESTIONS
from linli.cases.states import TABLE
from linli.duties.states import REFUSALS
from linli.duties.states import TABLE as GATE
from linli.returns.states import TABLE as RETURNS
from linli.shell import documents
from tests.architecture.house import ROOT, committed

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
WANTED = (
    "README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "NOTICE", "LICENSE", "publiccode.yml",
    "docs/WHERE.md",
)  # fmt: skip


@pytest.mark.parametrize("name", documents.PAGES)
def test_a_written_page_is_current(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.read_text(encoding="utf-8") == documents.written()[path], "bin/fix documents writes it anew"


@pytest.mark.parametrize("name", WANTED)
def test_the_repository_has(name: str) -> None:
    assert (ROOT / name).stat().st_size > 200


def test_every_variable_that_is_read_is_documented() -> None:
    known = {row[0].strip("`") for row in documents.settings_rows()}
    code = [
        path
        for path in committed()
        if path.suffix in {".py", ""}
        and path.parts[len(ROOT.parts)] in {"linli", "bin", "tests", "conftest.py"}
    ]
    read = {
        name
        for path in code
        for name in re.findall(r"\bLINLI_[A-Z0-9_]+\b", path.read_text(encoding="utf-8", errors="ignore"))
    }
    assert read - known == set()


def test_links_between_documents_lead_somewhere() -> None:
    wrong = []
    for path in committed():
        if path.suffix != ".md":
            continue
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            if (
                "://" not in target
                and not target.startswith("mailto:")
                and not (path.parent / target).exists()
            ):
                wrong.append(f"{path.relative_to(ROOT)}: {target}")
    assert wrong == []


def test_every_decision_is_one_page_of_the_same_shape() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in pages] == list(range(1, len(pages) + 1))
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert re.match(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        assert "**Decision.**" in text, path.name


@pytest.mark.parametrize(
    ("room", "table"),
    [
        ("cases", TABLE),
        ("returns", RETURNS),
        ("assessment", SUGGESTIONS),
        ("duties", GATE),
        ("duties", REFUSALS),
    ],
)
def test_the_readme_of_a_room_draws_its_table_of_states(room: str, table: StateTable) -> None:
    assert table.mermaid() in (ROOT / "linli" / room / "README.md").read_text(encoding="utf-8")


def requirements(path: Path) -> set[str]:
    """The names of the packages that a file asks for."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {re.split(r"[\[<>=~! ;#]", line)[0].lower() for line in lines if line and line[0].isalpha()}


def test_the_notice_names_every_package_that_is_used() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8").lower()
    used = requirements(ROOT / "requirements.in") | requirements(ROOT / "requirements-s3.in")
    assert sorted(name for name in used if name not in notice) == []


def test_the_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"softwareVersion: {version}" in (ROOT / "publiccode.yml").read_text(encoding="utf-8")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
