"""What people may write at the desk and on the boards; the commands decide whether it is accepted."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases import rules
from linli.cases.commands import Intake, ReporterFacts, Wish
from linli.cases.forms.units import COMMUNITIES, GRIDS, UnitField, UnitsField
from linli.cases.forms.units import offered as offered_units
from linli.cases.models import Proposal
from linli.duties.models import Category
from linli.duties.queries import PLACE_KINDS, CategoryTree, categories
from linli.kernel.wording import choices
from linli.territory.queries.units import Node, tree

DESK_CHANNELS = ("hotline", "counter", "letter", "superior")


class CategoryField(forms.CharField):
    """A category by its name, its whole way down, or its code; the list is offered while it is typed."""

    widget = forms.TextInput(
        attrs={"list": "categories", "autocomplete": "off", "placeholder": gettext_lazy("输入几个字选择")}
    )

    def clean(self, value: Any) -> Category | None:
        """The category meant, or None for nothing."""
        text = super().clean(value).strip()
        if not text:
            return None
        found = category_named(text)
        if found is None:
            raise forms.ValidationError(_("没有名为“%(text)s”的分类，请从列表中选择") % {"text": text})
        return found


def category_named(text: str) -> Category | None:
    """The one leaf that a text names; None where none or several do."""
    known = categories()
    if text in known.by_code and known.by_code[text].is_leaf:
        return known.by_code[text]
    last = text.split("›")[-1].strip()
    found = [row for row in known.leaves() if row.name == last]
    whole = [row for row in found if known.said(row) == text]
    return whole[0] if whole else found[0] if len(found) == 1 else None


def category_words(category: Category) -> str:
    """How a category stands in the list: its name where that is the only one, else the whole way down."""
    known = categories()
    return offered(known).get(category.code) or known.said(category)


@lru_cache(maxsize=2)
def offered(known: CategoryTree) -> dict[str, str]:
    """The words of every category that a case can be given, by code; worked out once for each state of the tree."""
    leaves = known.leaves()
    times = Counter(row.name for row in leaves)
    return {row.code: row.name if times[row.name] == 1 else known.said(row) for row in leaves}


class CallForm(forms.Form):
    """The whole of the desk's screen."""

    call = forms.IntegerField(required=False, widget=forms.HiddenInput)
    what = forms.ChoiceField(
        required=False,
        choices=[(w, w) for w in ("register", "dispatch", "hold", "explain", "refer", "merge")],
    )
    channel = forms.ChoiceField(label=gettext_lazy("渠道"), choices=choices(rules.CHANNELS, *DESK_CHANNELS))
    phone = forms.CharField(
        label=gettext_lazy("电话"), required=False, max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "data-nokeep": ""}),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("姓名"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = forms.CharField(
        label=gettext_lazy("住址"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    wants_secrecy = forms.BooleanField(label=gettext_lazy("要求保密"), required=False)
    text = forms.CharField(
        label=gettext_lazy("反映内容"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("请写明反映的内容")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("诉求类型"),
        required=False,
        choices=[("", gettext_lazy("按分类")), *choices(rules.KINDS)],
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("紧急程度"),
        required=False,
        choices=[("", gettext_lazy("按分类")), *choices(rules.URGENCIES)],
    )
    category = CategoryField(label=gettext_lazy("分类"), required=False)
    place_text = forms.CharField(
        label=gettext_lazy("地点"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": gettext_lazy("小区、路名门牌、单位")}),
    )  # fmt: skip
    point = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    place = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    place_kind = forms.ChoiceField(
        label=gettext_lazy("地点类型"),
        required=False,
        choices=[("", gettext_lazy("不清楚")), *choices(PLACE_KINDS)],
    )
    about = UnitField(label=gettext_lazy("被反映单位"), required=False)
    lead = UnitField(label=gettext_lazy("主办单位"), required=False)
    assist = UnitsField(label=gettext_lazy("协办单位"), required=False)
    note = forms.CharField(
        label=gettext_lazy("答复内容"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    referral = forms.ChoiceField(
        label=gettext_lazy("引导去向"), required=False, choices=[("", "—"), *choices(rules.REFERRALS)]
    )
    into = forms.IntegerField(required=False)

    def clean_phone(self) -> str:
        """Digits, and the marks people put between them."""
        phone = "".join(self.cleaned_data["phone"].split()).replace("-", "")
        if phone and not (phone.lstrip("+").isdigit() and 3 <= len(phone) <= 16):
            raise forms.ValidationError(_("电话号码只写数字，例如 13885100001"))
        return phone

    def clean_point(self) -> tuple[float, float] | None:
        """Longitude and latitude."""
        return read_point(self.cleaned_data["point"])

    def clean_place(self) -> Node | None:
        """The unit that was chosen with the place."""
        return tree().by_code.get(self.cleaned_data["place"])

    def intake(self) -> Intake:
        """What was taken down."""
        return _intake(self.cleaned_data)

    def so_far(self) -> Intake:
        """What was taken down so far: a field that is wrong or missing counts as not yet written."""
        self.is_valid()
        blank = {
            name: None if name in {"category", "point", "place", "about"} else "" for name in self.fields
        }
        return _intake({**blank, **self.cleaned_data})

    def wish(self) -> Wish:
        """What is to be done with it."""
        said = self.cleaned_data
        return Wish(
            said["what"] or "register",
            said["lead"],
            said["assist"],
            said["note"],
            said["referral"],
            said["into"],
        )


def _intake(said: dict[str, Any]) -> Intake:
    lon, lat = said["point"] or (None, None)
    return Intake(
        channel=said["channel"], text=said["text"], kind=said["kind"], category=said["category"], urgency=said["urgency"],
        place_text=said["place_text"], place_kind=said["place_kind"], lon=lon, lat=lat, place=said["place"] if lon is None else None, about=said["about"],
        reporter=ReporterFacts(said["name"], said["phone"], said["address"], bool(said["wants_secrecy"])),
    )  # fmt: skip


def read_point(text: str) -> tuple[float, float] | None:
    """``106.70,26.58`` as longitude and latitude; None for anything else."""
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


class VersionForm(forms.Form):
    """Any step on a board: the version that the person saw, and the words they wrote."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ScreenForm(VersionForm):
    """Accepting with corrections, or one of the other ways out of screening."""

    category = CategoryField(label=gettext_lazy("分类"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("诉求类型"), required=False, choices=choices(rules.KINDS))
    urgency = forms.ChoiceField(
        label=gettext_lazy("紧急程度"), required=False, choices=choices(rules.URGENCIES)
    )
    place = UnitField(label=gettext_lazy("所在单位"), required=False, beyond=True)
    place_kind = forms.ChoiceField(
        label=gettext_lazy("地点类型"),
        required=False,
        choices=[("", gettext_lazy("不清楚")), *choices(PLACE_KINDS)],
    )
    unit = UnitField(label=gettext_lazy("核实网格"), required=False, beyond=True)
    referral = forms.ChoiceField(
        label=gettext_lazy("引导去向"), required=False, choices=[("", "—"), *choices(rules.REFERRALS)]
    )
    into = forms.IntegerField(required=False)

    def near(self, street: str) -> ScreenForm:
        """Offer the units around a case: all of its street, or every community where no street is known."""
        around = (*COMMUNITIES, *GRIDS) if street else COMMUNITIES
        self.fields["place"].choices = offered_units(around, street)  # type: ignore[attr-defined]
        self.fields["unit"].choices = offered_units(GRIDS, street) if street else []  # type: ignore[attr-defined]
        return self


class DispatchForm(VersionForm):
    """To whom a case goes."""

    lead = UnitField(label=gettext_lazy("主办单位"))
    assist = UnitsField(label=gettext_lazy("协办单位"), required=False)


class RulingForm(VersionForm):
    """An objection's ruling, or an extension's decision."""

    yes = forms.BooleanField(required=False)
    note = forms.CharField(
        label=gettext_lazy("理由"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


CALLBACK_REASONS = ("没有解决", "办理太慢", "没有联系我", "态度不好", "答复不清楚", "反复发生")


class CallbackForm(VersionForm):
    """What the reporter said when called."""

    reached = forms.ChoiceField(choices=[("yes", gettext_lazy("已接通")), ("no", gettext_lazy("未接通"))])
    resolved = forms.ChoiceField(
        required=False, choices=[("", ""), ("yes", gettext_lazy("已解决")), ("no", gettext_lazy("未解决"))]
    )
    satisfied = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None,
        choices=[("", ""), (5, gettext_lazy("非常满意")), (4, gettext_lazy("满意")), (3, gettext_lazy("基本满意")), (2, gettext_lazy("不满意")), (1, gettext_lazy("很不满意"))],
    )  # fmt: skip
    reasons = forms.MultipleChoiceField(
        required=False, choices=[(each, gettext_lazy(each)) for each in CALLBACK_REASONS]
    )

    def answers(self) -> dict[str, Any]:
        """The arguments of ``call_back``."""
        said = self.cleaned_data
        return {
            "reached": said["reached"] == "yes", "resolved": said["resolved"] == "yes" if said["resolved"] else None,
            "satisfied": said["satisfied"], "reasons": said["reasons"], "words": said["note"], "version": said["version"],
        }  # fmt: skip


class SuperviseForm(VersionForm):
    """A reminder, an order or a notice to a unit."""

    note = forms.CharField(
        label=gettext_lazy("要求"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    step = forms.ChoiceField(label=gettext_lazy("方式"), choices=choices(rules.SUPERVISION_STEPS))
    unit = UnitField(label=gettext_lazy("对象"))


class ProposalForm(forms.Form):
    """A proposal as it comes in."""

    form = forms.ChoiceField(
        label=gettext_lazy("种类"), choices=choices(rules.PROPOSAL_FORMS), widget=forms.RadioSelect
    )
    session = forms.CharField(label=gettext_lazy("届次"), max_length=60)
    number = forms.CharField(label=gettext_lazy("案号"), max_length=40)
    received_on = forms.DateField(
        label=gettext_lazy("收到日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(
        label=gettext_lazy("提出人"), max_length=40, widget=forms.TextInput(attrs={"data-nokeep": ""})
    )
    phone = forms.CharField(
        label=gettext_lazy("联系电话"), max_length=20, widget=forms.TextInput(attrs={"data-nokeep": ""})
    )
    joint = forms.IntegerField(label=gettext_lazy("联名人数"), min_value=1, max_value=999, initial=1)
    title = forms.CharField(label=gettext_lazy("案由"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("内容"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )
    category = CategoryField(label=gettext_lazy("分类"), required=False)

    def intake(self) -> Intake:
        """The proposal as a request of its channel."""
        said = self.cleaned_data
        return Intake(
            channel="proposal", kind="suggestion", title=said["title"], text=said["text"], category=said["category"],
            reporter=ReporterFacts(said["name"], said["phone"]),
        )  # fmt: skip


class LetterForm(VersionForm):
    """The formal answer."""

    letter_number = forms.CharField(label=gettext_lazy("复函文号"), max_length=60)
    outcome = forms.ChoiceField(
        label=gettext_lazy("办理结果"),
        choices=lambda: [(code, Proposal(outcome=code).outcome_words) for code in rules.PROPOSAL_OUTCOMES],
    )
    letter = forms.CharField(
        label=gettext_lazy("复函正文"), max_length=8000, widget=forms.Textarea(attrs={"rows": 14})
    )


class RatingForm(forms.Form):
    """What the proposer says of the answer."""

    rating = forms.ChoiceField(
        label=gettext_lazy("评价"), choices=choices(rules.PROPOSAL_RATINGS), widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("意见"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
