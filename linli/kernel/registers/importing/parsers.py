"""From a cell of a sheet to a value; ``ValueError`` with the reason in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

Parser = Callable[[Any], Any]

MASK = re.compile(r"[*＊•]")
"""What a masked cell contains."""

_DAY = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def parse_text(cell: Any) -> str:
    """The text of a cell; a whole number read from a sheet loses its ``.0``, a guarding quote its quote."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    text = str(cell).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def parse_integer(cell: Any) -> int:
    """A whole number; thousands separators are allowed."""
    found = parse_decimal(cell)
    if found != found.to_integral_value():
        raise ValueError(_("应为整数"))
    return int(found)


def parse_decimal(cell: Any) -> Decimal:
    """A number."""
    try:
        found = Decimal(parse_text(cell).replace(",", "").replace(",", ""))
    except InvalidOperation:
        raise ValueError(_("应为数字")) from None
    if not found.is_finite():
        raise ValueError(_("应为数字"))
    return found


def parse_datetime(cell: Any) -> datetime:
    """A moment, local where no zone is given: 2026-11-22 14:30, 2026/11/22, 2026年11月22日."""
    if isinstance(cell, datetime):
        return cell if timezone.is_aware(cell) else timezone.make_aware(cell)
    if isinstance(cell, date):
        return timezone.make_aware(datetime(cell.year, cell.month, cell.day))
    text = parse_text(cell)
    found = _DAY.match(text) or _COMPACT.match(text)
    if not found:
        raise ValueError(_("日期应写成 2026-11-22 或 2026-11-22 14:30"))
    try:
        return timezone.make_aware(datetime(*(int(part) for part in found.groups() if part is not None)))  # type: ignore[arg-type]
    except ValueError:
        raise ValueError(_("没有这一天")) from None


def parse_date(cell: Any) -> date:
    """A day; a sheet's serial number is understood."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and 20_000 < cell < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    return timezone.localdate(parse_datetime(cell))


def parse_flag(cell: Any) -> bool:
    """是 or 否."""
    if isinstance(cell, bool):
        return cell
    found = {
        "是": True,
        "有": True,
        "1": True,
        "true": True,
        "否": False,
        "无": False,
        "0": False,
        "false": False,
    }
    text = parse_text(cell).lower()
    if text not in found:
        raise ValueError(_("应填“是”或“否”"))
    return found[text]


def one_of(choices: Mapping[Any, Any]) -> Parser:
    """A parser of words (or codes) into the codes of a list."""

    def parse(cell: Any) -> Any:
        text = parse_text(cell)
        for code, words in choices.items():
            if text in (str(words), str(code)):
                return code
        allowed = "、".join(str(words) for words in list(choices.values())[:12])
        raise ValueError(_("不在可选范围内，可填：%(allowed)s") % {"allowed": allowed})

    return parse


@dataclass(frozen=True)
class Cell:
    """One field of an importer: its name, its heading in the file, and how a cell becomes a value.

    ``masked`` fields hold personal values that are shown masked: a cell with a mask in it never overwrites one. An empty cell is
    ``None`` (``""`` for text that may be empty is the importer's own affair).
    """

    name: str
    label: Any
    parse: Parser = parse_text
    required: bool = False
    masked: bool = False
    also: tuple[str, ...] = ()

    def headings(self) -> tuple[str, ...]:
        """The headings under which the field is recognised."""
        return (str(self.label), self.name, *self.also)

    def is_masked(self, cell: Any) -> bool:
        """Whether the cell is only a mask of a value."""
        return self.masked and isinstance(cell, str) and bool(MASK.search(cell))
