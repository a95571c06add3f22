"""Words to codes over a given table: 男, M and 1 are one code; a word that the table does not have gets the nearest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from linli.algorithms.cleaning.cells import PUNCTUATION, Text, text_of, without_value
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused

CODE_AND_WORD = re.compile(r"([0-9A-Za-z]{1,6})\s*[-.、:_\s]?\s*([^0-9A-Za-z\s].*)")
WORD_AND_CODE = re.compile(r"(.*[^0-9A-Za-z\s(\[])\s*[(\[]([0-9A-Za-z]{1,6})[)\]]")
NEAREST = 3
LEAST_LIKENESS = 40.0


class TwoMeanings(ValueError):
    """A word of a code table that stands for two codes."""


class CodeTable:
    """Codes, the words for each (the first is its name), and endings that a word may have or lack (族)."""

    def __init__(self, codes: Mapping[str, Sequence[str]], *, endings: Sequence[str] = ()) -> None:
        self.names = {code: (words[0] if words else code) for code, words in codes.items()}
        self.endings = tuple(endings)
        self._codes: dict[str, str] = {}
        for code, words in codes.items():
            for word in (code, *words):
                known = self._codes.setdefault(_plain(word), code)
                if known != code:
                    raise TwoMeanings(f"{word}: {known}, {code}")
        self._padded = _unpadded(codes, self._codes)

    def exact(self, word: str) -> str | None:
        """The code of a code or word as the table has it."""
        return self._codes.get(_plain(word))

    def padded(self, word: str) -> str | None:
        """The code of a number that has lost its leading zeros."""
        return self._padded.get(word)

    def by_part(self, word: str) -> str | None:
        """The code of a word that lacks or has one of the endings."""
        for ending in self.endings:
            found = self.exact(word + ending) or self.exact(word.removesuffix(ending))
            if found is not None:
                return found
        return None

    def nearest(self, word: str) -> tuple[str, ...]:
        """The codes of the words most like this one, at most three, best first."""
        words = list(self._codes)
        found = process.extract(
            _plain(word), words, scorer=fuzz.WRatio, limit=12, score_cutoff=LEAST_LIKENESS
        )
        return tuple(dict.fromkeys(self._codes[each] for each, _, _ in found))[:NEAREST]


def clean_code(cell: object, table: CodeTable) -> Cleaned[str]:
    """The code of the table that a cell names by code or word; the nearest as suggestions where it has none."""
    text = text_of(cell)
    word = text.words
    if (code := table.exact(word)) is not None:
        return Cleaned(cell, code, text.notes)
    if (nothing := without_value(cell, text)) is not None:
        return nothing
    if (code := table.padded(word)) is not None:
        return Cleaned(cell, code, (*text.notes, Note.ZERO_PADDED))
    if (both := _both(cell, text, table)) is not None:
        return both
    if (code := table.by_part(word)) is not None:
        return Cleaned(cell, code, (*text.notes, Note.WORD_PART))
    nearest = table.nearest(word)
    if not nearest:
        return refused(cell, Fault.UNKNOWN_WORD, text.notes, text=word)
    names = "、".join(table.names[each] for each in nearest)
    return refused(cell, Fault.UNKNOWN_WORD_NEAR, text.notes, suggestions=nearest, text=word, nearest=names)


def _both(cell: object, text: Text, table: CodeTable) -> Cleaned[str] | None:
    """A cell with a code and its word: both must mean the same."""
    plain = text.words.translate(PUNCTUATION)
    if match := CODE_AND_WORD.fullmatch(plain):
        code, word = match[1], match[2].strip(" ()[]")
    elif match := WORD_AND_CODE.fullmatch(plain):
        code, word = match[2], match[1]
    else:
        return None
    by_code, by_word = table.exact(code) or table.padded(code), table.exact(word) or table.by_part(word)
    if by_code is None or by_word is None:
        return None
    if by_code != by_word:
        return refused(
            cell, Fault.CODE_AND_WORD_DIFFER, text.notes, suggestions=(by_word, by_code), text=text.words
        )
    return Cleaned(cell, by_word, (*text.notes, Note.CODE_AND_WORD))


def _plain(word: str) -> str:
    return re.sub(r"\s+", "", word.translate(PUNCTUATION)).lower()


def _unpadded(codes: Mapping[str, Sequence[str]], taken: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for code in codes:
        for bare in {code.lstrip("0") or "0", f"0{code}"}:
            if bare not in taken:
                found[bare] = code if found.get(bare, code) == code else ""
    return {bare: code for bare, code in found.items() if code}
