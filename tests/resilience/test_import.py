"""``kill -9`` in the middle of an import: run again, it takes in what is missing and nothing twice."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from linli.shell.launch.folders import ROOT
from linli.shell.launch.holding import database
from tests.resilience.product import Product, children_of, end, wait_until

pytestmark = pytest.mark.slow

ROWS, REPEATED, BAD = 3000, 20, 7
WORDS = ("井盖没了", "垃圾没人清", "电梯又坏了", "餐馆用过期食品", "想问办事大厅几点开门")
COUNT = "SELECT count(*) FROM cases_case WHERE source = '表格'"


def sheet(path: Path) -> Path:
    """Messages of which some repeat others and some have no date that can be read."""
    draw = Random(7)
    with path.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["留言编号", "留言主题", "留言时间", "留言详情"])
        for n in range(ROWS):
            lines.writerow(
                [
                    n,
                    "反映",
                    f"2019/{n % 12 + 1}/{n % 27 + 1} 9:{n % 60:02d}:00",
                    f"第{n}户：{draw.choice(WORDS)}",
                ]
            )
        for n in range(REPEATED):
            lines.writerow([n, "反映", "2019/1/1 9:00:00", "同一编号的另一行"])
        for n in range(BAD):
            lines.writerow([ROWS + n, "反映", "去年夏天", "没有时间的一行"])
    return path


def test_an_import_that_was_killed_goes_on_and_takes_nothing_in_twice(product: Product) -> None:
    product.prepare("from tests.resilience.district import seed; seed(0)")
    path = sheet(product.folder.path / "messages.csv")
    with database(product.folder):
        program = [sys.executable, "-m", "linli.shell.launch.command", "--data", str(product.folder.path)]
        running = subprocess.Popen(
            [*program, "cases", "import", str(path)], cwd=ROOT, env=product.environment
        )
        wait_until(lambda: product.one(COUNT) > 0, 120)
        for pid in (*children_of(running.pid), running.pid):
            end(pid)
        running.wait()
        part = product.one(COUNT)
        assert 0 < part < ROWS, "the kill came too late to be in mid-work"

        again = product.linli("cases", "import", str(path))
        assert f"新增 {ROWS - part}，已有或重复 {part + REPEATED}，退回 {BAD}，" in again.stdout, again.stderr
        assert product.one(COUNT) == ROWS
        assert product.one("SELECT count(DISTINCT source_id) FROM cases_case WHERE source = '表格'") == ROWS
        events = "SELECT count(*) FROM audit_event WHERE name = 'case.received'"
        assert product.one(events) == ROWS
        with path.with_name("messages.csv-退回.csv").open(encoding="utf-8-sig", newline="") as back:
            rejected = list(csv.DictReader(back))
        assert len(rejected) == BAD and all("受理时间" in row["原因"] for row in rejected)

        third = product.linli("cases", "import", str(path))
        assert f"新增 0，已有或重复 {ROWS + REPEATED}，退回 {BAD}，" in third.stdout
        assert product.one(COUNT) == ROWS
