"""What people type into the pages of the registry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.algorithms.cleaning import clean_document
from linli.kernel.privacy.commands import purposes
from linli.kernel.wording import choices
from linli.registry.models import RecordKind
from linli.registry.rules.tables import titles


def _source_kinds() -> list[tuple[str, str]]:
    """The kinds of sources that bring files."""
    return [
        (code, gettext(title))
        for code, title in titles("source_kinds").items()
        if code not in ("visit", "self")
    ]


CODE_LENGTH = 16
"""Of the code by which a household looks after its own record."""


class SourceForm(forms.Form):
    """A department's file, with the basis on which it may be taken in."""

    title = forms.CharField(label=_("名称"), max_length=80)
    record_kind = forms.ChoiceField(label=_("内容"), choices=RecordKind.choices)
    kind = forms.ChoiceField(label=_("来源类别"), choices=_source_kinds)
    basis = forms.CharField(label=_("法律依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    purpose = forms.CharField(label=_("用途"), max_length=200)
    until = forms.DateField(
        label=_("依据有效至"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class FileForm(forms.Form):
    """A file of a source, and the day it speaks of."""

    file = forms.FileField(label=_("文件"))
    file_date = forms.DateField(
        label=_("数据截至"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class RevealForm(forms.Form):
    """What somebody's sealed values are looked at for."""

    purpose = forms.ChoiceField(label=_("查看用途"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["purpose"].choices = [("", _("请选择")), *choices(purposes())]  # type: ignore[attr-defined]


def number_field(label: Any, *, required: bool = True) -> forms.CharField:
    """A document number: neither the browser nor a draft keeps it."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "data-nokeep": ""})
    return forms.CharField(label=label, max_length=30, required=required, widget=widget)


def read_number(text: str) -> str:
    """A citizen id as it is kept: without spaces, 15 digits made 18. Refuses one that is not whole."""
    read = clean_document(text)
    if read.value is None:
        raise forms.ValidationError(_("请写完整的证件号码；公民身份号码是 18 位，最后一位可以是 X"))
    return read.value.number


class FindForm(forms.Form):
    """The whole number of a document, and why its person is looked for beyond the own territory."""

    number = number_field(_("证件号码"))
    why = forms.CharField(label=_("事由"), max_length=200)

    def clean_number(self) -> str:
        """The number as it is kept."""
        return read_number(self.cleaned_data["number"])


class OwnCodeForm(forms.Form):
    """The code of the slip that a household was given."""

    code = forms.CharField(
        label=_("登记码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        """The code without gaps, in capitals."""
        code = "".join(
            sign for sign in self.cleaned_data["code"].upper() if sign.isascii() and sign.isalnum()
        )
        if len(code) != CODE_LENGTH:
            raise forms.ValidationError(_("登记码是 16 位字母和数字，请对照社区给的单子再输一遍"))
        return code


class SecretForm(forms.Form):
    """The code that came to the telephone."""

    secret = forms.RegexField(
        r"^\d{6}$", label=_("验证码"), max_length=6, strip=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"invalid": _("验证码是 6 位数字")},
    )  # fmt: skip
