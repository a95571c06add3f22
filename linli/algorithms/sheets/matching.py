"""Which column is which data element: by its name, by synonyms, and by what its cells look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from linli.algorithms.cleaning import (
    clean_address,
    clean_citizen_id,
    clean_document,
    clean_name,
    clean_number,
    clean_phones,
    clean_uscc,
)
from linli.algorithms.cleaning.cells import text_of
from linli.algorithms.sheets.grid import is_empty, plain_words
from linli.algorithms.sheets.tables import Column, Table

SAMPLE = 200
LEAST = 0.45
"""A column below this score is left to a person. This and the weights were chosen by hand."""

NEAR = 0.12
"""Two elements this near to each other for one column, or two columns for one element, are ambiguous."""

NAME_WEIGHT = 0.65
FUZZY_FROM = 0.6
DATE = re.compile(
    r"(?:1[89]|20)\d{2}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}日?)?(?:[\sT].*)?|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-3]\d)?|\d{2}[./]\d{1,2}[./]\d{1,2}"
)
SEX = re.compile(r"[男女]性?|[MFmf]|[12](?:\.0)?")
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟"
    "熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗"
    "谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)  # fmt: skip


def _is_phone(cell: object) -> bool:
    return len(plain_words(cell)) >= 7 and clean_phones(cell).value is not None


def _is_date(cell: object) -> bool:
    return hasattr(cell, "year") or DATE.fullmatch(text_of(cell).words) is not None


def _is_name(cell: object) -> bool:
    value = clean_name(cell).value
    return value is not None and (("·" in value) or (2 <= len(value) <= 4 and value[0] in SURNAMES))


def _is_address(cell: object) -> bool:
    found = clean_address(cell).value
    return (
        found is not None
        and sum(map(bool, (found.division, found.road, found.number, found.building, found.room))) > 1
    )


def _is_citizen_id(cell: object) -> bool:
    found = clean_citizen_id(cell)
    return found.value is not None or re.fullmatch(r"\d{17}[\dXx]", text_of(cell).words) is not None


LOOKS: Mapping[str, Callable[[object], bool]] = {
    "citizen_id": _is_citizen_id,
    "document": lambda cell: clean_document(cell).value is not None,
    "phone": _is_phone,
    "date": _is_date,
    "sex": lambda cell: SEX.fullmatch(plain_words(cell)) is not None,
    "name": _is_name,
    "address": _is_address,
    "uscc": lambda cell: clean_uscc(cell).value is not None,
    "number": lambda cell: clean_number(cell).value is not None,
}
"""Checks of content that an element may ask for."""


@dataclass(frozen=True, slots=True)
class Element:
    """A data element: its key, the names and synonyms that headings use for it, and what its cells look like."""

    key: str
    names: tuple[str, ...]
    looks: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A column and the element it is taken for (None: no element is near enough).

    ``reasons`` say what spoke for it: ``same_name``, ``part_of_name``, ``like_name``, ``content``, ``other_content``;
    ``alternatives`` are the other elements that came near, with their scores; an ``ambiguous`` match wants a person.
    """

    column: Column
    element: Element | None
    score: float
    reasons: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    score: float
    column: int
    element: int
    reasons: tuple[str, ...]


def match_columns(table: Table, elements: Sequence[Element]) -> list[Match]:
    """For each column of the table its element, each element at most once; the best pairs first.

    Raises ``KeyError`` for an element whose ``looks`` is not in ``LOOKS``.
    """
    pairs = [
        pair
        for at, column in enumerate(table.columns)
        for pair in _pairs(at, column, _sample(table, at), elements)
        if pair.score >= LEAST - NEAR
    ]
    chosen = _assigned(pairs)
    return [_match(column, chosen.get(at), pairs, at, elements) for at, column in enumerate(table.columns)]


def share_like(cells: Iterable[object], looks: str) -> float:
    """The share of the cells that hold something which looks like that; 0 where none does."""
    filled = [cell for cell in cells if not is_empty(cell)]
    return sum(map(LOOKS[looks], filled)) / len(filled) if filled else 0.0


def _sample(table: Table, at: int) -> list[object]:
    found: list[object] = []
    for _, cells in table.rows:
        if at < len(cells) and not is_empty(cells[at]):
            found.append(cells[at])
            if len(found) == SAMPLE:
                break
    return found


def _pairs(at: int, column: Column, sample: list[object], elements: Sequence[Element]) -> list[_Pair]:
    shares: dict[str, float] = {}
    found = []
    for place, element in enumerate(elements):
        named, reason = _named(column, element)
        if element.looks and sample:
            if element.looks not in shares:
                shares[element.looks] = share_like(sample, element.looks)
            score, reasons = _with_content(named, reason, shares[element.looks], len(sample))
        else:
            score, reasons = named, (reason,)
        found.append(_Pair(round(score, 3), at, place, tuple(filter(None, reasons))))
    return found


def _with_content(named: float, reason: str, share: float, cells: int) -> tuple[float, tuple[str, ...]]:
    """Name and content together: content alone is not enough, content against a name halves it."""
    if share < 0.2 and cells >= 5:
        return named * 0.5, (reason, "other_content")
    both = NAME_WEIGHT * named + (1 - NAME_WEIGHT) * share
    return both if not named else max(both, named * 0.9), (reason, "content" if share >= 0.6 else "")


def _named(column: Column, element: Element) -> tuple[float, str]:
    """How well a heading names an element, and by what."""
    path = _bare(column.path.replace("/", ""))
    last = _bare(column.name)
    best, reason = 0.0, ""
    for name in map(_bare, element.names):
        for score, why in _likeness(path, last, name):
            if score > best:
                best, reason = score, why
    return best, reason


def _likeness(path: str, last: str, name: str) -> list[tuple[float, str]]:
    if path == name:
        return [(1.0, "same_name")]
    if not name or not last:
        return []
    found = [(0.85, "same_name")] if last == name else []
    shorter, longer = sorted((last, name), key=len)
    if len(shorter) >= 2 and longer.endswith(shorter):
        found.append((0.6 + 0.2 * len(shorter) / len(longer), "part_of_name"))
    elif len(shorter) >= 2 and shorter in longer:
        found.append((0.45 + 0.2 * len(shorter) / len(longer), "part_of_name"))
    ratio = fuzz.ratio(last, name) / 100
    if ratio > FUZZY_FROM:
        found.append((0.75 * ratio, "like_name"))
    return found


def _bare(words: str) -> str:
    """A heading without brackets, marks and the words that add nothing."""
    plain = re.sub(r"\([^()]*\)|[*＊:：、,，.。/\-_\s\"“”]", "", plain_words(words))
    return re.sub(r"^(?:本人|填写|请填写)(?=..)", "", plain)


def _assigned(pairs: list[_Pair]) -> dict[int, _Pair]:
    chosen: dict[int, _Pair] = {}
    taken: set[int] = set()
    for pair in sorted(pairs, key=lambda each: (-each.score, each.column, each.element)):
        if pair.score >= LEAST and pair.column not in chosen and pair.element not in taken:
            chosen[pair.column] = pair
            taken.add(pair.element)
    return chosen


def _match(
    column: Column, pair: _Pair | None, pairs: list[_Pair], at: int, elements: Sequence[Element]
) -> Match:
    others = sorted(
        (each for each in pairs if each.column == at and each is not pair),
        key=lambda each: (-each.score, each.element),
    )
    alternatives = tuple((elements[each.element].key, each.score) for each in others[:3])
    if pair is None:
        return Match(column, None, 0.0, (), alternatives)
    rivals = [each for each in pairs if each is not pair and each.score > pair.score - NEAR]
    ambiguous = any(
        each.column == at or (each.element == pair.element and each.column != at) for each in rivals
    )
    return Match(column, elements[pair.element], pair.score, pair.reasons, alternatives, ambiguous)
