"""The locks: whole, without any registry's address, and the product's versions the same in all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from linli.shell.launch.folders import ROOT
from linli.shell.launch.lock import bare_lock

LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-s3.txt"]


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return dict(
        line.split(" ")[0].split("==") for line in lines if "==" in line and not line.startswith((" ", "#"))
    )


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json", ".npmrc"])
def test_a_lock_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(
        r"\"resolved\"|index-url|find-links|registry=|file://|pypi\.org|registry\.npmjs", text
    )


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", Path(ROOT / name).read_text())
    bare = [
        block.splitlines()[0]
        for block in blocks
        if "==" in block.splitlines()[0] and "--hash=sha256:" not in block
    ]
    assert bare == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-s3.txt"])
def test_tests_run_on_the_versions_that_the_product_ships(name: str) -> None:
    product, tested = pins(name), pins("requirements-dev.txt")
    assert {package: tested.get(package) for package in product} == product


def test_every_dependency_says_why_it_is_there() -> None:
    for path in ROOT.glob("requirements*.in"):
        lines = [line for line in path.read_text().splitlines() if line and not line.startswith(("#", "-r"))]
        assert [line for line in lines if "#" not in line] == [], path.name


def test_npms_lock_loses_its_addresses_and_keeps_its_hashes(tmp_path: Path) -> None:
    path = tmp_path / "package-lock.json"
    package = {"version": "2.0.0", "resolved": "https://packages.example/x.tgz", "integrity": "sha512-x", "funding": {"url": "https://x.example"}}  # fmt: skip
    path.write_text(json.dumps({"packages": {"node_modules/x": package}}), encoding="utf-8")
    bare_lock(path)
    written = path.read_text(encoding="utf-8")
    assert "https" not in written and "sha512-x" in written
