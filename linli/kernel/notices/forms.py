"""Words and channels of notices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.accounts.units import unit_choices
from linli.kernel.notices.commands import KINDS
from linli.kernel.picker import Picker


class WordingForm(forms.Form):
    """The county's own words of a notice."""

    title = forms.CharField(label=_("标题"), max_length=120)
    body = forms.CharField(label=_("内容"), widget=forms.Textarea(attrs={"rows": 4}))


class ChannelForm(forms.Form):
    """A new channel of a unit."""

    unit_code = forms.ChoiceField(
        label=_("单位"),
        choices=unit_choices,
        widget=Picker,
        help_text=_("发给这个单位的通知，同时从这个渠道发出"),
    )
    title = forms.CharField(label=_("名称"), max_length=40)
    kind = forms.ChoiceField(label=_("渠道"), choices=[(code, _(title)) for code, title in KINDS.items()])
    address = forms.CharField(
        label=_("发送地址"),
        max_length=500,
        help_text=_(
            "渠道的服务商给的地址，写作“渠道名://令牌”，例：钉钉机器人 dingtalk://令牌，企业微信机器人 wecombot://密钥，邮箱 mailto://用户:口令@邮箱服务器。"
            "短信渠道的地址里，手机号的位置写 {phone}。保存后加密，不再显示"
        ),
    )
