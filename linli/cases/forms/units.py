"""The fields that ask for a unit: chosen from a list, sent as its code; a name is understood too."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.models import Case
from linli.kernel.picker import Picker, Pickers
from linli.territory.queries.picking import GIVEN_TO, Groups, unit_choices
from linli.territory.queries.units import Node, tree

SEPARATORS = re.compile(r"[、,，;；\s]+")
GRIDS: Groups = ((gettext_lazy("网格"), ("grid",)),)
COMMUNITIES: Groups = ((gettext_lazy("社区（村）"), ("community",)),)


def unit_named(text: str) -> Node:
    """The one unit in force of a name or code."""
    units = tree()
    if text in units.by_code:
        return units.by_code[text]
    found = units.by_name.get(text, [])
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(_("没有名为“%(text)s”的单位，请从列表中选择") % {"text": text})
    raise forms.ValidationError(
        _("有 %(n)s 个单位都叫“%(text)s”，请填单位代码") % {"n": len(found), "text": text}
    )


def code_named(text: str) -> str:
    """The code of a unit that a text names; the text itself where it names none."""
    found = tree().by_name.get(text, [])
    return found[0].code if text not in tree().by_code and len(found) == 1 else text


def offered(groups: Groups = GIVEN_TO, below: str = "") -> list[Any]:
    """The choices of one unit, none first."""
    return [("", _("请选择")), *unit_choices(groups, below)]


def street_of(case: Case) -> str:
    """The path of the street in which a case lies, or empty."""
    above = reversed(tree().ancestors(case.place_path))
    return next((node.path for node in above if node.level == "street"), "")


class UnitField(forms.ChoiceField):
    """One unit out of those on the list, or None. With ``beyond`` the list is only what is near, and any unit may be meant."""

    widget = Picker

    def __init__(self, *, beyond: bool = False, **more: Any) -> None:
        super().__init__(choices=offered, **more)
        self.beyond = beyond

    def prepare_value(self, value: Any) -> Any:
        """The code to be selected."""
        return code_named(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Node | None:
        """The unit meant."""
        text = str(value or "").strip()
        if not text:
            super().validate(text)
            return None
        node = unit_named(text)
        if not self.beyond:
            super().validate(node.code)
        return node


class UnitsField(forms.MultipleChoiceField):
    """Several units out of those on the list, in the order they were sent."""

    widget = Pickers

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=unit_choices, **more)

    def prepare_value(self, value: Any) -> Any:
        """The codes to be selected; a draft keeps them in one line."""
        parts = SEPARATORS.split(value) if isinstance(value, str) else value or []
        return [code_named(part) for part in parts if part]

    def clean(self, value: Any) -> list[Node]:
        """The units meant."""
        nodes = [unit_named(part) for text in value or [] for part in SEPARATORS.split(text) if part]
        super().validate([node.code for node in nodes])
        return nodes
