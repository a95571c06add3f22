"""What a resident writes on the public pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases import rules
from linli.cases.commands.public import PublicReport
from linli.cases.queries.placing import ReporterFacts
from linli.kernel.wording import choices

SALT = "linli.cases.public"
PHONE = re.compile(r"1\d{10}|0\d{9,11}|\d{7,8}|[48]00\d{7}")
POINT = re.compile(r"(-?\d{1,3}(?:\.\d+)?),(-?\d{1,2}(?:\.\d+)?)")
NEED_PLACE = ("help", "complaint")
KINDS = (
    ("help", gettext_lazy("求助：有困难，请帮忙解决")),
    ("complaint", gettext_lazy("投诉：有人或单位做得不对")),
    ("consult", gettext_lazy("咨询：想问清一件事")),
    ("suggestion", gettext_lazy("建议：有个好主意")),
    ("tipoff", gettext_lazy("举报：违法违纪的事，替您保密")),
)


def started_now() -> str:
    """A signed moment, put into the form when it is opened."""
    return signing.TimestampSigner(salt=SALT).sign("form")


def filled_too_fast(token: str, least: timedelta) -> bool:
    """Whether a form comes back sooner than a person can write, or without having been opened at all."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(token)
    except signing.BadSignature:
        return True
    try:
        signer.unsign(token, max_age=least)
    except signing.SignatureExpired:
        return False
    return True


def digits_of(text: str) -> str:
    """A telephone number without gaps, dashes and +86."""
    return re.sub(r"^\+?86(?=1\d{10}$)", "", re.sub(r"[\s\-()（）]", "", text))


class PhoneField(forms.CharField):
    """A mobile or fixed number, however it is written."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})

    def clean(self, value: Any) -> str:
        """The digits."""
        text = digits_of(super().clean(value))
        if text and not PHONE.fullmatch(text):
            raise forms.ValidationError(
                _("电话号码不对，请写 11 位手机号，或区号加座机号，例如 138 5100 0001")
            )
        return text


class ReportForm(forms.Form):
    """One report. ``website`` is for machines only: a person does not see it."""

    kind = forms.ChoiceField(label=gettext_lazy("您要办哪一种事"), choices=KINDS, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("发生了什么事"),
        min_length=4,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    about = forms.CharField(label=gettext_lazy("举报的是哪个单位或谁"), required=False, max_length=60)
    place = forms.CharField(
        label=gettext_lazy("在哪里"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    point = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("怎么称呼您"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneField(label=gettext_lazy("电话"), required=False, max_length=30)
    secrecy = forms.BooleanField(label=gettext_lazy("不要把我的姓名和电话告诉办理单位"), required=False)
    website = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    started = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean_point(self) -> tuple[float, float] | None:
        """Longitude and latitude, or None."""
        found = POINT.fullmatch(self.cleaned_data["point"].replace(" ", ""))
        lon, lat = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
        return (lon, lat) if found and -180 <= lon <= 180 and -90 <= lat <= 90 else None

    def clean(self) -> None:
        """A place is needed where somebody has to go there."""
        data = self.cleaned_data
        if data.get("kind") in NEED_PLACE and not data.get("place") and not data.get("point"):
            self.add_error("place", _("请写明在哪里，例如“金龙小区 3 栋”；也可以点“用我现在的位置”"))

    def refuse_machine(self, least: timedelta) -> None:
        """Refuse what no person has filled in."""
        if self.cleaned_data.get("website"):
            self.add_error(None, _("有一栏是给机器填的，请不要用自动填表；清空后再发送，或拨打 12345"))
        elif filled_too_fast(self.cleaned_data.get("started", ""), least):
            self.add_error(None, _("发送得太快了。请看一遍写的内容，再按一次“发送”"))

    def refuse_photos(self, count: int, most: int) -> None:
        """Refuse more photos than one report may carry."""
        if count > most:
            self.add_error(
                None,
                _("照片最多 %(most)s 张，现在有 %(count)s 张，请去掉几张") % {"most": most, "count": count},
            )

    def report(self) -> PublicReport:
        """What was written, for the command."""
        data = self.cleaned_data
        lon, lat = data["point"] or (None, None)
        reporter = ReporterFacts(data["name"], data["phone"], "", data["secrecy"])
        about = data["about"] if data["kind"] == "tipoff" else ""
        return PublicReport(data["kind"], data["text"], data["place"], lon, lat, about, reporter)


class TrackForm(forms.Form):
    """The code on a receipt."""

    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        """The code as it is kept."""
        code = rules.code_of(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("查询码是回执上的 12 位字母和数字，请对照回执再输一遍"))
        return code


class AskCodeForm(forms.Form):
    """The number of a case and the phone it was reported with."""

    number = forms.RegexField(
        r"^\d{8}-?\d{6,9}$", label=gettext_lazy("编号"), max_length=20, strip=True,
        error_messages={"invalid": gettext_lazy("编号像 20261122-000123，请照回执或短信抄写")},
    )  # fmt: skip
    phone = PhoneField(label=gettext_lazy("反映时留的手机号"), max_length=30)

    def clean_number(self) -> str:
        """The number with its dash."""
        digits = self.cleaned_data["number"].replace("-", "")
        return f"{digits[:8]}-{digits[8:]}"


class UseCodeForm(forms.Form):
    """The code that came to the phone."""

    secret = forms.RegexField(
        r"^\d{6}$", label=gettext_lazy("验证码"), max_length=6, strip=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"invalid": gettext_lazy("验证码是 6 位数字")},
    )  # fmt: skip


class WordForm(forms.Form):
    """Something to add."""

    words = forms.CharField(
        label=gettext_lazy("补充说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(forms.Form):
    """Solved? content? why not?"""

    resolved = forms.TypedChoiceField(
        label=gettext_lazy("事情解决了吗"), choices=[("1", gettext_lazy("解决了")), ("0", gettext_lazy("没有解决"))],
        coerce=lambda value: value == "1", widget=forms.RadioSelect,
    )  # fmt: skip
    satisfied = forms.TypedChoiceField(
        label=gettext_lazy("您满意吗"),
        choices=choices(rules.SATISFACTION),
        coerce=int,
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("哪里不满意"),
        choices=choices(rules.UNHAPPY_REASONS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label=gettext_lazy("还想说什么"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
