"""A blank of a workbook: opened once, filled many times; what is not filled leaves as it came (ECMA-376 part 1, 18.3)."""

from __future__ import annotations

import copy
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from lxml import etree
from openpyxl.formula.translate import Translator

from linli.algorithms.text.sentences import Refusal, listed
from linli.algorithms.workbooks.marks import put_footer
from linli.algorithms.workbooks.reckoning import MAIN, Sheets, forget, formulas_of
from linli.algorithms.workbooks.references import Address, Insertion, address_of, name_of

RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BOOK, LINKS, CHAIN = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/calcChain.xml"
TEXTS = "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
MAX_BYTES, MAX_OPENED, MAX_TEXT = 20_000_000, 200_000_000, 32_767
SPACE = "{http://www.w3.org/XML/1998/namespace}space"

Value = str | int | float | Decimal | None


class NoTemplate(Refusal, ValueError):
    """The file cannot serve as a template; the text says what to do."""


@dataclass(frozen=True)
class Body:
    """The rows of a sheet that a list fills, the first and the last, counted from 1."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise ValueError(f"no rows: {self.first} to {self.last}")


@dataclass(frozen=True)
class Blank:
    """The parts of a workbook and the sheet that is filled, taken apart."""

    parts: Mapping[str, bytes]
    names: tuple[str, ...]
    sheet: str
    part: str
    root: Any = field(repr=False)

    @classmethod
    def open(cls, content: bytes, sheet: str = "") -> Blank:
        """A workbook (XLSX) and one of its sheets, the first by default. Raises ``NoTemplate``."""
        parts = _parts(content)
        places = dict(_sheets(parts))
        if not places:
            raise NoTemplate("文件里没有工作表；请用 Excel 或 WPS 打开后另存为 XLSX 再上传")
        name = sheet or next(iter(places))
        if name not in places:
            raise NoTemplate(
                "没有名为“%(sheet)s”的工作表；文件里有：%(names)s", sheet=name, names=listed(places)
            )
        root = _tree(parts[places[name]])
        _unshare(root)
        return cls(_calculated(parts), tuple(places), name, places[name], root)

    def fill(
        self,
        cells: Mapping[Address, Value],
        body: Body | None = None,
        rows: Sequence[Mapping[int, Value]] = (),
        footer: str = "",
    ) -> bytes:
        """The workbook with some cells filled, and the rows of a list from the first row of ``body`` on, by column.

        A list that is longer than the body gets rows like the last of the body; ``cells`` are addresses of the blank and move with what they
        stand in. ``footer`` is written into the footer of the sheet. A value of None leaves a cell as it is. Formulas get the values that they come to
        now (``reckoning``); whatever opens the file works them out again.
        """
        root, parts = copy.deepcopy(self.root), dict(self.parts)
        moved = (
            Insertion(body.first, body.last, max(0, len(rows) - (body.last - body.first + 1)))
            if body
            else None
        )
        if moved is not None and moved.count:
            self._put_in(root, parts, moved)
        lines = {int(row.get("r")): row for row in root.find(f"{MAIN}sheetData")}
        for (row, column), value in cells.items():
            _set(root, lines, (moved.row(row) if moved else row, column), value)
        if body is not None:
            for number, values in enumerate(rows, start=body.first):
                for column, value in values.items():
                    _set(root, lines, (number, column), value)
        if footer:
            put_footer(root, footer)
        _reckoned(parts, self.part, root)
        parts[self.part] = _bytes(root)
        return _packed(parts)

    def _put_in(self, root: Any, parts: dict[str, bytes], moved: Insertion) -> None:
        data = root.find(f"{MAIN}sheetData")
        _move_rows(data, moved, self.sheet)
        _move_ranges(root, moved)
        for name, part in _sheets(parts):
            if name != self.sheet and b"<f" in parts[part]:
                other = _tree(parts[part])
                for formula in other.iter(f"{MAIN}f"):
                    if formula.text:
                        formula.text = moved.formula(formula.text, self.sheet, name)
                parts[part] = _bytes(other)
        book = _tree(parts[BOOK])
        for defined in book.iter(f"{MAIN}definedName"):
            if defined.text:
                defined.text = moved.formula(defined.text, self.sheet, "")
        parts[BOOK] = _bytes(book)


def _parts(content: bytes) -> dict[str, bytes]:
    if len(content) > MAX_BYTES:
        raise NoTemplate("模板超过 20 MB，请删去其中的图片或数据后再上传")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MAX_OPENED:
                raise NoTemplate("模板展开后过大，请删去多余的数据后再上传")
            parts = {each.filename: archive.read(each) for each in archive.infolist()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise NoTemplate("模板打不开，可能已损坏或加了密码；请另存为 XLSX 再试") from error
    if BOOK not in parts or LINKS not in parts:
        raise NoTemplate("这不是 Excel 工作簿；请用 Excel 或 WPS 打开后另存为 XLSX 再上传")
    return parts


def _tree(part: bytes) -> Any:
    """A part as a tree; nothing outside the file is read, no entity is put in."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise NoTemplate("模板打不开，可能已损坏；请另存为 XLSX 再试") from error


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _sheets(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The name of each sheet with the part that holds it."""
    targets = {link.get("Id"): link.get("Target") for link in _tree(parts[LINKS])}
    for sheet in _tree(parts[BOOK]).iter(f"{MAIN}sheet"):
        target = targets.get(sheet.get(RELATED)) or ""
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in parts and b"sheetData" in parts[part]:
            yield sheet.get("name"), part


def _unshare(root: Any) -> None:
    """Every formula in its own words: one that many cells share would be lost with the cell that holds it."""
    for _each, formula, words in list(formulas_of(root)):
        if formula.get("t") == "shared":
            formula.text = words or None
            for name in ("t", "si", "ref"):
                formula.attrib.pop(name, None)


def _reckoned(parts: dict[str, bytes], own: str, root: Any) -> None:
    """The values of formulas beside them, on the sheet that is filled and on all others."""
    others = {name: part for name, part in _sheets(parts) if part != own}
    if root.find(f".//{MAIN}f") is None and not any(b"<f" in parts[part] for part in others.values()):
        return
    trees = {name: _tree(parts[part]) for name, part in others.items()}
    own_name = next(name for name, part in _sheets(parts) if part == own)
    for name in Sheets({**trees, own_name: root}, cache(lambda: _texts(parts))).reckon():
        if name in others:  # a sheet without formulas leaves as it came
            parts[others[name]] = _bytes(trees[name])


def _texts(parts: Mapping[str, bytes]) -> list[str]:
    """The texts that the cells of a workbook share; what is to be read aloud over them is none of them."""
    if TEXTS not in parts:
        return []
    return [
        "".join(words.text or "" for words in each.iter(f"{MAIN}t") if words.getparent().tag != f"{MAIN}rPh")
        for each in _tree(parts[TEXTS])
    ]


def _move_rows(data: Any, moved: Insertion, sheet: str) -> None:
    """Rows below go down, formulas follow, and rows like the last of the list come in between."""
    last = None
    for row in data:
        number = int(row.get("r"))
        if number == moved.last:
            last = row
        listed_row = moved.first <= number <= moved.last
        for cell in row:
            place = address_of(cell.get("r"))
            formula = cell.find(f"{MAIN}f")
            if formula is not None and formula.text and not listed_row:
                formula.text = moved.formula(formula.text, sheet, sheet)
            if formula is not None and formula.get("ref"):
                formula.set("ref", moved.reference(formula.get("ref")))
            cell.set("r", name_of((moved.row(place[0]), place[1])))
        row.set("r", str(moved.row(number)))
    if last is None:
        return
    place = data.index(last) + 1
    for step in range(moved.count, 0, -1):
        data.insert(place, _like(last, moved.last, moved.last + step))


def _like(row: Any, number: int, wanted: int) -> Any:
    """A row with the looks and formulas of another, and none of its values."""
    made = copy.deepcopy(row)
    made.set("r", str(wanted))
    for cell in made:
        _row, column = address_of(cell.get("r"))
        formula = cell.find(f"{MAIN}f")
        name = name_of((wanted, column))
        if formula is not None and formula.text:
            formula.text = Translator(f"={formula.text}", name_of((number, column))).translate_formula(name)[
                1:
            ]
        else:
            _empty(cell)
        cell.set("r", name)
    return made


PLACES = {
    "mergeCell": "ref", "autoFilter": "ref", "hyperlink": "ref", "dimension": "ref",
    "conditionalFormatting": "sqref", "dataValidation": "sqref", "selection": "sqref",
}  # fmt: skip
"""What a sheet says of ranges of its cells, and the attribute that names them."""


def _move_ranges(root: Any, moved: Insertion) -> None:
    """Merged cells, rules and page breaks go where their cells are."""
    for tag, name in PLACES.items():
        for each in root.iter(f"{MAIN}{tag}"):
            if each.get(name):
                each.set(name, moved.references(each.get(name)))
    for page in root.iterfind(f"{MAIN}rowBreaks/{MAIN}brk"):
        page.set("id", str(moved.row(int(page.get("id")))))
    merged = root.find(f"{MAIN}mergeCells")
    if merged is not None:
        _merge_likes(merged, moved)


def _merge_likes(merged: Any, moved: Insertion) -> None:
    """What is merged within the last row of the list is merged in the rows that are like it."""
    for each in list(merged):
        first, _, end = each.get("ref").partition(":")
        (top, left), (bottom, right) = address_of(first), address_of(end or first)
        for row in range(top + 1, top + moved.count + 1) if top == bottom == moved.last else ():
            reference = f"{name_of((row, left))}:{name_of((row, right))}"
            etree.SubElement(merged, f"{MAIN}mergeCell", ref=reference)
    merged.set("count", str(len(merged)))


def _set(root: Any, lines: dict[int, Any], address: Address, value: Value) -> None:
    """Put a value into a cell, which keeps its style; a cell that is not there is made."""
    if value is None:
        return
    cell = _cell(root, lines, address)
    _empty(cell)
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        words = etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t")
        words.text = "".join(each for each in value[:MAX_TEXT] if each >= " " or each in "\t\n")
        words.set(SPACE, "preserve")
    else:
        etree.SubElement(cell, f"{MAIN}v").text = str(value)


def _cell(root: Any, lines: dict[int, Any], address: Address) -> Any:
    number, column = address
    row = lines.get(number)
    if row is None:
        row = lines[number] = etree.Element(f"{MAIN}row", r=str(number))
        _put_between(
            root.find(f"{MAIN}sheetData"),
            row,
            (int(each.get("r")) for each in root.find(f"{MAIN}sheetData")),
            number,
        )
    columns = [address_of(each.get("r"))[1] for each in row]
    if column in columns:
        return row[columns.index(column)]
    cell = etree.Element(f"{MAIN}c", r=name_of(address))
    if row.get("s"):
        cell.set("s", row.get("s"))
    _put_between(row, cell, columns, column)
    return cell


def _put_between(parent: Any, child: Any, numbers: Iterable[int], number: int) -> None:
    parent.insert(sum(each < number for each in numbers), child)


def _empty(cell: Any) -> None:
    cell.attrib.pop("t", None)
    for child in list(cell):
        cell.remove(child)


def _calculated(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Formulas are worked out when the file is opened; the order in which they were is forgotten."""
    book = _tree(parts[BOOK])
    chosen = book.find(f"{MAIN}calcPr")
    if chosen is None:
        chosen = etree.Element(f"{MAIN}calcPr")
        follows = [
            book.find(f"{MAIN}{tag}")
            for tag in ("definedNames", "externalReferences", "functionGroups", "sheets")
        ]
        next(each for each in follows if each is not None).addnext(chosen)
    chosen.set("fullCalcOnLoad", "1")
    parts[BOOK] = _bytes(book)
    if parts.pop(CHAIN, None) is not None:
        for part, about in ((LINKS, "Target"), (TYPES, "PartName")):
            tree = _tree(parts[part])
            for each in [each for each in tree if (each.get(about) or "").endswith("calcChain.xml")]:
                tree.remove(each)
            parts[part] = _bytes(tree)
    return parts


EPOCH = (1980, 1, 1, 0, 0, 0)
"""What the parts of a package are dated: a workbook filled with the same values is the same file."""


def fingerprint(content: bytes) -> str:
    """The SHA-256 of what a workbook holds, in hexadecimal: of its parts by name, so that it does not depend on how they were pressed together.

    Values of formulas are not part of it: they follow from the rest, and another version may reckon more of them.
    Raises ``NoTemplate`` where the bytes are no workbook.
    """
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in sorted(archive.namelist()):
                digest.update(
                    name.encode() + b"\0" + hashlib.sha256(_without_values(archive.read(name))).digest()
                )
    except zipfile.BadZipFile as error:
        raise NoTemplate("not a workbook") from error
    return digest.hexdigest()


def _without_values(part: bytes) -> bytes:
    if b"<f" not in part or b"sheetData" not in part:
        return part
    root = _tree(part)
    told = formulas_of(root)
    valued = [cell for cell, _formula, _words in told if cell.get("t") or cell.find(f"{MAIN}v") is not None]
    for cell in valued:
        forget(cell)
    return _bytes(root) if valued else part


def _packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), part, zipfile.ZIP_DEFLATED, 1)
    return made.getvalue()
