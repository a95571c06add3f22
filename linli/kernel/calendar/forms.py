"""What a person types to change a day or to bring in a year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.norms.places import place_choices

SHAPES = [
    ("rest", _("休息")),
    ("working", _("上班")),
    ("morning", _("只上上午")),
    ("afternoon", _("只上下午")),
    ("hours", _("另定时段")),
]


class DayForm(forms.Form):
    """What one day is at a place."""

    shape = forms.ChoiceField(label=_("这一天"), choices=SHAPES, widget=forms.RadioSelect)
    hours = forms.CharField(label=_("上班时段"), max_length=200, required=False)
    name = forms.CharField(label=_("名称"), max_length=60)
    place = forms.ChoiceField(label=_("适用地方"), required=False)
    source = forms.CharField(label=_("依据"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hours are typed where the shape asks for them."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("shape") == "hours" and not data.get("hours", "").strip():
            self.add_error("hours", _("请写明上班时段，例如 09:00-12:00"))
        return data

    def stretches(self) -> list[str]:
        """The typed hours, one stretch each."""
        text = str(self.cleaned_data["hours"])
        for mark in (",", ",", "、", ";", ";", "\n"):
            text = text.replace(mark, " ")
        return text.split()


class YearForm(forms.Form):
    """A file with the holidays of a year."""

    file = forms.FileField(label=_("放假安排文件"), max_length=200)
    source = forms.CharField(label=_("放假通知的网址或文号"), max_length=300, required=False)
