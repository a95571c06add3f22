"""A token for a machine."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.accounts import tokens
from linli.kernel.accounts.forms.units import UnitCodeField

LONGEST_DAYS = 731


class TokenForm(forms.Form):
    """What a machine is called, where it acts, what it may do and until when."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如：市 12345 平台"))
    unit_code = UnitCodeField(label=_("单位"), help_text=_("令牌只看得到这个单位及其下级的案件"))
    verbs = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)
    starts_on = forms.DateField(label=_("开始"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label=_("结束"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("最长两年")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        granted = [(verb, gettext(words)) for verb, words in sorted(tokens.grantable().items())]
        self.fields["verbs"].choices = granted  # type: ignore[attr-defined]

    def clean(self) -> None:
        """A token ends after it starts, and within two years."""
        start, end = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if start and end and not 0 <= (end - start).days <= LONGEST_DAYS:
            self.add_error("ends_on", _("结束日期应在开始日期之后两年以内"))
