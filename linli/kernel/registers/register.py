"""The declaration of a list page, and the list of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

import numpy as np
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.catalogue import Sensitivity, personal_of
from linli.kernel.registers.columns import Column, Geometry, Point, Sort
from linli.kernel.registers.filters.base import Filter, Mask
from linli.kernel.registers.importing.importer import Importer
from linli.kernel.registers.search import Search
from linli.kernel.registers.selection import RESERVED, Selection


class Misdeclared(TypeError):
    """A register contradicts itself; the text says where."""


@dataclass(frozen=True)
class Chip:
    """One condition in words; ``query`` is the list without it. A ``fixed`` one can be changed and not taken off."""

    label: str
    words: str
    query: str
    fixed: bool = False


@dataclass(frozen=True)
class Past:
    """A list as it was at the end of a day: its ``rows``, and the ids of those that may have stood otherwise than they do now (``changed``; rather
    too many than too few). A list over columns takes all others as they are now, those that have one of the ``standing`` values of each filter named."""

    rows: QuerySet[Any]
    changed: Sequence[int] = ()
    standing: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Register:
    """A list page. Rooms subclass it in ``registers.py``; see the README of this room for every attribute."""

    name: ClassVar[str]
    title: ClassVar[Any]
    model: ClassVar[type[Model]]
    verb: ClassVar[str]
    export_verb: ClassVar[str | None] = None
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    default: ClassVar[Mapping[str, Sequence[str]]] = {}
    required: ClassVar[Sequence[str]] = ()
    search: ClassVar[Search | None] = None
    sorts: ClassVar[Sequence[Sort]] = ()
    default_sort: ClassVar[str] = ""
    map: ClassVar[Point | Geometry | None] = None
    engine: ClassVar[str] = "sql"
    scope_columns: ClassVar[Sequence[str]] = ()
    place: ClassVar[str] = ""
    importer: ClassVar[type[Importer] | None] = None
    empty: ClassVar[Any] = ""
    address: ClassVar[str] = ""
    dated: ClassVar[bool] = False
    personal: ClassVar[bool | None] = None

    def rows_for(self, actor: Actor) -> QuerySet[Any]:
        """The rows that a person may see: the second question of the room's policy."""
        raise NotImplementedError

    def on_day(self, actor: Actor, day: date) -> Past:
        """``rows_for`` as they were on a day; only for ``dated = True``."""
        raise NotImplementedError

    def join(self, rows: Sequence[Any]) -> None:
        """Give rows that were read what their columns name of other tables, where that is held in memory."""

    def row_url(self, row: Any) -> str:
        """The page of a row; empty without one."""
        return ""

    def scope_mask(self, actor: Actor, columns: Any) -> Mask:
        """``rows_for`` over columns; only for ``engine = "columns"``, where ``rows_for`` depends on the actor alone and gives
        plain rows. ``sees_all`` is decided before."""
        return np.zeros(len(columns), dtype=np.bool_)

    def require(self, actor: Actor) -> None:
        """Refuse a person without the verb of this register; where it has none, whoever has no account."""
        if not self._grants(self.verb, actor):
            raise NotAllowed(
                _("您的岗位不能查看“%(title)s”；如工作需要，请联系本单位的安全管理员") % {"title": self.title}
            )

    def may_export(self, actor: Actor) -> bool:
        """Whether the person may take the list away as a file."""
        if self.export_verb is None:
            return self._grants(self.verb, actor)
        return bool(self.export_verb) and actor.may(self.export_verb)

    @property
    def is_personal(self) -> bool:
        """Whether the list names persons, so that it leaves the house for a purpose, marked and for a time: what ``personal``
        says, else whether the catalogue has sensitive fields of its table."""
        if self.personal is not None:
            return self.personal
        declared = personal_of(self.model)
        return declared is not None and declared.sensitivity is not Sensitivity.ORDINARY

    @staticmethod
    def _grants(verb: str, actor: Actor) -> bool:
        return actor.may(verb) if verb else actor.user_id is not None

    def url(self, query: str = "") -> str:
        """The address of the list."""
        address = reverse(self.address) if self.address else reverse("registers:list", args=[self.name])
        return f"{address}?{query}" if query else address

    def filter(self, name: str) -> Filter:
        """The filter of that name."""
        return next(declared for declared in self.filters if declared.name == name)

    def sort_keys(self) -> list[str]:
        """Every value that ``sort`` may take in the URL."""
        return [sign + sort.name for sort in self.sorts for sign in ("", "-")]

    def ordering(self, selection: Selection) -> tuple[str, bool]:
        """The field to order by, and whether it falls."""
        key = selection.sort or self.default_sort
        found = next((sort for sort in self.sorts if sort.name == key.lstrip("-")), None)
        return (found.path if found else "pk"), key.startswith("-")

    def columns_of(self, selection: Selection) -> list[Column]:
        """The columns shown, in the order chosen."""
        if not selection.columns:
            return [column for column in self.columns if column.shown]
        known = {column.name: column for column in self.columns}
        return [known[name] for name in selection.columns]

    def refusal(self, selection: Selection) -> str:
        """Why this combination is not answered; empty when it is.

        Sensitive conditions would point at somebody together with each other, or with a drawn area.
        """
        used = [declared for declared in self.filters if selection.of(declared.name)]
        sensitive = [declared for declared in used if declared.sensitive]
        together = [declared for declared in used if declared.sensitive or declared.draws]
        if not sensitive or len(together) < 2:
            return ""
        names = "、".join(str(declared.label) for declared in together)
        if len(sensitive) < 2:
            return _("敏感条件不能和圈定的范围合并筛选：%(names)s。请去掉其中一项。") % {"names": names}
        return _("敏感条件不能合并筛选：%(names)s。请只保留其中一项。") % {"names": names}

    def filters_for(self, actor: Actor) -> list[Filter]:
        """The filters that a person may use."""
        return [declared for declared in self.filters if declared.offered_to(actor)]

    def open_to(self, selection: Selection, actor: Actor) -> Selection:
        """The selection without filters that the person may not use."""
        offered = {declared.name for declared in self.filters_for(actor)}
        return replace(selection, values=tuple(pair for pair in selection.values if pair[0] in offered))

    @property
    def draws(self) -> bool:
        """Whether an area can be drawn on a map."""
        return any(declared.draws for declared in self.filters)

    def without(self, selection: Selection, name: str) -> Selection:
        """The selection with nothing chosen in a filter, and where it has a default, without that as well."""
        bare = selection.having(name, ())
        return replace(bare, emptied=(*bare.emptied, name)) if name in self.default else bare

    def everything(self, selection: Selection) -> Selection:
        """The same layout with every row that can be listed at once."""
        kept = tuple((name, tuple(self.default[name])) for name in self.required)
        emptied = tuple(name for name in self.default if name not in self.required)
        return replace(selection, values=kept, emptied=emptied, text="", join="all", page=1)

    def is_default(self, selection: Selection) -> bool:
        """Whether nothing narrows the list but what always does when it is opened."""
        usual = {name: tuple(values) for name, values in self.default.items()}
        return not selection.text and dict(selection.values) == usual

    def chips(self, selection: Selection, actor: Actor) -> list[Chip]:
        """The conditions in words, in the order of the filters."""
        found = []
        if selection.as_of:
            found.append(Chip(_("截至"), selection.as_of.isoformat(), selection.change(as_of=None, page=1)))
        if selection.text:
            found.append(Chip(_("查找"), f"“{selection.text}”", selection.change(text="", page=1)))
        for declared in self.filters:
            chosen = selection.of(declared.name)
            if chosen:
                labels = declared.labels(actor)
                words = "、".join(declared.word(value, labels) for value in chosen)
                query = self.without(selection, declared.name).query()
                found.append(Chip(str(declared.label), words, query, declared.name in self.required))
        return found

    def sentence(self, selection: Selection, actor: Actor) -> str:
        """The whole selection as one sentence: 街道:延中、宅吉 · 状态:逾期."""
        chips = self.chips(selection, actor)
        fixed = [f"{chip.label}:{chip.words}" for chip in chips if chip.fixed]
        said = [f"{chip.label}:{chip.words}" for chip in chips if not chip.fixed]
        if selection.join == "any" and len(said) > 1:
            either = _(" 或 ").join(said)
            said = [f"（{either}）" if fixed else either]
        return " · ".join([*fixed, *said]) or _("全部")


REGISTERS: dict[str, Register] = {}

R = TypeVar("R", bound=type[Register])


def register(declared: R) -> R:
    """Add a register to the list; a declaration that contradicts itself is an error at start-up."""
    made = declared()
    if REGISTERS.get(made.name) is not None and type(REGISTERS[made.name]) is not declared:
        raise Misdeclared(f"register {made.name} is declared twice")
    for declared_filter in made.filters:
        declared_filter.bind(made.model)
    for problem in problems(made):
        raise Misdeclared(f"register {made.name}: {problem}")
    REGISTERS[made.name] = made
    return declared


def problems(made: Register) -> list[str]:
    """What is wrong with a declaration."""
    names = [declared.name for declared in made.filters]
    keys = [column.name for column in made.columns]
    persons = {column.name for column in made.columns if column.person} | {
        column.source.replace(".", "__") for column in made.columns if column.person
    }
    found = [f"filter {name} has a reserved name" for name in names if name in RESERVED]
    found += [
        f"{name} is declared twice"
        for names_ in (names, keys)
        for name in set(names_)
        if names_.count(name) > 1
    ]
    found += [
        f"sort {sort.name} orders by a person"
        for sort in made.sorts
        if sort.name in persons or sort.path in persons
    ]
    if made.default_sort and made.default_sort not in made.sort_keys():
        found.append(f"default_sort {made.default_sort} is not among the sorts")
    found += [f"default for {name}, which is no filter" for name in made.default if name not in names]
    found += [
        f"filter {name} is required without a default" for name in made.required if name not in made.default
    ]
    if made.required and made.engine != "sql":
        found.append("a required filter is kept by the sql engine alone")
    if made.engine not in ("sql", "columns"):
        found.append(f"unknown engine {made.engine}")
    return found


def get(name: str) -> Register:
    """The register of that name, or ``LookupError``."""
    return REGISTERS[name]


def register_url(name: str, **values: Sequence[str]) -> str:
    """The address of the records behind a figure: ``register_url("cases", state=["overdue"])``."""
    pairs = [
        (key, value)
        for key, chosen in values.items()
        for value in ([chosen] if isinstance(chosen, str) else chosen)
    ]
    return get(name).url(urlencode(pairs))
