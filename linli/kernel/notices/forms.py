"""Words and channels of notices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.notices.commands import KINDS


class WordingForm(forms.Form):
    """The county's own words of a notice."""

    title = forms.CharField(label=_("标题"), max_length=120)
    body = forms.CharField(label=_("内容"), widget=forms.Textarea(attrs={"rows": 4}))


class ChannelForm(forms.Form):
    """A new channel of a unit."""

    unit_code = forms.CharField(label=_("单位代码"), max_length=32)
    title = forms.CharField(label=_("名称"), max_length=40)
    kind = forms.ChoiceField(label=_("渠道"), choices=[(code, _(title)) for code, title in KINDS.items()])
    address = forms.CharField(
        label=_("地址"), max_length=500, help_text=_("按 Apprise 的写法，保存后加密，不再显示")
    )
