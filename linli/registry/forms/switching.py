"""What is asked to switch a field on."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.registry.forms.deeds import DATE


class SwitchForm(forms.Form):
    """The legal basis, the purpose, and the first day on which it is off again."""

    basis = forms.CharField(
        label=_("法律依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("法律、法规、规章或上级文件，写明名称、文号和条款"),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("用途"), max_length=200, help_text=_("登记了用来办什么事；例：人口普查核对")
    )
    until = forms.DateField(
        label=_("截止日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs=dict(DATE)),
        help_text=_("从这一天起自动停用；还要用的，到期前重新写明依据"),
    )  # fmt: skip

    def __init__(self, *given: object, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.fields["until"].widget.attrs["min"] = tomorrow.isoformat()

    def clean_until(self) -> date:
        """A day to come."""
        until: date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise forms.ValidationError(_("截止日期须在今天之后"))
        return until
