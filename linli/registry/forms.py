"""What people type into the pages of the registry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registry.models import RecordKind
from linli.registry.rules.tables import titles


class SourceForm(forms.Form):
    """A department's file, with the basis on which it may be taken in."""

    title = forms.CharField(label=_("名称"), max_length=80)
    record_kind = forms.ChoiceField(label=_("内容"), choices=RecordKind.choices)
    kind = forms.ChoiceField(label=_("来源类别"))
    basis = forms.CharField(label=_("法律依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    purpose = forms.CharField(label=_("用途"), max_length=200)
    until = forms.DateField(label=_("依据有效至"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        kinds = titles("source_kinds").items()
        self.fields["kind"].choices = [
            (code, _(title)) for code, title in kinds if code not in ("visit", "self")
        ]  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A file of a source, and the day it speaks of."""

    file = forms.FileField(label=_("文件"))
    file_date = forms.DateField(label=_("数据截至"), widget=forms.DateInput(attrs={"type": "date"}))
