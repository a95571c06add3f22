"""What rooms declare for the pages that belong to none of them: the left rail, the workbench, the search box.

A room lists its entries in ``navigation.py`` (``NAV``; ``PHONE``: the telephone's bar; ``badges``: what waits at each of them; ``WAYS`` on from other pages), ``workbench.py`` (``SECTIONS``) and ``search.py`` (``FINDERS``);
the shell collects and orders them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linli.kernel.audit.actor import Actor


@dataclass(frozen=True)
class NavItem:
    """One entry of the left rail: its words, where it leads, its icon, and the verb without which it is not shown.

    ``also`` are the beginnings of other addresses at which a person is still in this part of the product.
    """

    label: Any
    url: str
    icon: str
    verb: str
    order: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """A way on from the page of a thing of a lower room: a room lists them in ``navigation.WAYS``, the tag ``ways`` shows them.

    ``about`` says what the page is of (``unit``, ``building``); ``url`` is an address that takes the key of the thing, if it has one.
    """

    about: str
    label: Any
    url: str
    icon: str
    verb: str


Count = tuple[str, Sequence[Any]]
"""SQL that gives one number, and what it is given."""

Badges = Callable[["Actor"], Mapping[str, Count]]
"""A room's ``badges``: how to count what waits for the actor, by the ``url`` of the entry. Every page counts all of them in one
question, so each is answered by an index, and stops where nobody needs the number.
"""


@dataclass(frozen=True)
class Task:
    """One thing to do: what it is, until when (or where no date is set, since when it waits), and the next step as a button."""

    title: str
    url: str
    note: str = ""
    due: datetime | None = None
    tone: str = ""
    step: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Section:
    """A list of the workbench: what is mine first, then what my unit owes, then what changed."""

    title: str
    tasks: Sequence[Task]
    count: int
    url: str = ""
    order: int = 50


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Hits:
    """What one room found, with its heading and where all of it can be seen."""

    title: str
    hits: Sequence[Hit]
    url: str = ""


Provider = Callable[["Actor", datetime], Sequence[Section]]
"""A room's ``SECTIONS`` is a list of these; each answers with what this actor can act on now, in a few quick queries."""

Finder = Callable[["Actor", str], Hits]
"""A room's ``FINDERS`` is a list of these; each looks only at what the actor may see."""
