"""Finding many known words in a text at once; where words overlap, the longest from the left wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import add


class WordFinder:
    """A set of words by their first two characters: a text is walked once, whatever the number of words."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if word)
        self._single = frozenset(word for word in self._words if len(word) == 1)
        lengths: dict[str, set[int]] = {}
        for word in self._words - self._single:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {pair: tuple(sorted(each, reverse=True)) for pair, each in lengths.items()}

    def __len__(self) -> int:
        return len(self._words)

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Each word found, with its place, from left to right and without overlaps."""
        end = 0
        for at in self._starts(text):
            if at >= end:
                word = self._longest(text, at)
                if word:
                    yield at, word
                    end = at + len(word)

    def _starts(self, text: str) -> list[int]:
        lengths, single = self._lengths, self._single
        starts = [at for at, pair in enumerate(map(add, text, text[1:])) if pair in lengths]
        if single:
            starts = sorted({*starts, *(at for at, character in enumerate(text) if character in single)})
        return starts

    def _longest(self, text: str, at: int) -> str:
        for length in self._lengths.get(text[at : at + 2], ()):
            word = text[at : at + length]
            if word in self._words:
                return word
        return text[at] if text[at] in self._single else ""
