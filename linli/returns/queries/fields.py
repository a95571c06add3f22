"""What a list of a form may ask of each record: the elements of the registry, and what follows from them.

The names, code tables and access of an element are the registry's; here it is only said of which list its records are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs

from linli.registry.queries.dictionary import CARE, elements
from linli.registry.queries.dictionary import Element as Known
from linli.returns.rules.elements import Element, bare, dictionary
from linli.returns.rules.rendering import usual, ways_of

RECORDS = {"persons": "person", "households": "household", "organisations": "organisation", "components": "component"}  # fmt: skip
"""The lists whose rows a form may ask for, and the kind of record that each is of."""

NUMBER = "row.number"
CARE_FILTER = "care"

NOT_READ = {CARE}
"""What is in no list of a form: who is in a care group is said by whose rows are asked, not in a column."""

HEADS = {
    "number": ("household_number", "户号", ()), "head": ("name", "户主姓名", ("户主", "姓名", "户主姓名")),
    "document": ("document", "户主证件号码", ("户主身份证号", "户主身份证号码", "身份证号", "身份证号码", "证件号码")),
    "phones": ("phones", "户主电话", ("户主联系电话", "联系电话", "电话", "联系方式")), "address": ("address", "现住址", ("住址", "家庭住址", "地址", "现住址")),
    "unit": ("unit", "所属社区", ("社区", "所属社区", "所属网格")),
}  # fmt: skip
"""What is asked of a household: a value of the person who is its head, under which name."""


@dataclass(frozen=True)
class Field:
    """One thing that a column may ask of each record.

    ``record`` is the kind of record of the rows, ``kind`` and ``element`` what of the registry is written: of a household, that of its head;
    both are empty for what is only reckoned (age, size, the running number). ``access`` is "" for ordinary values, ``sealed`` for those kept encrypted.
    """

    code: str
    record: str
    title: str
    shape: str
    names: tuple[str, ...]
    kind: str = ""
    element: str = ""
    table: str = ""
    access: str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether the value is hidden on pages."""
        return self.access == "sealed"


@dataclass(frozen=True)
class Binding:
    """What fills a column, and how it is written."""

    field: Field
    way: str

    @property
    def code(self) -> str:
        """As a template keeps it: ``person.document@parted``."""
        return f"{self.field.code}@{self.way}" if self.way else self.field.code


@cache
def fields(record: str) -> dict[str, Field]:
    """The fields of a kind of record by code: its elements, in their order, then what follows from them."""
    number = Field(NUMBER, record, "序号", "count", ("序号", "编号", "序"))
    if record == "household":
        own = [
            _of(elements("person")[element], f"household.{name}", record, title, names)
            for name, (element, title, names) in HEADS.items()
        ]
        more = [
            Field("household.size", record, "家庭人数", "count", ("人口数", "家庭人口", "家庭人口数", "人数"))
        ]
    else:
        own = [
            _of(each, f"{record}.{each.code}", record, each.title, each.names)
            for each in elements(record).values()
            if each.access != "switched" and each.code not in NOT_READ
        ]
        more = []
    if record == "person":
        more = [Field("person.age", record, "周岁", "age", ("年龄", "周岁", "实足年龄"), "person", "birth")]
    return {each.code: each for each in (number, *own, *more)}


def _of(known: Known, code: str, record: str, title: str, names: tuple[str, ...]) -> Field:
    return Field(code, record, title, known.shape, names, known.kind, known.code, known.table, known.access)


def selections() -> dict[str, Element]:
    """Whose rows a form may ask for: every figure that selects records at a day, by code."""
    return {
        code: each
        for code, each in dictionary().items()
        if each.kind == "figure" and each.register in RECORDS and "{" not in each.query
    }


def care_of(selection: Element) -> str:
    """The care group that a selection is of; empty for none."""
    return next(iter(parse_qs(selection.query).get(CARE_FILTER, [])), "")


def bindings_of(record: str) -> list[Binding]:
    """Everything that a column of a list of such records may be filled with, each in every way of writing it."""
    return [Binding(each, way) for each in fields(record).values() for way in ways_of(each.shape)]


def binding_of(record: str, code: str) -> Binding | None:
    """The binding that a template keeps; None where there is no such element or way."""
    name, _, way = code.partition("@")
    field = fields(record).get(name)
    if field is None or (way or usual(field.shape)) not in ways_of(field.shape):
        return None
    return Binding(field, way or usual(field.shape))


def named(record: str) -> dict[str, str]:
    """The bare names of the fields of a kind of record to the code of each; the first that has a name keeps it."""
    found: dict[str, str] = {}
    for field in fields(record).values():
        for name in (field.title, *field.names):
            found.setdefault(bare(name), field.code)
    return found


def rows_named(title: str) -> str:
    """Whose rows the title of a form speaks of, by the longest name of a selection in it; empty where it names none."""
    words = bare(title)
    names = [
        (len(name), code)
        for code, each in selections().items()
        for name in map(bare, (each.title, *each.names))
        if len(name) > 1 and name in words
    ]
    return max(names)[1] if names else ""
