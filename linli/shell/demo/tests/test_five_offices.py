"""Five offices' files against the truth, through the commands that people use: nobody is taken for somebody else, most are found,
what goes back says why, and a file that comes again changes nothing."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from linli.kernel.accounts.roles import role
from linli.kernel.audit.actor import Actor
from linli.kernel.norms.importers import load as load_norms
from linli.registry.commands import intakes
from linli.registry.commands.intakes.examining import FileRows
from linli.registry.models import (
    Care,
    Change,
    Household,
    Intake,
    Membership,
    Pair,
    Person,
    Question,
    RawRow,
    Residence,
    Source,
)
from linli.registry.queries.files import FileTable, guess_columns, read_file
from linli.registry.rules.elements import elements
from linli.shell.demo.population import exporting, filling
from linli.territory.commands import make_boundaries
from linli.territory.models import Unit
from linli.territory.tests.district import AT, BY, START, build

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PEOPLE = 6000
OFFICES = {
    "公安": ("police", 0.995),
    "民政": ("civil_affairs", 0.98),
    "卫健": ("health", 0.98),
    "人社": ("human_resources", 0.98),
    "社区": ("community", 0.98),
}
"""What kind of source each office is, and how many of the people whom its file and the register both know are found at least."""

Truth = dict[tuple[int, int], str]
"""Who a row is of, by sheet and row: the uid of a person, or nothing for somebody whom the register does not know."""


@dataclass
class Outcome:
    """What became of the rows of one file, against the truth."""

    tally: Counter[str] = field(default_factory=Counter)
    reasons: list[list[str]] = field(default_factory=list)

    @property
    def found(self) -> float:
        """The share of the rows of known people that were linked with them."""
        return self.tally["right"] / sum(
            self.tally[each] for each in ("right", "wrong", "missed", "asked", "rejected")
        )


def everything() -> dict[str, int]:
    """How many rows of each kind the register has: a file that changes nothing adds none."""
    tables = (Person, Household, Membership, Residence, Care, Change, Question)
    return {model.__name__: model._default_manager.count() for model in tables}


def keeper(root: Unit) -> Actor:
    """Who takes the files in."""
    verbs = role("registry_keeper").verbs
    return Actor(
        "数据管理员", user_id=1, role="registry_keeper", unit=root.code, scope=root.path, verbs=verbs
    )


def taken(source: Source, path: Path, file: FileTable, by: Actor, at: datetime, note: bytes = b"") -> Intake:
    """The file with its columns as they were guessed, examined and written."""
    intake = intakes.upload(
        source=source,
        file_name=path.name,
        content=path.read_bytes() + note,
        file_date=at.date(),
        by=by,
        at=at,
    )
    offered = {code for code, each in elements("person").items() if each.access != "switched"}
    columns = {
        heading: match.element.key
        for heading, match in zip(file.columns, guess_columns("person", file), strict=True)
        if match.element is not None and match.element.key in offered
    }
    intakes.set_layout(intake_id=intake.pk, fingerprint=file.fingerprint, columns=columns, by=by, at=at)
    rows = FileRows(file.columns, file.sheets, file.numbers, file.cells, file.bound(columns))
    intakes.examine(intake_id=intake.pk, rows=rows, by=by, at=at)
    intakes.confirm(intake_id=intake.pk, by=by, at=at)
    while intakes.apply_batch(intake_id=intake.pk, by=by, at=at) is not None:
        pass
    intake.refresh_from_db()
    return intake


def judged(intake: Intake, truth: Truth, known: dict[str, int]) -> Outcome:
    """Each row of a file that was taken in, held against who it really is of."""
    made, people = Outcome(), set(known.values())
    rows = RawRow.objects.filter(intake=intake)
    assert {(row.sheet, row.number) for row in rows} == set(truth), "no row is lost, and none made up"
    for row in rows:
        who = known.get(truth[row.sheet, row.number])
        if row.verdict == RawRow.Verdict.REJECTED:
            made.reasons.append(row.reasons)
            result = "rejected" if who else "stranger"
        elif row.verdict == RawRow.Verdict.REVIEW:
            result = "asked" if who else "stranger"
        elif row.record_id in people:
            result = "right" if row.record_id == who else "wrong"
        else:
            result = "missed" if who else "stranger"
        made.tally[result] += 1
    return made


def truths(folder: Path) -> dict[str, Truth]:
    """Who each row of each file is of; sheets by their number, in the order in which they are named."""
    found: dict[str, Truth] = defaultdict(dict)
    sheets: dict[str, list[str]] = defaultdict(list)
    for row in csv.DictReader((folder / "对照_每行是谁.csv").read_text("utf-8-sig").splitlines()):
        names = sheets[row["文件"]]
        if row["工作表"] not in names:
            names.append(row["工作表"])
        found[row["文件"]][names.index(row["工作表"]) + 1, int(row["行号"])] = row["人员标识"]
    return found


def test_five_offices_are_understood_nobody_is_mistaken_and_coming_again_changes_nothing(
    tmp_path: Path,
) -> None:
    load_norms(by=BY, at=AT)
    root = build()["330421"]
    make_boundaries(root=root, on=START, by=BY, at=AT)
    filling.fill(PEOPLE, by=BY, at=AT, progress=lambda words, share: None)
    for _ in exporting.write_files(tmp_path, truth=True, people=0, seed=filling.SEED, on=AT.date()):
        pass
    known = {f"{uid}": pk for uid, pk in Person.objects.values_list("uid", "pk")}
    by, said = keeper(root), truths(tmp_path)
    for number, (name, (kind, floor)) in enumerate(OFFICES.items()):
        path, at = next(tmp_path.glob(f"{name}_*")), AT + timedelta(hours=number + 1)
        source = intakes.make_source(
            title=name, kind=kind, record_kind="person", unit=root, basis="户口登记条例", purpose="人口信息核对",
            until=date(2027, 12, 31), by=by, at=at,
        )  # fmt: skip
        file = read_file(path.read_bytes())
        outcome = judged(taken(source, path, file, by, at), said[path.name], known)
        assert outcome.tally["wrong"] == 0
        assert outcome.found >= floor, (name, outcome.tally)
        assert all(outcome.reasons), "whatever goes back says why"
        before = everything()
        again = taken(source, path, file, by, at + timedelta(minutes=30), note=b"\n")
        assert (again.counts["new"], again.counts["changed"]) == (0, 0)
        assert everything() == before
    assert Pair.objects.exists() and Question.objects.exists()
