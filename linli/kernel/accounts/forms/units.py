"""The field that asks at which unit somebody has a post."""

from __future__ import annotations

from typing import Any

from django import forms

from linli.kernel.accounts.units import unit_choices
from linli.kernel.picker import Picker


class UnitCodeField(forms.ChoiceField):
    """A unit, sent as its code; the view finds it and says where there is none."""

    widget = Picker

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=unit_choices, **more)

    def valid_value(self, value: Any) -> bool:
        """Whether there is such a unit is for the view to find out."""
        return True
