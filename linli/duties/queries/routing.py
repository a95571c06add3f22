"""What the dispatch catalogue says of a matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from linli.algorithms.text.sentences import said
from linli.duties import rules
from linli.duties.models import CatalogueEntry, Category
from linli.duties.queries.categories import categories
from linli.duties.rules import Entry
from linli.kernel.norms.freshness import Fresh
from linli.territory.queries.units import tree

REMEMBERED = 20_000


@dataclass(frozen=True)
class Routing:
    """What one catalogue entry decides. ``lead`` and ``assist`` are codes of departments, ``community`` or ``street``.

    ``given`` is set on an alternative that would decide if a fact were known: the fact in words.
    """

    entry_id: int
    entry_code: str
    lead: str
    assist: tuple[str, ...]
    must_be_department: bool
    auto: bool
    reason: str
    basis: str
    alternatives: tuple[Routing, ...] = ()
    given: str = ""


class Catalogue:
    """Every version of every entry in memory, with the answers already given."""

    def __init__(self, rows: Iterable[CatalogueEntry]) -> None:
        self.entries = [entry_of(row) for row in rows]
        self.by_category: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self.by_category.setdefault(entry.category, []).append(entry)
        self.answers: dict[tuple[str | date, ...], Routing | None] = {}

    def on_path(self, path: str) -> list[Entry]:
        """The entries of a category and of all above it."""
        return [entry for code in path.strip("/").split("/") for entry in self.by_category.get(code, ())]


def entry_of(row: CatalogueEntry) -> Entry:
    """A row as the plain value that rules work with."""
    return Entry(
        id=row.pk, code=row.code, category=row.category.code, depth=row.category.path.count("/"), condition=row.condition,
        lead=row.lead, assist=tuple(row.assist), must_be_department=row.must_be_department, auto=row.auto,
        reason=row.reason, basis=row.basis, valid_from=row.valid_from, valid_to=row.valid_to,
    )  # fmt: skip


CATALOGUE: Fresh[Catalogue] = Fresh(
    "duties.catalogue", lambda: Catalogue(CatalogueEntry.objects.select_related("category"))
)


def catalogue() -> Catalogue:
    """The dispatch catalogue, at most a second old."""
    return CATALOGUE.get()


def route(
    category: Category, *, kind: str = "", place_kind: str = "", urgency: str = "", owner: str = "", on: date
) -> Routing | None:
    """The entry that decides for a category on a day, with its reason and the alternatives; None where no entry holds.

    The most specific category on the path decides, then the most specific condition. A fact left empty is not known: an
    entry that asks for it does not decide, but is among the alternatives, and then nothing is dispatched automatically
    if that entry would send the case elsewhere.
    """
    book = CATALOGUE.get()
    asked = (category.path, kind, place_kind, urgency, owner, on)
    try:
        return book.answers[asked]
    except KeyError:
        facts = {"kind": kind, "place_kind": place_kind, "urgency": urgency, "owner": owner}
        found = _answer(rules.decide(book.on_path(category.path), facts, on))
        if len(book.answers) >= REMEMBERED:
            book.answers.clear()
        book.answers[asked] = found
        return found


def _answer(decision: rules.Decision) -> Routing | None:
    if decision.entry is None:
        return None
    pending = [
        _routing(entry, auto=False, given=rules.say_condition(entry.condition)) for entry in decision.pending
    ]
    others = [_routing(entry, auto=entry.auto) for entry in decision.others]
    return _routing(decision.entry, auto=decision.auto, alternatives=(*pending, *others))


def _routing(entry: Entry, *, auto: bool, given: str = "", alternatives: tuple[Routing, ...] = ()) -> Routing:
    return Routing(
        entry.id, entry.code, entry.lead, entry.assist, entry.must_be_department, auto, _reason(entry), entry.basis,
        alternatives, given,
    )  # fmt: skip


def _reason(entry: Entry) -> str:
    named = categories().by_code.get(entry.category)
    return rules.say_entry(entry, named.name if named else entry.category)


def lead_words(codes: Sequence[str]) -> list[str]:
    """What codes of leads or assisting units are called, from memory; a code without a unit stays as it is."""
    units = tree().by_code
    return [
        said(rules.LEAD_WORDS.get(code, "")) or (units[code].name if code in units else code)
        for code in codes
    ]


def lead_choices() -> dict[str, str]:
    """Everything that can lead or assist, with its words: the units of the place first."""
    departments = {node.code: node.name for node in tree().nodes if node.kind == "department"}
    return {
        **{code: said(words) for code, words in rules.LEAD_WORDS.items()},
        **dict(sorted(departments.items())),
    }
