"""What an auditor looks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit import kinds

LOOKS = [("", _("全部")), ("reads", _("只看查看个人信息的")), ("changes", _("只看改动"))]


class AuditFilter(forms.Form):
    """Who, what, when; every field may be left empty."""

    actor = forms.CharField(label=_("操作人"), required=False, max_length=60)
    subject = forms.CharField(label=_("对象"), required=False, max_length=60)
    look = forms.ChoiceField(label=_("种类"), required=False, choices=LOOKS)
    name = forms.MultipleChoiceField(label=_("事件"), required=False)
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = sorted(kinds.KINDS.values(), key=lambda kind: kind.name)
        self.fields["name"].choices = [(kind.name, f"{kind.name}  {kind.sentence}") for kind in names]  # type: ignore[attr-defined]
