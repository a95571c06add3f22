"""Outline icons of Tabler, drawn inline so that they take the colour of the text beside them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings

LIST = Path(__file__).resolve().parents[1] / "icons.txt"
FOLDER = Path("node_modules") / "@tabler" / "icons" / "icons" / "outline"
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


@cache
def listed() -> frozenset[str]:
    """Names that pages may use: one a line in ``icons.txt``."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def shapes(name: str) -> str:
    """Inner shapes of an icon.

    Raises LookupError for a name that is not listed, FileNotFoundError where the front end was not installed.
    """
    if name not in listed():
        raise LookupError(f"icon {name!r} is not in linli/shell/icons.txt")
    text = (Path(settings.BASE_DIR) / FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    found = _SHAPES.search(text)
    if found is None:
        raise LookupError(f"icon {name!r} holds no drawing")
    return " ".join(_FRAME.sub("", found.group(1)).split())
