"""Asking a second person, deciding, and putting a sign away."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.accounts.units import unit_choices
from linli.kernel.picker import Picker
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.purposes import purposes
from linli.kernel.wording import choices


def purpose_field() -> forms.ChoiceField:
    """One of the declared purposes."""
    return forms.ChoiceField(label=_("用途"), choices=lambda: choices(purposes()), widget=forms.RadioSelect)


class UnitField(forms.ChoiceField):
    """A unit, sent as its code; whether there is such a unit the view finds out."""

    widget = Picker

    def valid_value(self, value: object) -> bool:
        """Any code."""
        return True


class RevealRequestForm(forms.Form):
    """Many persons are to be looked at: how many, whom in words, what for and why."""

    kind = Request.Kind.REVEAL
    selection = forms.CharField(
        label=_("要查看哪些人"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例：冠竹苑社区第一网格 80 岁以上独居老人"),
    )
    count = forms.IntegerField(label=_("人数"), min_value=1, max_value=100_000)
    purpose = purpose_field()
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明办什么事、为什么要看完整信息"),
    )


class AccessRequestForm(forms.Form):
    """Somebody has to look beyond the own territory: where, what for and why."""

    kind = Request.Kind.ACCESS
    unit_code = UnitField(
        choices=unit_choices, label=_("要访问的辖区"), help_text=_("只能看到这个单位及其下级的记录")
    )
    purpose = purpose_field()
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明发生了什么、为什么等不到当地处理"),
    )


class DecisionForm(forms.Form):
    """Yes, or no with a reason."""

    answer = forms.CharField(
        label=_("审批意见"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不同意时须写明理由"),
    )


class NoteForm(forms.Form):
    """What was found behind a sign."""

    note = forms.CharField(
        label=_("核实情况"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例：已与本人及其单位核实，系集中办理年审"),
    )
