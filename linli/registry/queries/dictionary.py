"""The data elements of the registers and how their values are written, for rooms that ask for them in their own forms."""

from __future__ import annotations

from linli.registry.rules.elements import CARE, Element, elements
from linli.registry.rules.sealed import COMMA, document_parts
from linli.registry.rules.tables import titles
from linli.registry.rules.values import ELSEWHERE, FOLLOWS

NOT_SAID = frozenset({*FOLLOWS, *ELSEWHERE})
"""Elements that follow from others or have a deed of their own: nobody says them as a value."""

__all__ = ["CARE", "COMMA", "NOT_SAID", "Element", "document_parts", "elements", "titles"]
