"""Files in a form."""

from __future__ import annotations

from typing import Any

from django import forms

ACCEPT = "image/*,.pdf,.docx,.xlsx"


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photos and documents, none or several, at least one where it is ``required``; each is checked again by its content when it is kept."""

    def __init__(self, *, required: bool = False, **more: Any) -> None:
        super().__init__(required=required, widget=FilesInput(attrs={"accept": ACCEPT}), **more)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files as a list."""
        if self.required and not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [forms.FileField.clean(self, one, initial) for one in data or []]
