"""What a person types to change a norm."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.norms.commands import Change
from linli.kernel.norms.models import Norm
from linli.kernel.norms.places import place_choices, place_name
from linli.kernel.norms.words import UNITS, YES_NO

TODAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NormForm(forms.Form):
    """A new value of one line from a day on."""

    value = forms.CharField(label=_("新的取值"), max_length=4000)
    unit = forms.ChoiceField(label=_("单位"), required=False)
    valid_from = forms.DateField(label=_("生效日期"), widget=TODAY)
    valid_to = forms.DateField(label=_("失效日期"), widget=TODAY, required=False)
    place = forms.ChoiceField(label=_("适用地方"), required=False)
    source = forms.CharField(
        label=_("依据"), widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}), max_length=500
    )
    note = forms.CharField(
        label=_("说明"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
        max_length=500,
        required=False,
    )

    def __init__(self, *args: Any, row: Norm, units: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        self.fields["unit"].choices = [(unit, UNITS.get(unit, unit) or _("无")) for unit in units]  # type: ignore[attr-defined]
        self.fields["unit"].initial = row.unit
        self.fields["place"].choices = known_places(row.place)  # type: ignore[attr-defined]
        self.fields["place"].initial = row.place
        value = self.fields["value"]
        if row.formula:
            value.label, value.initial = _("新的公式"), row.formula
        elif isinstance(row.value, bool):
            self.fields["value"] = forms.ChoiceField(
                label=_("新的取值"),
                choices=[("true", YES_NO[True]), ("false", YES_NO[False])],
                initial=json.dumps(row.value),
            )
        elif isinstance(row.value, list | dict):
            value.widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})
            value.initial = as_lines(row.value)
        else:
            value.initial = row.value

    def clean_value(self) -> Any:
        """The typed text as a number, a yes or no, a list or named parts, like the present value."""
        text = str(self.cleaned_data["value"]).strip()
        if self.row.formula or isinstance(self.row.value, str):
            return text
        if isinstance(self.row.value, list | dict):
            return self._parts(text)
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            raise forms.ValidationError(_("请填写数字，例如 5")) from None

    def _parts(self, text: str) -> Any:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if isinstance(self.row.value, list) and all(isinstance(item, str) for item in self.row.value):
            return lines
        if isinstance(self.row.value, dict) and not any(
            isinstance(item, list | dict) for item in self.row.value.values()
        ):
            pairs = [line.replace(":", ":", 1).partition(":") for line in lines]
            return {key.strip(): scalar(value.strip()) for key, _colon, value in pairs}
        try:
            return json.loads(text)
        except json.JSONDecodeError as wrong:
            raise forms.ValidationError(
                _("第 %(line)d 行读不出，请保持现有的写法") % {"line": wrong.lineno}
            ) from None

    def change(self) -> Change:
        """The change as the command takes it."""
        data = self.cleaned_data
        is_formula = bool(self.row.formula)
        return Change(
            key=self.row.key, match=self.row.match, place=data["place"], unit=data["unit"],
            value=None if is_formula else data["value"], formula=data["value"] if is_formula else "",
            valid_from=data["valid_from"], valid_to=data["valid_to"], source=data["source"], note=data["note"],
        )  # fmt: skip


def known_places(present: str) -> list[tuple[str, str]]:
    """The places to choose from, with the present one even where it has no name any more."""
    choices = place_choices()
    return choices if present in dict(choices) else [*choices, (present, place_name(present))]


class EndForm(forms.Form):
    """The last day of a norm that nothing follows."""

    last_day = forms.DateField(label=_("执行到"), widget=TODAY)
    source = forms.CharField(label=_("依据"), max_length=500)


def scalar(text: str) -> Any:
    """A number where it is one, else the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def as_lines(value: Any) -> str:
    """A list or named parts, one a line; deeper ones as JSON."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    if isinstance(value, dict) and not any(isinstance(item, list | dict) for item in value.values()):
        return "\n".join(f"{key}: {item}" for key, item in value.items())
    return json.dumps(value, ensure_ascii=False, indent=1)
