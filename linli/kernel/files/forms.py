"""Files in a form."""

from __future__ import annotations

from typing import Any

from django import forms

ACCEPT = "image/*,.pdf,.docx,.xlsx"


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photos and documents, none or several; each is checked again by its content when it is kept."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, widget=FilesInput(attrs={"accept": ACCEPT}), **more)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files as a list."""
        return [forms.FileField.clean(self, one, initial) for one in data or []]
