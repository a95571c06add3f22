"""The values of a workbook's formulas, written beside them: a telephone or a preview shows what stands in the file and reckons nothing.

Excel and WPS work everything out anew when they open it, so a formula that is not reckoned here only stays empty until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree
from openpyxl.formula.translate import Translator

from linli.algorithms.workbooks.formulas import reckon
from linli.algorithms.workbooks.functions import Error, NotReckoned, Value
from linli.algorithms.workbooks.references import Address, address_of

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DEEPEST = 60
"""Formulas that hang on one another: a chain that is longer is left to whatever opens the file."""


def formulas_of(root: Any) -> Iterator[tuple[Any, Any, str]]:
    """Every cell of a sheet with a formula, the formula, and its words: those of one that cells share, put where the cell is.

    The words are empty where they are not the cell's own, as those of an array in its other cells.
    """
    masters: dict[str, tuple[str, str]] = {}
    for cell in root.iter(f"{MAIN}c"):
        formula = cell.find(f"{MAIN}f")
        if formula is None:
            continue
        words = formula.text or ""
        if formula.get("t") == "shared":
            number, place = formula.get("si"), cell.get("r")
            if words:
                masters[number] = (f"={words}", place)
            elif number in masters:
                text, origin = masters[number]
                words = Translator(text, origin).translate_formula(place)[1:]
        yield cell, formula, words


def forget(cell: Any) -> None:
    """The value that a formula had: its figures are others now."""
    cell.attrib.pop("t", None)
    value = cell.find(f"{MAIN}v")
    if value is not None:
        cell.remove(value)


class Sheets:
    """The sheets of a workbook by name, and what their cells say; ``texts`` are the texts that cells share."""

    def __init__(self, roots: Mapping[str, Any], texts: Callable[[], list[str]]) -> None:
        self.texts = texts
        self.cells: dict[str, dict[Address, Any]] = {}
        self.words: dict[tuple[str, Address], str] = {}
        self.found: dict[tuple[str, Address], Value | NotReckoned] = {}
        self.under_way: list[tuple[str, Address]] = []
        for name, root in roots.items():
            self.cells[name] = {address_of(cell.get("r")): cell for cell in root.iter(f"{MAIN}c")}
            for cell, formula, words in formulas_of(root):
                is_plain = formula.get("t") in (None, "normal", "shared")
                self.words[name, address_of(cell.get("r"))] = words if is_plain else ""

    def reckon(self) -> set[str]:
        """Write the value of each formula into its cell; where it is not reckoned the cell has none. Answers which sheets have formulas."""
        for name, address in self.words:
            cell = self.cells[name][address]
            forget(cell)
            value = self.value(name, address)
            if not isinstance(value, NotReckoned):
                _write(cell, value)
        return {name for name, _address in self.words}

    def value(self, sheet: str, address: Address) -> Value | NotReckoned:
        """What a cell says, once and for all."""
        place = (sheet, address)
        if place not in self.words:
            return _said(self.cells[sheet].get(address), self.texts)
        if place not in self.found:
            self.found[place] = self._reckoned(place)
        return self.found[place]

    def _reckoned(self, place: tuple[str, Address]) -> Value | NotReckoned:
        if not self.words[place] or place in self.under_way or len(self.under_way) >= DEEPEST:
            return NotReckoned("no words, a circle, or too deep")
        self.under_way.append(place)
        try:
            return reckon(self.words[place], _Looking(self, place[0]))
        except NotReckoned as reason:
            return reason.with_traceback(None)
        finally:
            self.under_way.pop()


class _Looking:
    """The cells as a formula of one sheet sees them."""

    def __init__(self, sheets: Sheets, own: str) -> None:
        self.sheets, self.own = sheets, own

    def _sheet(self, named: str) -> str:
        name = named or self.own
        if name not in self.sheets.cells:
            raise NotReckoned(f"no sheet {name}")
        return name

    def cell(self, sheet: str, row: int, column: int) -> Value:
        found = self.sheets.value(self._sheet(sheet), (row, column))
        if isinstance(found, NotReckoned):
            raise NotReckoned("it hangs on something that is not reckoned")
        return found

    def last_row(self, sheet: str) -> int:
        return max((row for row, _column in self.sheets.cells[self._sheet(sheet)]), default=1)


def _said(cell: Any, texts: Callable[[], list[str]]) -> Value:
    """What a cell without a formula says."""
    if cell is None:
        return None
    kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
    if kind == "inlineStr":
        return "".join(cell.itertext(f"{MAIN}t"))
    if value is None or value == "":
        return None
    return READ[kind](value, texts) if kind in READ else value


READ: dict[str, Callable[[str, Callable[[], list[str]]], Value]] = {
    "n": lambda value, texts: float(value),
    "s": lambda value, texts: texts()[int(value)],
    "b": lambda value, texts: value == "1",
    "e": lambda value, texts: Error(value),
}


def _write(cell: Any, value: Value) -> None:
    kind, said = _written(value)
    if kind:
        cell.set("t", kind)
    etree.SubElement(cell, f"{MAIN}v").text = said


def _written(value: Value) -> tuple[str, str]:
    if isinstance(value, bool):
        return "b", "1" if value else "0"
    if isinstance(value, Error):
        return "e", value.code
    if isinstance(value, str):
        return "str", value
    found = float(value or 0)
    return "", str(int(found)) if found.is_integer() and abs(found) < 1e15 else repr(found)
