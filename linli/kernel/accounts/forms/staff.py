"""Making accounts and giving posts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.accounts.forms.units import UnitCodeField
from linli.kernel.accounts.roles import roles


class AccountForm(forms.Form):
    """A new account; its owner changes the first password at the first sign-in."""

    username = forms.RegexField(
        label=_("账号"),
        regex=r"^[A-Za-z0-9._-]{3,60}$",
        error_messages={"invalid": _("账号用 3 到 60 个字母、数字或 . _ -")},
    )
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.CharField(label=_("工作电话"), max_length=30, required=False)
    password = forms.CharField(
        label=_("初始密码"), min_length=10, help_text=_("至少 10 位；本人首次登录后须更改")
    )


class PostForm(forms.Form):
    """A post for a person: role, unit, dates."""

    role = forms.ChoiceField(label=_("角色"))
    unit_code = UnitCodeField(label=_("单位"))
    starts_on = forms.DateField(label=_("开始"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("结束"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["role"].choices = [(role.code, gettext(role.title)) for role in roles().values()]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """The end is not before the start."""
        start, end = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("结束日期不能早于开始日期"))
