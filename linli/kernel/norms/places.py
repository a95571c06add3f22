"""What places are called. The kernel knows only code paths; the territory declares their names when it is loaded."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

Choices = Callable[[], list[tuple[str, str]]]


class _Names:
    choices: Choices | None = None


def declare_places(choices: Choices) -> None:
    """Let the territory name its units: (code path, indented name) pairs in the order of the tree."""
    _Names.choices = choices


def place_choices() -> list[tuple[str, str]]:
    """Every place a norm or a day may be for, everywhere first."""
    named = _Names.choices() if _Names.choices else []
    return [("", _("全部地方")), *named]


def place_name(path: str) -> str:
    """What a place is called; its code where nobody named it."""
    return dict(place_choices()).get(path, path.rstrip("/").rsplit("/", 1)[-1]).strip("\u3000 ")
