"""The small form of each step on the page of a case; most are a reason and one choice."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.cases import rules
from linli.cases.commands.handling import WAYS
from linli.cases.forms.units import COMMUNITIES, GRIDS, UnitField, UnitsField, offered, street_of
from linli.cases.models import Case
from linli.cases.queries.clocks import more_time_for, running_resolve
from linli.cases.queries.routing import routing_of, unit_for
from linli.duties import queries as duties
from linli.kernel.audit.actor import Actor
from linli.kernel.files.forms import FilesField
from linli.kernel.privacy.commands import purposes
from linli.kernel.wording import choices
from linli.territory.queries.units import tree

YES_NO = [("yes", _("是")), ("no", _("否"))]
SATISFIED = [
    ("5", _("很满意")),
    ("4", _("满意")),
    ("3", _("基本满意")),
    ("2", _("不满意")),
    ("1", _("很不满意")),
]
REASONS = ["没有解决", "处理太慢", "态度不好", "没有联系我", "结果与事实不符", "要求超出职责"]


class DoForm(forms.Form):
    """What every step carries along: the version of the case that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, case: Case, actor: Actor, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.case, self.actor, self.at = case, actor, at
        self.fields["version"].initial = case.version
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and first values that depend on the case."""


def note(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    """A text of a few lines."""
    return forms.CharField(
        label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows, "maxlength": 2000}), **more
    )


class NoteForm(DoForm):
    note = note(_("理由"))


class WithdrawForm(DoForm):
    note = note(_("撤回理由"), help_text=_("签收前可以撤回；时限作废，案件回到派遣，由派遣员重新派"))


class AnswerForm(DoForm):
    note = note(_("答复内容"))


class PauseForm(DoForm):
    note = note(_("暂停原因"), help_text=_("例：等待产权单位提供管线图；到上限自动恢复"))


class OptionalNoteForm(DoForm):
    note = note(_("说明"), rows=2, required=False)


class ReferForm(DoForm):
    channel = forms.ChoiceField(label=_("引导去向"), choices=choices(rules.REFERRALS))
    note = note(_("告知内容"))


class CategoryForm(DoForm):
    category = forms.TypedChoiceField(label=_("分类"), coerce=duties.category_by_code)
    kind = forms.ChoiceField(label=_("诉求类型"), choices=choices(rules.KINDS))
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=choices(rules.URGENCIES))

    def prepare(self) -> None:
        grown = duties.categories()
        self.fields["category"].choices = [("", _("请选择"))] + [  # type: ignore[attr-defined]
            (grown.said(root), [(leaf.code, grown.said(leaf)) for leaf in grown.leaves(root)])
            for root in grown.roots
        ]
        self.fields["category"].initial = self.case.category.code if self.case.category else ""
        self.fields["kind"].initial, self.fields["urgency"].initial = self.case.kind, self.case.urgency


class ReclassifyForm(CategoryForm):
    place = UnitField(label=_("所在社区（村）或网格"), required=False)
    place_kind = forms.ChoiceField(
        label=_("地点类型"), required=False, choices=[("", _("不清楚")), *choices(duties.PLACE_KINDS)]
    )

    def prepare(self) -> None:
        super().prepare()
        street = street_of(self.case)
        groups = (*COMMUNITIES, *GRIDS) if street else COMMUNITIES
        self.fields["place"].choices = offered(groups, street)  # type: ignore[attr-defined]
        place = tree().by_id.get(self.case.place_id or 0)
        self.fields["place"].initial = place.code if place and place.level in {"community", "grid"} else ""
        self.fields["place_kind"].initial = self.case.place_kind


class VerifyForm(DoForm):
    unit = UnitField(label=_("派给"))
    note = note(_("请核实什么"), rows=2, required=False)

    def prepare(self) -> None:
        self.fields["unit"].choices = offered((*GRIDS, *COMMUNITIES), street_of(self.case))  # type: ignore[attr-defined]
        place = tree().by_id.get(self.case.place_id or 0)
        self.fields["unit"].initial = place.code if place and place.level in {"community", "grid"} else ""


class VerifiedForm(DoForm):
    found = forms.ChoiceField(
        label=_("情况是否属实"), choices=[("yes", _("属实")), ("no", _("不属实"))], widget=forms.RadioSelect
    )
    note = note(_("看到的情况"))
    photos = FilesField(label=_("照片"))


class CheckForm(OptionalNoteForm):
    photos = FilesField(label=_("照片"))


class FailForm(NoteForm):
    note = note(_("哪里没有做好"))
    photos = FilesField(label=_("照片"))


class MergeForm(DoForm):
    into = forms.CharField(
        label=_("并入案件编号"), max_length=20, help_text=_("从相似案件中复制编号，或直接填写")
    )


class DispatchForm(DoForm):
    lead = UnitField(label=_("主办单位"))
    assist = UnitsField(label=_("协办单位"), required=False)
    reason = note(_("派遣理由"), rows=2, required=False)

    def prepare(self) -> None:
        routing = routing_of(self.case, self.at)
        lead = unit_for(self.case, routing.lead) if routing else None
        if routing and lead:
            self.fields["lead"].initial = lead.code
            self.fields["lead"].help_text = _("派单目录建议：%(unit)s。%(reason)s") % {
                "unit": lead.name,
                "reason": routing.reason,
            }
            self.fields["assist"].initial = [
                unit.code for word in routing.assist if (unit := unit_for(self.case, word))
            ]


class ReassignForm(DispatchForm):
    reason = note(_("改派理由"))


class ReturnForm(DoForm):
    reason = note(_("退单理由"), help_text=_("写明为什么不属于本单位职责，依据是什么"))
    proposed = UnitField(label=_("建议由谁办理"), required=False)


class HandDownForm(DoForm):
    lead = UnitField(label=_("转给"))
    reason = note(_("转办要求"), rows=2)

    def prepare(self) -> None:
        self.fields["lead"].choices = offered(COMMUNITIES, self.actor.scope)  # type: ignore[attr-defined]
        here = next((n for n in tree().ancestors(self.case.place_path) if n.level == "community"), None)
        self.fields["lead"].initial = here.code if here else ""


class SubmitForm(DoForm):
    result = note(
        _("办理结果"), rows=4, help_text=_("做了什么、结果怎样；会原文答复诉求人，不要写他人姓名电话")
    )
    photos = FilesField(label=_("处置后照片"))


class CallbackForm(DoForm):
    reached = forms.ChoiceField(
        label=_("联系上了吗"), choices=YES_NO, widget=forms.RadioSelect, initial="yes"
    )
    resolved = forms.ChoiceField(
        label=_("解决了吗"), choices=YES_NO, widget=forms.RadioSelect, required=False
    )
    satisfied = forms.TypedChoiceField(
        label=_("满意吗"),
        choices=SATISFIED,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    reasons = forms.MultipleChoiceField(
        label=_("不满意的原因"),
        choices=[(word, _(word)) for word in REASONS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = note(_("意见"), rows=2, required=False)

    def clean_resolved(self) -> bool | None:
        """Yes and no as values."""
        return {"yes": True, "no": False}.get(self.cleaned_data["resolved"])


class ContactForm(DoForm):
    way = forms.ChoiceField(
        label=_("联系方式"), choices=choices(WAYS), widget=forms.RadioSelect, initial="phone"
    )
    reached = forms.ChoiceField(
        label=_("联系上了吗"), choices=YES_NO, widget=forms.RadioSelect, initial="yes"
    )
    words = note(_("联系情况"), rows=2)


class MeasureForm(DoForm):
    words = note(_("处置措施"))
    photos = FilesField(label=_("处置中照片"))


class PhotoForm(DoForm):
    purpose = forms.ChoiceField(
        label=_("这些照片是"), choices=choices(rules.FILE_PURPOSES), widget=forms.RadioSelect
    )
    photos = FilesField(label=_("照片或材料"))

    def clean_photos(self) -> list[Any]:
        """At least one."""
        if not self.cleaned_data["photos"]:
            raise forms.ValidationError(_("请选择照片或文件"))
        return list(self.cleaned_data["photos"])


class ExtendForm(DoForm):
    kind = "extend"
    amount = forms.IntegerField(label=_("延长多少"), min_value=1, max_value=999)
    reason = note(_("延期理由"))

    def prepare(self) -> None:
        """Say in which measure is asked, and how much there is to ask for."""
        running = running_resolve(self.case)
        if running is None:
            return
        there = more_time_for(self.kind, self.case, running, self.at)
        words = {"n": there.most, "given": there.given, "measure": gettext(rules.MEASURES[there.measure])}
        said = gettext("以%(measure)s计，最多 %(n)s %(measure)s")
        if there.given:
            said = gettext("以%(measure)s计，合计最多 %(n)s %(measure)s，已延 %(given)s %(measure)s")
        self.fields["amount"].help_text = said % words


class PutOffForm(ExtendForm):
    kind = "defer"
    amount = forms.IntegerField(label=_("缓办多久"), min_value=1, max_value=999)
    reason = note(_("缓办理由"), help_text=_("写明为什么现在不能办、什么时候能办；期满自动恢复办理"))


class DecideForm(DoForm):
    granted = forms.ChoiceField(
        label=_("决定"), choices=[("yes", _("准许")), ("no", _("不准许"))], widget=forms.RadioSelect
    )
    decision = note(_("决定理由"))


class SuperviseForm(DoForm):
    step = forms.ChoiceField(
        label=_("方式"),
        choices=choices(rules.SUPERVISION_STEPS),
        widget=forms.RadioSelect,
        initial="remind",
    )
    unit = UnitField(label=_("发给"))
    words = note(_("督办要求"))
    answer_by = forms.DateField(
        label=_("要求回复日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def prepare(self) -> None:
        if self.case.lead:
            self.fields["unit"].initial = self.case.lead.code

    def clean_answer_by(self) -> datetime | None:
        """The end of that day; not in the past."""
        day: date | None = self.cleaned_data["answer_by"]
        if day is None:
            return None
        if day < timezone.localdate(self.at):
            raise forms.ValidationError(_("回复日期不能早于今天"))
        return timezone.make_aware(datetime.combine(day, time(18, 0)))


class ReplyForm(DoForm):
    answer = note(_("回复督办"))


class ExcludeForm(DoForm):
    reason = forms.CharField(label=_("剔除原因"), max_length=60, help_text=_("会随考核结果一并公布"))


class RevealForm(forms.Form):
    """What the reporter is looked at for."""

    purpose = forms.ChoiceField(
        label=_("查看用途"), choices=lambda: choices(purposes("cases.Reporter")), widget=forms.RadioSelect
    )
