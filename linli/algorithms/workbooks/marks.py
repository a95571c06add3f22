"""Whose copy a workbook is, in the footer of its printed pages (ECMA-376 part 1, 18.3.1.46 and 18.3.1.99)."""

from __future__ import annotations

from typing import Any

from lxml import etree

BEFORE = (
    "sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup",
)  # fmt: skip
"""What may stand between the rows of a sheet and its footer."""

SECTIONS = ("&L", "&C", "&R")
"""How the left, the middle and the right of a footer begin; a text without any stands in the middle."""

LONGEST = 255
"""Signs that a footer may have."""


def put_footer(root: Any, words: str) -> None:
    """Write words at the left of every footer of a sheet, before what stands there. What gets too long loses its end."""
    space = f"{{{etree.QName(root).namespace}}}"
    frame = root.find(f"{space}headerFooter")
    if frame is None:
        frame = etree.Element(f"{space}headerFooter")
        [each for each in root if etree.QName(each).localname in BEFORE][-1].addnext(frame)
    if frame.find(f"{space}oddFooter") is None:
        made, header = etree.Element(f"{space}oddFooter"), frame.find(f"{space}oddHeader")
        if header is None:
            frame.insert(0, made)
        else:
            header.addnext(made)
    for name in ("oddFooter", "evenFooter", "firstFooter"):
        footer = frame.find(f"{space}{name}")
        if footer is not None:
            footer.text = joined(words, footer.text or "")


def joined(words: str, footer: str) -> str:
    """The text of a footer with words before what it says at its left; an ampersand in them would begin a code."""
    if footer and not footer.startswith(SECTIONS):
        footer = f"&C{footer}"
    rest = f"  {footer[2:]}" if footer.startswith("&L") else footer
    return f"&L&8{words.replace('&', '&&')}{rest}"[:LONGEST]
