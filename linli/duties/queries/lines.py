"""Items and lists in memory: what forbids a matter, what contradicts what, and what lies between two days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import listed, said
from linli.duties import rules
from linli.duties.models import Category, ListEntry, WorkItem
from linli.duties.queries.routing import catalogue, lead_words
from linli.duties.rules import Comparison, Flaw, Line
from linli.kernel.norms.freshness import Fresh

AnyLine = WorkItem | ListEntry


def kind_of(row: AnyLine) -> str:
    """The list of a row: ``rules.ITEM`` or one of ``rules.LISTS``."""
    return row.kind if isinstance(row, ListEntry) else rules.ITEM


def kind_words(kind: str) -> str:
    """What a list is called."""
    return said(rules.LISTS.get(kind, "事项清单"))


def line_of(row: AnyLine) -> Line:
    """A row as the plain value that rules work with."""
    bare = isinstance(row, WorkItem) and bool(row.given_by) and row.lead in rules.PLACE_LEADS
    return Line(
        kind=kind_of(row), code=row.code, name=row.name, lead=row.lead, valid_from=row.valid_from, valid_to=row.valid_to,
        category=row.category.code if row.category else "", basis=row.basis,
        given_by=row.given_by if isinstance(row, WorkItem) else "",
        lacks=tuple(name for name in rules.RESOURCES if bare and not getattr(row, name)),
    )  # fmt: skip


class Lines:
    """Every version of every line, and the answers already given."""

    def __init__(self, rows: Iterable[AnyLine]) -> None:
        self.all = [line_of(row) for row in rows]
        self.tied = [line for line in self.all if line.category]
        self.answers: dict[tuple[str, date], Line | None] = {}

    def forbidding(self, category: Category, on: date) -> Line | None:
        """The line that keeps a category from communities and streets on a day."""
        asked = (category.path, on)
        if asked not in self.answers:
            path = category.path.strip("/").split("/")
            self.answers[asked] = rules.forbidding(self.tied, path, on)
        return self.answers[asked]


def _rows() -> list[AnyLine]:
    return [
        *WorkItem.objects.select_related("category").order_by("code", "valid_from"),
        *ListEntry.objects.select_related("category").order_by("code", "valid_from"),
    ]


LINES: Fresh[Lines] = Fresh("duties.lines", lambda: Lines(_rows()))


def forbids(category: Category, on: date) -> str:
    """The line that keeps a matter from communities and streets on a day, cited in words; empty where none does."""
    line = LINES.get().forbidding(category, on)
    return cite(line) if line is not None else ""


def cite(line: Line) -> str:
    """A line as reasons cite it: its list, number, name and basis."""
    led = _("，由%(lead)s主办") % {"lead": lead_words([line.lead])[0]} if line.by_department else ""
    basis = _("（%(basis)s）") % {"basis": line.basis} if line.basis else ""
    return _("%(list)s第 %(code)s 条“%(name)s”%(led)s%(basis)s") % {
        "list": kind_words(line.kind), "code": line.code, "name": line.name, "led": led, "basis": basis,
    }  # fmt: skip


def forbidden_certificate(words: str, on: date) -> str:
    """The line of the certificates that must not be issued that words ask for, cited; empty where none."""
    line = rules.forbidden_certificate(words, LINES.get().all, on)
    return cite(line) if line is not None else ""


@dataclass(frozen=True)
class ListFinding:
    """One thing to look at in the lists: its kind, its words, and the lines that it is about."""

    kind: str
    words: str
    lines: tuple[Line, ...]


def list_findings(on: date) -> list[ListFinding]:
    """Every duplicate, contradiction and gap of the lists on a day."""
    found = rules.flaws(LINES.get().all, catalogue().entries, on)
    return [ListFinding(flaw.kind, _words(flaw), flaw.lines) for flaw in found]


def _words(flaw: Flaw) -> str:
    one, other = flaw.lines[0], flaw.lines[-1]
    about = {
        "list": kind_words(one.kind), "name": one.name, "other_list": kind_words(other.kind), "other": other.name,
        "entries": listed(entry.code for entry in flaw.entries), "giver": lead_words([one.given_by])[0],
        "lacks": listed(said(rules.RESOURCES[name]) for name in one.lacks),
    }  # fmt: skip
    return {
        "duplicate": _("%(list)s里“%(name)s”与“%(other)s”是同一件事，请并为一条"),
        "opposed": _("“%(name)s”在%(list)s，“%(other)s”却在%(other_list)s，两处只能留一处"),
        "routed": _("“%(name)s”按%(list)s不得交给社区或街道，派单目录第 %(entries)s 条却派往那里"),
        "baseless": _("“%(name)s”没有写明依据"),
        "bare": _("“%(name)s”由%(giver)s交办，没有随事下放：%(lacks)s"),
    }[flaw.kind] % about


def in_words(row: AnyLine) -> dict[str, str]:
    """A version as people read it: heading to words, without what is empty."""
    if isinstance(row, WorkItem):
        values = {
            _("名称"): row.name, _("方面"): said(row.area), _("大项"): row.heading, _("主办"): _lead(row.lead),
            _("协办"): "、".join(lead_words(row.assist)), _("交办部门"): _lead(row.given_by),
            _("权"): _comes(row, "power"), _("费"): _comes(row, "money"), _("人"): _comes(row, "people"),
            _("依据"): row.basis, _("流程"): row.procedure, _("材料"): row.materials, _("时限"): row.clock, _("可用报表"): row.form,
        }  # fmt: skip
    else:
        values = {
            _("清单"): kind_words(row.kind), _("名称"): row.name, _("主责部门"): _lead(row.lead), _("街道社区职责"): row.place_share,
            _("部门职责"): row.lead_share, _("依据"): row.basis, _("说明"): row.note,
        }  # fmt: skip
    values[_("派单分类")] = row.category.name if row.category else ""
    return {heading: words for heading, words in values.items() if words}


def _lead(code: str) -> str:
    return lead_words([code])[0] if code else ""


def _comes(row: WorkItem, name: str) -> str:
    """Whether power, money or people come with an item that was handed down, and how; nothing of any other."""
    words: str = getattr(row, f"{name}_words")
    if not row.given_by:
        return words
    comes = _("随事下放") if getattr(row, name) else _("没有随事下放")
    return _("%(comes)s：%(words)s") % {"comes": comes, "words": words} if words else comes


@dataclass(frozen=True)
class Between:
    """What changed in the lists between two days, and the rows of both by kind and code."""

    comparison: Comparison
    before: Mapping[str, AnyLine]
    after: Mapping[str, AnyLine]


def between(one: date, other: date, kind: str = "") -> Between:
    """Compare the lists of two days; only those of a kind if it is given."""
    rows = [row for row in _rows() if not kind or kind_of(row) == kind]
    days = [{row.code: row for row in rows if line_of(row).holds_on(day)} for day in (one, other)]
    words = [{code: in_words(row) for code, row in day.items()} for day in days]
    return Between(rules.compare(*words), *days)


def changes_between(old: AnyLine, new: AnyLine) -> tuple[tuple[str, str, str], ...]:
    """What a new version says otherwise than the one before: heading, words before and after."""
    return rules.compare({new.code: in_words(old)}, {new.code: in_words(new)}).changed.get(new.code, ())


def published_counts(on: date) -> Counter[str]:
    """How many lines of each list hold on a day."""
    return Counter(line.kind for line in LINES.get().all if line.holds_on(on))


def published(kind: str, on: date) -> list[tuple[str, list[tuple[AnyLine, str]]]]:
    """The lines of a list on a day, each with what its lead is called; items stand under their areas."""
    rows: Iterable[AnyLine] = (
        WorkItem.objects.in_force(on)
        if kind == rules.ITEM
        else ListEntry.objects.in_force(on).filter(kind=kind)
    )
    sections: dict[str, list[tuple[AnyLine, str]]] = {}
    for row in rows:
        area = said(row.area) if isinstance(row, WorkItem) else ""
        sections.setdefault(area, []).append((row, _lead(row.lead)))
    return list(sections.items())
