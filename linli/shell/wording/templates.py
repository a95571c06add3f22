"""A Babel extractor of Django templates; it reads them with Django's own lexer.

Found are ``{% translate %}``, ``{% blocktranslate %}`` with its plural, ``_("…")`` in any tag, and Chinese literals
given to the tags that translate what they are given (``TRANSLATING``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

Found = tuple[int | None, str, "str | tuple[str, str]", list[str]]

TRANSLATING = frozenset({"badge", "empty", "field", "figure", "icon", "panel"})
HAN = re.compile("[\u3400-\u9fff]")
_SAID = re.compile(r"""_\(\s*("[^"]*"|'[^']*')\s*\)""")
_QUOTED = re.compile(r"""\A(?:\w+=)?("[^"]*"|'[^']*')\Z""")
_OPEN, _PLURAL, _CLOSE = ("blocktranslate", "blocktrans"), "plural", ("endblocktranslate", "endblocktrans")


def extract(
    source: IO[bytes], keywords: Mapping[str, Any], comment_tags: Sequence[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Messages of one template as Babel wants them: line, function, message or (singular, plural), comments."""
    tokens = iter(Lexer(source.read().decode("utf-8")).tokenize())
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            words = token.contents.split()
            if words and words[0] in _OPEN:
                yield _block(token, tokens)
                continue
            if words and words[0] == "comment":
                _skip(tokens)
                continue
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for message in _inline(token):
                yield token.lineno, "gettext", message, []


def _skip(tokens: Iterator[Token]) -> None:
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents.strip() == "endcomment":
            return


def _block(head: Token, tokens: Iterator[Token]) -> Found:
    """What stands between the tags, its variables written as ``%(name)s`` like Django looks it up."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        word = token.contents.strip()
        if token.token_type == TokenType.BLOCK and word in _CLOSE:
            break
        if token.token_type == TokenType.BLOCK and word == _PLURAL:
            parts.append([])
        elif token.token_type == TokenType.VAR:
            parts[-1].append(f"%({word})s")
        elif token.token_type == TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
    texts = ["".join(part) for part in parts]
    if "trimmed" in head.contents.split():
        texts = [trim_whitespace(text) for text in texts]
    if len(texts) == 1:
        return head.lineno, "gettext", texts[0], []
    return head.lineno, "ngettext", (texts[0], texts[1]), []


def _inline(token: Token) -> Iterator[str]:
    contents = token.contents
    yield from (quoted[1:-1].replace("%", "%%") for quoted in _SAID.findall(contents))
    if token.token_type != TokenType.BLOCK:
        return
    name, *words = list(smart_split(contents)) or [""]
    if name in ("translate", "trans"):
        words = words[:1]
    elif name not in TRANSLATING:
        return
    for word in words:
        literal = _QUOTED.match(word)
        if literal and HAN.search(literal[1]):
            yield literal[1][1:-1] if name in TRANSLATING else literal[1][1:-1].replace("%", "%%")
