"""What a grid worker writes on the telephone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from linli.cases.commands.phone import GridReport
from linli.cases.forms.public import POINT


class GridReportForm(forms.Form):
    """One sentence, a place, photos. ``key`` is made by the telephone; ``user`` says who wrote it."""

    key = forms.RegexField(r"^[0-9a-f]{16,40}$", required=False, widget=forms.HiddenInput)
    user = forms.IntegerField(required=False, widget=forms.HiddenInput)
    place = forms.CharField(
        label=gettext_lazy("在哪里"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    point = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("一句话说清"),
        min_length=4,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def report(self, key: str) -> GridReport:
        """What was written, for the command."""
        data = self.cleaned_data
        found = POINT.fullmatch(data["point"])
        lon, lat = (float(found[1]), float(found[2])) if found else (None, None)
        return GridReport(data["key"] or key, data["text"], data["place"], lon, lat)


class LookForm(forms.Form):
    """What was found on the spot."""

    passed = forms.TypedChoiceField(
        label=gettext_lazy("看到的情况"), coerce=lambda value: value == "1", widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("一句话说明"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, state: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        checking = [("1", gettext_lazy("已经办好")), ("0", gettext_lazy("没有办好，要返工"))]
        verifying = [("1", gettext_lazy("情况属实")), ("0", gettext_lazy("不是这样"))]
        self.fields["passed"].choices = verifying if state == "verifying" else checking  # type: ignore[attr-defined]
