"""Sentences that plain code says to people: written in Chinese, spoken in the language of whoever reads them.

Rules know no framework. They say ``said("已退单 %(times)s 次", times=3)`` or raise a ``Refusal``; the product tells this
module once, at its start, how words are looked up (``speak_through``). Until then a sentence is what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

_voice: list[Callable[[str], str]] = []


def speak_through(look_up: Callable[[str], str]) -> None:
    """From now on every sentence goes through ``look_up`` before its gaps are filled."""
    _voice[:] = [look_up]


def said(words: str, /, **values: object) -> str:
    """The words in the reader's language, ``%(name)s`` replaced by the value of that name."""
    spoken = _voice[0](words) if words and _voice else words
    return spoken % values if values else spoken


def listed(words: Iterable[object]) -> str:
    """Several things one after another, with the comma that the reader's language puts between them."""
    return said("、").join(str(word) for word in words)


class Refusal(Exception):
    """Something asked for cannot be done; the text says why and what to do instead, in the language of whoever reads it."""

    def __init__(self, words: str = "", /, **values: object) -> None:
        super().__init__(words)
        self.values = values

    def __str__(self) -> str:
        return said(str(self.args[0]), **self.values)
