"""Comparing a list of division codes with the tree: what is new, gone, moved, renamed and wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from linli.algorithms.text.sentences import said
from linli.territory.rules import codes


@dataclass(frozen=True)
class CodeRow:
    """One line of a list. ``parent`` is empty where the list does not say; the code's digits speak then."""

    line: int
    code: str
    name: str
    parent: str = ""
    households: int | None = None

    @property
    def above(self) -> str:
        """The code of the unit it stands under."""
        return self.parent or codes.parent(self.code)


@dataclass(frozen=True)
class Known:
    """A unit in force as the tree has it."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be taken, and why."""

    row: CodeRow
    reason: str


@dataclass(frozen=True)
class Moved:
    """A unit that stands elsewhere: under another parent, or under a new code (``old`` differs from ``row.code``)."""

    row: CodeRow
    old: Known


@dataclass(frozen=True)
class ListReport:
    """What a list would change. Each line of the list is in exactly one of the groups but ``gone``."""

    new: list[CodeRow] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    renamed: list[tuple[CodeRow, Known]] = field(default_factory=list)
    same: list[CodeRow] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The size of each group."""
        return {
            name: len(getattr(self, name)) for name in ("new", "gone", "moved", "renamed", "same", "wrong")
        }


def compare(rows: Sequence[CodeRow], known: Mapping[str, Known], root: str) -> ListReport:
    """Hold a list against the units in force below a root; lines above the root are passed over in silence.

    A unit is gone only where the list has others of its level. A unit that is gone and a new one with the same name,
    both the only ones of that name and level, are one unit with a new code.
    """
    report = ListReport()
    good = _sort_out(rows, known, root, report)
    for row in good:
        old = known.get(row.code)
        if old is None:
            report.new.append(row)
        elif row.above != old.parent and row.code != root:
            report.moved.append(Moved(row, old))
        elif codes.short_name(row.name) != codes.short_name(old.name):
            report.renamed.append((row, old))
        else:
            report.same.append(row)
    listed = {row.code for row in good}
    levels = {len(row.code) for row in good}
    missing = [
        k
        for k in known.values()
        if k.code not in listed and len(k.code) in levels and k.code.isdigit() and k.code != root
    ]
    _match_recoded(report, missing)
    return report


def _sort_out(
    rows: Sequence[CodeRow], known: Mapping[str, Known], root: str, report: ListReport
) -> list[CodeRow]:
    times = Counter(row.code for row in rows)
    listed = set(times)
    good: list[CodeRow] = []
    for row in rows:
        reason = codes.problem(row.code)
        if not reason and root.startswith(row.code) and row.code != root:
            continue
        if not reason and not row.name:
            reason = said("名称为空")
        elif not reason and not row.code.startswith(root):
            reason = said("代码不属于本地（%(root)s）", root=root)
        elif not reason and times[row.code] > 1:
            reason = said("代码在表中出现 %(times)s 次", times=times[row.code])
        elif not reason and row.code != root and row.above not in listed and row.above not in known:
            reason = said("上级单位 %(above)s 既不在表中，也不在现有单位中", above=row.above)
        if reason:
            report.wrong.append(Wrong(row, reason))
        else:
            good.append(row)
    return good


def _match_recoded(report: ListReport, missing: list[Known]) -> None:
    def key(code: str, name: str) -> tuple[int, str]:
        return len(code), codes.short_name(name)

    gone_names = Counter(key(k.code, k.name) for k in missing)
    new_names = Counter(key(r.code, r.name) for r in report.new)
    rows = {key(r.code, r.name): r for r in report.new}
    for old in missing:
        name = key(old.code, old.name)
        if gone_names[name] == 1 and new_names[name] == 1:
            report.new.remove(rows[name])
            report.moved.append(Moved(rows[name], old))
        else:
            report.gone.append(old)
