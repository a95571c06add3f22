"""What may not stand in a committed file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, committed

TEXTS = [path for path in committed() if path.suffix in {
    ".py", ".md", ".toml", ".txt", ".in", ".json", ".html", ".js", ".css", ".yml", ".yaml", ".cfg", ".npmrc", "",
}]  # fmt: skip

HOSTS = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".",
    "npmmirror" + ".",
    "regist" + "ry.",
    "mirrors" + ".",
)
"""Where packages come from is each machine's own setting."""

MACHINE = re.compile(r"(?<![\w.}/<-])/(?:work|root|home|Users|mnt)/[\w.-]+")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\blinli_[A-Za-z0-9_-]{43}\b")
VENDORED = re.compile(r"\.min\.(?:js|css)$|(?:^|/)(?:node_modules|vendor|third_party)/")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


@pytest.mark.parametrize("host", HOSTS)
def test_no_address_of_a_package_host(host: str) -> None:
    address = re.compile(rf"://[\w.-]*{re.escape(host)}")
    found = [str(path.relative_to(ROOT)) for path in TEXTS if address.search(read(path))]
    assert found == []


def test_no_path_of_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in TEXTS
        for match in MACHINE.finditer(read(path))
    ]
    assert found == []


def test_no_secret() -> None:
    assert [str(path.relative_to(ROOT)) for path in TEXTS if SECRET.search(read(path))] == []


def test_nothing_of_others_is_copied_in() -> None:
    assert [name for path in committed() if VENDORED.search(name := str(path.relative_to(ROOT)))] == []


def test_nothing_is_left_to_be_done() -> None:
    mark = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    here = ROOT / "tests" / "architecture"
    found = [
        str(path.relative_to(ROOT))
        for path in TEXTS
        if here not in path.parents and path.suffix in {".py", ".html", ".js"} and mark.search(read(path))
    ]
    assert found == []
