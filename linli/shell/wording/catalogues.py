"""Catalogues: gathering every message, writing the machine-made one and refreshing the hand-made one.

Chinese message ids are their own words, so simplified Chinese has no catalogue.
"""

from __future__ import annotations

import ast
import io
import re
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po, write_po

from linli.shell.wording import declared
from linli.shell.wording.templates import HAN, extract
from linli.shell.wording.traditional import traditional

PACKAGE = Path(__file__).resolve().parents[2]
FOLDER = PACKAGE / "shell" / "locale"
LEFT_OUT = {"tests", "migrations", "node_modules"}
KEYWORDS = (
    DEFAULT_KEYWORDS
    | dict.fromkeys(("_", "gettext_lazy", "gettext_noop", "N_", "said"))
    | {"ngettext_lazy": (1, 2)}
)
SPOKEN = re.compile(f"{HAN.pattern}|、")
MACHINE = "# 由 OpenCC 生成，勿手改；改后运行 bin/linli words / made by machine: run bin/linli words"
HAND = "# 人工翻译；没有译文的显示中文 / translated by hand; what is missing is shown in Chinese"

# Headers that would differ on every run or say nothing.
CHANGING = (
    b'"POT-Creation',
    b'"PO-Revision',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Report-Msgid',
    b'"Project-Id',
)

Message = str | tuple[str, str]


@dataclass(frozen=True)
class Coverage:
    """How many messages there are, and how many of them a language has words for."""

    language: str
    translated: int
    total: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.translated / self.total if self.total else 1.0


def gather() -> dict[Message, set[str]]:
    """Every message with the files it was found in."""
    found: dict[Message, set[str]] = {}
    for path in _files():
        where = path.relative_to(PACKAGE.parent).as_posix()
        for message in _messages(path):
            found.setdefault(message, set()).add(where)
    single = {message if isinstance(message, str) else message[0] for message in found}
    for origin, text in declared.words():
        if text not in single:
            found[text] = {f"({origin})"}
    return found


def _files() -> list[Path]:
    paths = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]
    kept = (path for path in paths if not LEFT_OUT & set(path.relative_to(PACKAGE).parts))
    return sorted(path for path in kept if not path.name.startswith("gallery."))


def _messages(path: Path) -> list[Message]:
    text = path.read_bytes()
    if path.suffix == ".html":
        return [_one(message) for _line, _name, message, _notes in extract(io.BytesIO(text), {}, (), {})]
    found = extract_python(io.BytesIO(text), KEYWORDS, (), {})
    called = [_one(message) for _line, _name, message, _notes in found if message]
    return [message for message in [*called, *_refusals(text)] if message and SPOKEN.search(str(message))]


def _one(message: object) -> Message:
    if isinstance(message, (tuple, list)):
        words = [word for word in message if isinstance(word, str)]
        return (words[0], words[1]) if len(words) > 1 else (words or [""])[0]
    return str(message)


def _refusals(text: bytes) -> list[Message]:
    """Sentences of exceptions: they are translated where they are shown."""
    raised = (node.exc for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Raise))
    first = (call.args[0] for call in raised if isinstance(call, ast.Call) and call.args)
    return [arg.value for arg in first if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def path_of(language: str) -> Path:
    """Where a language's catalogue stands."""
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def made_traditional(messages: dict[Message, set[str]]) -> Catalog:
    """The catalogue in traditional characters, complete."""
    catalogue = _empty("zh_Hant", MACHINE)
    for message in _ordered(messages):
        said = traditional(message) if isinstance(message, str) else traditional(message[1])
        catalogue.add(message, said if isinstance(message, str) else (said,), flags=_flags(message))
    return catalogue


def refreshed(language: str, messages: dict[Message, set[str]]) -> Catalog:
    """A hand-made catalogue with what is new added without words and what is gone left out."""
    known = _read(language)
    catalogue = _empty(language, HAND)
    for message in _ordered(messages):
        old = known.get(message if isinstance(message, str) else message[0])
        said = old.string if old is not None else ("" if isinstance(message, str) else ("", ""))
        catalogue.add(
            message,
            said,
            locations=[(where, 0) for where in sorted(messages[message])[:1]],
            flags=_flags(message),
        )
    return catalogue


def write(catalogue: Catalog, language: str) -> None:
    """Into its file, without dates or line numbers: a catalogue changes only where its words do."""
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_bytes(as_text(catalogue))


def as_text(catalogue: Catalog) -> bytes:
    """The catalogue as a ``.po`` file."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, include_lineno=False, ignore_obsolete=True)
    lines = out.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(CHANGING))


def coverage(language: str, messages: dict[Message, set[str]]) -> Coverage:
    """How far a language has come."""
    catalogue = _read(language)
    rows = [catalogue.get(message if isinstance(message, str) else message[0]) for message in messages]
    done = sum(1 for row in rows if row is not None and row.string and all(row.string))
    return Coverage(language, done, len(messages))


def _flags(message: Message) -> list[str]:
    text = message if isinstance(message, str) else message[1]
    return ["python-format"] if "%(" in text else []


def _ordered(messages: dict[Message, set[str]]) -> list[Message]:
    return sorted(messages, key=lambda message: (sorted(messages[message])[0], str(message)))


def _read(language: str) -> Catalog:
    path = path_of(language)
    return read_po(io.BytesIO(path.read_bytes())) if path.exists() else Catalog()


def _empty(language: str, header: str) -> Catalog:
    return Catalog(locale=language, project="Linli", header_comment=header, fuzzy=False)
