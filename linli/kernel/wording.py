"""Words of plain tables on pages: looked up when they are shown, so that each reader has them in his own language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy

Code = TypeVar("Code")


def worded(table: Mapping[Code, str]) -> dict[Code, Any]:
    """The same table with words that wait for their reader."""
    return {code: gettext_lazy(words) for code, words in table.items()}


def without_gaps(sentence: str) -> str:
    """A sentence that is filled with ``{names}``, as the name of its kind: a dash in place of each."""
    return re.sub(r"\{\w+\}", "—", sentence)


def choices(table: Mapping[Any, str], *only: str) -> list[tuple[Any, Any]]:
    """A code table as the choices of a form, all of it or some."""
    return [(code, words) for code, words in worded(table).items() if not only or code in only]
