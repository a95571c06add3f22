"""A language for tests: every message stands in ⟦…⟧, so that words which never met gettext stand out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from linli.shell.wording.catalogues import Message
from linli.shell.wording.templates import HAN

UNSAID = {"script", "style", "textarea"}
"""What a textarea holds was written by a person."""
SPOKEN = ("title", "aria-label", "placeholder", "alt")
EMPTY = {
    "meta",
    "link",
    "input",
    "br",
    "hr",
    "img",
    "source",
    "col",
    "wbr",
    "path",
    "rect",
    "circle",
    "line",
    "use",
}
_INNERMOST = re.compile("⟦[^⟦⟧]*⟧")


def write(folder: Path, messages: Iterable[Message]) -> None:
    """The catalogue, as the simplified Chinese one of a folder of locales."""
    catalogue = Catalog(locale="zh_Hans")
    for message in messages:
        catalogue.add(message, f"⟦{message}⟧" if isinstance(message, str) else (f"⟦{message[1]}⟧",))
    place = folder / "zh_Hans" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with open(place / "django.mo", "wb") as out:
        write_mo(out, catalogue)


class Page(HTMLParser):
    """What a page says: its text and its spoken attributes, without scripts and what is marked ``translate="no"``.

    A time that a filter put into the middle of a message does not end the message.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hushed: list[str] = []
        self._saying = ""
        self.feed(html)
        self._pause()

    def _pause(self) -> None:
        if words := " ".join(self._saying.split()):
            self.said.append(words)
        self._saying = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "time":
            self._pause()
        given = dict(attrs)
        hushed = bool(self._hushed) or given.get("translate") == "no"
        if not hushed:
            self.said.extend(value for key in SPOKEN if (value := given.get(key)))
        if tag not in EMPTY and (hushed or tag in UNSAID):
            self._hushed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._pause()
        if not self._hushed:
            self.said.extend(value for key, value in attrs if key in SPOKEN and value)

    def handle_endtag(self, tag: str) -> None:
        if tag != "time":
            self._pause()
        if self._hushed and tag == self._hushed[-1]:
            self._hushed.pop()

    def handle_data(self, data: str) -> None:
        if not self._hushed:
            self._saying += data


def unmarked(text: str, data: Iterable[str]) -> str:
    """What is left of a text without marked messages and without the values of the database, the longest taken first."""
    while (shorter := _INNERMOST.sub("", text)) != text:
        text = shorter
    text = without(text, data)
    return text if HAN.search(text) else ""


def without(text: str, data: Iterable[str]) -> str:
    """A text without the values of the database."""
    for value in data:
        if value in text:
            text = text.replace(value, "")
    return text


def strange(html: str, data: Iterable[str]) -> Iterator[str]:
    """The Chinese words of a page that are neither messages nor data."""
    known = list(data)
    yield from (left for text in Page(html).said if (left := unmarked(text, known)))
