"""What is written at the gate: an application, an opinion, what goes with a step, a refusal, a by-pass."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.algorithms.burden import KINDS, OFTEN
from linli.algorithms.statetable import Transition
from linli.duties import rules
from linli.duties.commands import ApplicationDraft, BypassDraft, Said
from linli.duties.forms.lists import category_choices
from linli.duties.models import Application
from linli.duties.rules import gate
from linli.kernel.files.forms import FilesField
from linli.kernel.picker import Option, Picker, Pickers
from linli.kernel.wording import choices, worded
from linli.territory.queries.units import tree

GIVEN = tuple(kind for kind in KINDS if kind != "unlisted")
"""Kinds of burden that an applicant may name: what is applied for is not outside the lists."""

RESOURCE_HINTS = {
    "power_words": _("给了什么权限，例如：以部门名义核实，结果由部门认定"),
    "money_words": _("多少、怎么拨，例如：每个社区每季 500 元，季初拨付"),
    "people_words": _("派谁、多长时间"),
}


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def _text(label: Any, most: int, *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


def department_choices(only: str = "") -> list[tuple[str, Any]]:
    """The departments in force, none first, so that nobody's is taken for want of a choice; or the one that there is no choice from."""
    found = [
        (node.code, node.name)
        for node in tree().nodes
        if node.kind == "department" and only in ("", node.code)
    ]
    return found if only else [("", _("请选择")), *found]


def place_choices(scope: str = "") -> list[tuple[str, str]]:
    """(path, name) of the county, its streets and communities; a community with its street."""
    found: list[tuple[str, str]] = []
    for node in tree().below(scope) if scope else tree().nodes:
        if node.level == "street" or (node.parent_id is None and node.kind != "department"):
            found.append((node.path, node.name))
        elif node.level == "community":
            street = next((n.name for n in reversed(tree().ancestors(node.path)) if n.level == "street"), "")
            found.append((node.path, Option(f"{node.name}（{street}）" if street else node.name)))
    return found


class ApplicationForm(forms.Form):
    """What a department wants communities to do."""

    department = forms.ChoiceField(label=_("申请部门"), widget=Picker)
    title = forms.CharField(label=_("事项名称"), max_length=100)
    kind = forms.ChoiceField(label=_("类别"), choices=choices(gate.MATTERS))
    what = _text(_("要社区做什么"), 1000, rows=4)
    basis = _text(_("依据"), 500, rows=2)
    category = forms.ChoiceField(label=_("派单分类"), required=False, widget=Picker)
    places = forms.MultipleChoiceField(label=_("涉及哪些街道、社区"), widget=Pickers)
    starts_on = _day(_("从哪一天起"))
    ends_on = _day(_("到哪一天止"))
    often = forms.ChoiceField(label=_("多久一次"), choices=choices(OFTEN))
    trial_until = _day(_("先试点到哪一天"), required=False)
    trial_words = forms.CharField(label=_("试点看什么"), required=False, max_length=300)
    power = forms.BooleanField(label=_("权随事转"), required=False)
    power_words = forms.CharField(label=_("权"), required=False, max_length=200)
    money = forms.BooleanField(label=_("费随事转"), required=False)
    money_words = forms.CharField(label=_("费"), required=False, max_length=200)
    people = forms.BooleanField(label=_("人随事转"), required=False)
    people_words = forms.CharField(label=_("人"), required=False, max_length=200)
    materials = _text(_("材料"), 500, required=False, rows=2)
    alternatives = _text(_("考虑过的其他办法"), 1000)
    headings = _text(_("表格的栏目"), 2000, required=False, rows=4)
    rows = forms.IntegerField(label=_("表格每次约有几行"), min_value=1, max_value=100_000, initial=1)

    def __init__(self, *args: Any, only: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in GIVEN:
            self.fields[kind] = forms.FloatField(
                label=worded({kind: KINDS[kind].name})[kind], required=False, min_value=0, max_value=1e6
            )
        self.fields["department"].choices = department_choices(only)  # type: ignore[attr-defined]
        self.fields["places"].choices = place_choices()  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("不对应派单分类")), *category_choices()]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: Application, only: str = "") -> ApplicationForm:
        """The form filled with an application."""
        return cls(only=only, initial=cls.values_of(row))

    @classmethod
    def values_of(cls, row: Application) -> dict[str, Any]:
        """What the fields say of an application."""
        names = [
            name for name in cls.base_fields if name not in {"department", "category", "headings", "rows"}
        ]
        values = {name: getattr(row, name) for name in names}
        per_row = len(row.headings) or 1
        cells = row.brings.get("cell", 0) + row.brings.get("known", 0)
        return {
            **values, **row.brings, "department": row.department.code, "category": row.category.code if row.category else "",
            "headings": "\n".join(row.headings), "rows": max(1, round(cells / per_row)) if row.headings else 1,
        }  # fmt: skip

    def brought(self) -> list[tuple[Any, str]]:
        """The fields of the work that comes each time or stands there, with their units."""
        return [(self[kind], KINDS[kind].unit) for kind in GIVEN]

    def draft(self) -> ApplicationDraft:
        """What the form asks for."""
        data = dict(self.cleaned_data)
        brings = {kind: data.pop(kind) or 0 for kind in GIVEN}
        headings = [line.strip() for line in data.pop("headings").splitlines() if line.strip()]
        return ApplicationDraft(brings=brings, headings=headings, **data)


class OpinionForm(forms.Form):
    """What a unit says of an application."""

    stance = forms.ChoiceField(label=_("意见"), choices=choices(gate.STANCES))
    words = forms.CharField(
        label=_("说一句"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class FilesForm(forms.Form):
    """Files that go with an application."""

    uploads = FilesField(label=_("文件"), required=True, error_messages={"required": _("请先选择文件")})


class MissingForm(forms.Form):
    """What did not come with a matter."""

    missing = forms.MultipleChoiceField(
        label=_("没有到位的"),
        required=False,
        choices=choices(rules.RESOURCES),
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(label=_("说明"), required=False, max_length=300)


NEEDED: dict[str, tuple[str, ...]] = {
    "admit_if": ("conditions",), "publish": ("review_on",), "publish_trial": ("review_on",), "confirm": ("review_on",),
    "keep": ("review_on",), "exit": ("until",), "withdraw": ("missing",),
}  # fmt: skip
"""What a step asks for besides its reason."""


class StepForm(forms.Form):
    """What goes with a step of an application: only the fields that the step asks for."""

    note = _text(_("理由"), 600)
    conditions = _text(_("条件"), 600)
    review_on = _day(_("复核日期"), required=False)
    until = _day(_("退出日期"))
    missing = forms.MultipleChoiceField(
        label=_("没有到位的"), choices=choices(rules.RESOURCES), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, step: Transition, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{step.verb}_%s", **kwargs)
        wanted = {*NEEDED.get(step.verb, ()), *(("note",) if step.needs_note else ())}
        for name in [name for name in self.fields if name not in wanted]:
            del self.fields[name]

    def said(self) -> Said:
        """What was said with the step."""
        return Said(**self.cleaned_data)


class RefuseForm(forms.Form):
    """A task that came outside every system, in two fields."""

    department = forms.ChoiceField(label=_("哪个部门交办的"), widget=Picker)
    title = forms.CharField(label=_("什么事"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    channel = forms.ChoiceField(
        label=_("怎么来的"), choices=choices(gate.CHANNELS, *gate.BY_HAND), initial="group"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = department_choices()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What the county office answers to a refusal: only the fields that the answer asks for."""

    note = _text(_("理由"), 600)
    until = _day(_("应急到哪一天为止"))
    line = forms.CharField(label=_("清单条目的编号"), max_length=20)

    WANTED = {
        "uphold": ("note",),
        "let_through": ("note", "until"),
        "point_out": ("line", "note"),
        "reopen": ("note",),
    }

    def __init__(self, verb: str, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{verb}_%s", **kwargs)
        for name in [name for name in self.fields if name not in self.WANTED.get(verb, ())]:
            del self.fields[name]
        if verb == "uphold":
            self.fields["note"].required = False


class BypassForm(forms.Form):
    """A matter that cannot wait for the gate."""

    department = forms.ChoiceField(label=_("部门"), widget=Picker)
    title = forms.CharField(label=_("什么事"), max_length=100)
    reason = _text(_("为什么等不及准入"), 600)
    places = forms.MultipleChoiceField(label=_("涉及哪些街道、社区"), widget=Pickers)
    category = forms.ChoiceField(label=_("派单分类"), required=False, widget=Picker)
    ends_on = _day(_("到哪一天止"))

    def __init__(self, *args: Any, only: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = department_choices(only)  # type: ignore[attr-defined]
        self.fields["places"].choices = place_choices()  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("不对应派单分类")), *category_choices()]  # type: ignore[attr-defined]

    def draft(self) -> BypassDraft:
        """What the form asks for."""
        return BypassDraft(**self.cleaned_data)


class ReviewForm(forms.Form):
    """What a review says of a by-pass."""

    verdict = forms.ChoiceField(label=_("结论"), choices=choices(gate.VERDICTS), widget=forms.RadioSelect)
    words = _text(_("理由"), 600)
