"""A long list in a form: a select that the page turns into a box to type into (``picker.js``); without scripts it stays a select."""

from __future__ import annotations

from typing import Any

from django import forms


class Option(str):
    """What an option is called, and by what else it is found: ``also`` is not shown."""

    also: str

    def __new__(cls, words: str, also: str = "") -> Option:
        """The words with what else finds them."""
        made = super().__new__(cls, words)
        made.also = also
        return made


class Picker(forms.Select):
    """One of many."""

    def __init__(self, attrs: dict[str, Any] | None = None, **more: Any) -> None:
        super().__init__({"x-data": "picker", **(attrs or {})}, **more)

    def create_option(self, name: str, value: Any, label: Any, *rest: Any, **more: Any) -> dict[str, Any]:
        """The option with what else finds it."""
        option = super().create_option(name, value, label, *rest, **more)
        if isinstance(label, Option) and label.also:
            option["attrs"]["data-also"] = label.also
        return option


class Pickers(Picker, forms.SelectMultiple):
    """Several of many, as chips."""
