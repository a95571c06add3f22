"""What lies in sealed values, as text: the same whether a file or a person brought it."""

from __future__ import annotations

COMMA = "、"
"""Between the phones of one record."""

LAST = 4
"""Signs at the end of a number by which a person who stands at the counter is found."""


def phones_in(text: str) -> tuple[str, ...]:
    """The phones of a record in their order."""
    return tuple(each for each in text.split(COMMA) if each)


def document_said(kind: str, number: str) -> str:
    """A document as the value of its element: ``citizen_id:520103...``; empty where there is none."""
    return f"{kind}:{number}" if number else ""


def document_parts(value: str) -> tuple[str, str]:
    """Kind and number of a document's element."""
    kind, _, number = value.partition(":")
    return kind, number
