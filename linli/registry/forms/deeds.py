"""What is asked to record a life event. Every form ends with the day it happened and who says so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.actor import Actor
from linli.kernel.wording import choices
from linli.registry.commands.sealing import document_mark
from linli.registry.forms import number_field, read_number
from linli.registry.models import Care, Household, Membership, Person
from linli.registry.policy import care_groups_of, is_switched_on
from linli.registry.queries.sealed import Opener
from linli.registry.rules.elements import elements
from linli.registry.rules.life import LIVING
from linli.registry.rules.tables import titles

DATE = {"type": "date"}
ADDRESS_HINT = _("例：金龙小区3栋1单元502室")


def _blank(table: dict[str, str]) -> list[tuple[str, Any]]:
    return [("", _("请选择")), *choices(table)]


def _codes(name: str) -> list[tuple[str, Any]]:
    return _blank(titles(name))


class DeedForm(forms.Form):
    """The day of the event, and the source that says so. ``about`` is the person or the household it is recorded of."""

    on = forms.DateField(label=_("发生日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))
    origin = forms.ChoiceField(label=_("信息来源"))

    def __init__(self, *given: Any, about: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*given, **more)
        self.about, self.actor = about, actor
        self.order_fields([name for name in self.fields if name not in ("on", "origin")])
        today = timezone.localdate()
        self.fields["on"].initial = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.fields["origin"].choices = choices(titles("source_kinds"))  # type: ignore[attr-defined]
        self.fields["origin"].initial = "community"
        self.fill()

    def fill(self) -> None:
        """Put in the choices that depend on whom it is about."""

    def choose(self, name: str, offered: list[tuple[Any, Any]]) -> None:
        """The choices of a field."""
        self.fields[name].choices = offered  # type: ignore[attr-defined]


class NameForm(DeedForm):
    """The new name."""

    name = forms.CharField(label=_("新的姓名"), max_length=60)


class DocumentForm(DeedForm):
    """The new document."""

    kind = forms.ChoiceField(label=_("证件类型"))
    number = number_field(_("新的证件号码"))

    def fill(self) -> None:
        self.choose("kind", choices(titles("document_kinds")))
        self.fields["kind"].initial = self.about.document_kind or "citizen_id"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("number") and given.get("kind") == "citizen_id":
            try:
                given["number"] = read_number(given["number"])
            except forms.ValidationError as wrong:
                self.add_error("number", wrong)
        return given


class MoveForm(DeedForm):
    """Where somebody lives from now on."""

    address = forms.CharField(label=_("新的住址"), max_length=200, help_text=ADDRESS_HINT)
    outside = forms.BooleanField(label=_("在本区以外"), required=False)
    kind = forms.ChoiceField(label=_("居住方式"))

    def fill(self) -> None:
        kinds = titles("residence_kinds")
        self.choose("kind", choices({code: kinds[code] for code in LIVING}))


class RegisterForm(DeedForm):
    """Where the household register has somebody from now on."""

    address = forms.CharField(label=_("新的户籍地址"), max_length=200, required=False, help_text=ADDRESS_HINT)
    outside = forms.BooleanField(label=_("在本区以外"), required=False)


class MarryForm(DeedForm):
    """Whom, and in which household they live."""

    spouse = number_field(_("对方的证件号码"))
    household_id = forms.TypedChoiceField(
        label=_("婚后的家庭户"), coerce=int, empty_value=None, required=False
    )

    def fill(self) -> None:
        row = Membership.objects.filter(person=self.about, valid_to=None).select_related("household").first()
        home = (
            [(row.household_id, gettext("仍在%(name)s现在的户") % {"name": self.about.name})] if row else []
        )
        self.choose("household_id", [("", _("两人另立一户")), *home])

    def clean_spouse(self) -> bytes:
        """The mark by which the other is found: the number itself goes no further."""
        return document_mark("citizen_id", read_number(self.cleaned_data["spouse"]))


class CorrectForm(DeedForm):
    """Ordinary values as they are now; what is left as it is stays untouched."""

    FIELDS = ("sex", "birth", "phones", "education", "work")
    sex = forms.ChoiceField(label=_("性别"), required=False)
    birth = forms.DateField(
        label=_("出生日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE)
    )
    phones = forms.CharField(label=_("联系电话"), max_length=100, required=False, help_text=_("几个电话用顿号分开；不改就留空"), widget=forms.TextInput(attrs={"autocomplete": "off", "data-nokeep": ""}))  # fmt: skip
    education = forms.ChoiceField(label=_("文化程度"), required=False)
    work = forms.CharField(label=_("工作单位"), max_length=100, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def fill(self) -> None:
        for name, table in (("sex", "sexes"), ("education", "educations")):
            self.choose(name, _codes(table))
        person: Person = self.about
        now = {"sex": person.sex, "birth": person.birth, "education": person.education, "work": person.work}
        for name, value in (now | {"version": person.version}).items():
            self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        changed = [name for name in self.FIELDS if name in self.changed_data and name in given]
        given["values"] = {name: str(given[name] or "") for name in changed}
        if not changed and not self.errors:
            raise forms.ValidationError(_("没有改动；请先改要更正的内容"))
        return given


class CareForm(DeedForm):
    """The group, and on what it is recorded."""

    group = forms.ChoiceField(label=_("关爱类别"))
    basis = forms.CharField(label=_("依据"), max_length=200, help_text=_("证件、文件或核实情况"))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def fill(self) -> None:
        groups = titles("care_groups")
        self.choose("group", _blank({code: groups[code] for code in care_groups_of(self.actor)}))


class CareEndForm(DeedForm):
    """Which of the groups that the actor may see."""

    care = forms.ChoiceField(label=_("关爱类别"))
    note = forms.CharField(label=_("原因"), max_length=200, required=False)

    def fill(self) -> None:
        opener, groups = Opener(), titles("care_groups")
        rows = Care.objects.filter(person=self.about, valid_to=None)
        found = [
            (row.pk, gettext(groups[group]))
            for row in rows
            if (group := opener.care(row).get("group", "")) in groups
        ]
        self.choose("care", [("", _("请选择")), *found])


class TraitForm(DeedForm):
    """A field that the county has switched on, and its value."""

    element = forms.ChoiceField(label=_("字段"))
    value = forms.ChoiceField(label=_("取值"), required=False)

    @staticmethod
    def offered() -> list[str]:
        """The fields that are on today."""
        today = timezone.localdate()
        return [
            code
            for code, each in elements("person").items()
            if each.access == "switched" and is_switched_on(code, today)
        ]

    def fill(self) -> None:
        on = {code: elements("person")[code] for code in self.offered()}
        self.choose("element", _blank({code: each.title for code, each in on.items()}))
        values = [(gettext(each.title), choices(titles(each.table))) for each in on.values()]
        self.choose("value", [("", _("清空")), *values])


def members(home: Household) -> list[tuple[Any, Any]]:
    """The members of a household, as choices."""
    rows = Membership.objects.filter(household=home, valid_to=None).select_related("person").order_by("pk")
    return [(row.person_id, row.person.name) for row in rows]


class BirthForm(DeedForm):
    """A child of a member; ``on`` is the day of birth."""

    name = forms.CharField(label=_("孩子姓名"), max_length=60)
    sex = forms.ChoiceField(label=_("性别"))
    number = number_field(_("公民身份号码"), required=False)
    parent = forms.ChoiceField(label=_("父亲或母亲"))

    def fill(self) -> None:
        self.choose("sex", _codes("sexes"))
        self.choose("parent", [("", _("请选择")), *members(self.about)])
        self.fields["on"].label = _("出生日期")

    def clean_number(self) -> str:
        """The number as it is kept."""
        given = str(self.cleaned_data["number"])
        return read_number(given) if given else ""


class HeadForm(DeedForm):
    """The new head."""

    person = forms.ChoiceField(label=_("新户主"))

    def fill(self) -> None:
        others = [each for each in members(self.about) if each[0] != self.about.head_id]
        self.choose("person", [("", _("请选择")), *others])


class SplitForm(DeedForm):
    """Who leaves, under which head, and where they live."""

    person = forms.ChoiceField(label=_("新户的户主"))
    others = forms.MultipleChoiceField(
        label=_("一起分出的人"), required=False, widget=forms.CheckboxSelectMultiple
    )
    number = forms.CharField(label=_("新户的户号"), max_length=40, required=False)
    address = forms.CharField(label=_("新户的住址"), max_length=200, required=False, help_text=ADDRESS_HINT)
    outside = forms.BooleanField(label=_("在本区以外"), required=False)

    def fill(self) -> None:
        self.choose("person", [("", _("请选择")), *members(self.about)])
        self.choose("others", members(self.about))


class MergeForm(DeedForm):
    """The household that joins."""

    number = forms.CharField(label=_("另一户的户号"), max_length=40)


class AddForm(MoveForm):
    """Who comes into the register, and where the person lives."""

    FIELDS = ("name", "sex", "birth", "document", "phones")
    name = forms.CharField(label=_("姓名"), max_length=60)
    sex = forms.ChoiceField(label=_("性别"), required=False)
    birth = forms.DateField(
        label=_("出生日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE)
    )
    document = number_field(_("公民身份号码"), required=False)
    phones = forms.CharField(label=_("联系电话"), max_length=100, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "data-nokeep": ""}))  # fmt: skip

    def fill(self) -> None:
        super().fill()
        self.choose("sex", _codes("sexes"))
        self.fields["address"].label = _("现住址")
        del self.fields["outside"]
        self.order_fields([*self.FIELDS, "address", "kind", "on", "origin"])

    def clean_document(self) -> str:
        """The number as it is kept."""
        given = str(self.cleaned_data["document"])
        return read_number(given) if given else ""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["values"] = {name: str(given.get(name) or "") for name in self.FIELDS}
        if given["values"].get("document"):
            given["values"]["document_kind"] = "citizen_id"
        return given
