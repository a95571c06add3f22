"""What is asked to record a life event. Every form ends with the day it happened and who says so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.algorithms.text.sentences import Refusal
from linli.kernel.audit.actor import Actor
from linli.kernel.wording import choices
from linli.registry.commands.sealing import document_mark
from linli.registry.forms import number_field, read_number
from linli.registry.models import Care, Household, Membership, Person
from linli.registry.policy import care_groups_of, is_switched_on
from linli.registry.queries.sealed import Opener
from linli.registry.rules.elements import elements, switched_elements
from linli.registry.rules.households import is_head
from linli.registry.rules.life import LIVING
from linli.registry.rules.tables import titles
from linli.registry.rules.values import NotReadable, read_values

DATE = {"type": "date"}
ADDRESS_HINT = _("例：金龙小区3栋1单元502室")


def blank(table: dict[str, str]) -> list[tuple[str, Any]]:
    """The choices of a table, none first."""
    return [("", _("请选择")), *choices(table)]


def codes_of(name: str) -> list[tuple[str, Any]]:
    """The choices of a code table, none first."""
    return blank(titles(name))


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

    @classmethod
    def fits(cls, actor: Actor) -> bool:
        """Whether an actor is offered it."""
        return True

    def refuse(self, refusal: Refusal) -> None:
        """Say what is refused: at the field of the element that it names, else above the form."""
        name = str(refusal.values.get("element", ""))
        if name in self.fields:
            self.add_error(name, str(refusal.values.get("why") or refusal))
        else:
            self.add_error(None, str(refusal))

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


def living_kinds() -> list[tuple[str, Any]]:
    """How somebody lives somewhere, other than by registration alone."""
    kinds = titles("residence_kinds")
    return list(choices({code: kinds[code] for code in LIVING}))


class MoveForm(DeedForm):
    """Where somebody lives from now on."""

    address = forms.CharField(label=_("新的住址"), max_length=200, help_text=ADDRESS_HINT)
    outside = forms.BooleanField(label=_("在本区以外"), required=False)
    kind = forms.ChoiceField(label=_("居住方式"))

    def fill(self) -> None:
        super().fill()
        self.choose("kind", living_kinds())


THERE, OWN, STAY = "there", "own", "stay"


class HomeForm(DeedForm):
    """To which household somebody belongs who comes to live at an address; ``UNSAID`` is what it means to say nothing."""

    UNSAID: Any = _("仍属原来的家庭户")
    home = forms.ChoiceField(label=_("家庭户"), required=False)
    relation = forms.ChoiceField(label=_("与户主关系"), error_messages={"required": _("请选择与户主关系")})
    head = forms.CharField(
        label=_("户主姓名或户号"), max_length=60, required=False, help_text=_("这个住址住着几户时填写")
    )

    def fill(self) -> None:
        super().fill()
        self.choose("home", [("", self.UNSAID), (THERE, _("加入这个住址的家庭户")), (OWN, _("单独立一户"))])
        others = {code: words for code, words in titles("relations").items() if not is_head(code)}
        self.choose("relation", blank(others))
        self.fields["relation"].required = not self.is_bound or self.data.get("home") == THERE


class PersonMoveForm(HomeForm, MoveForm):
    """Where somebody lives from now on, and in which household."""


class ReturnForm(PersonMoveForm):
    """Where somebody who had left lives again."""

    UNSAID = _("暂不登记家庭户")


class TransferForm(PersonMoveForm):
    """Where somebody who comes from another unit lives from now on; ``ticket`` says who it is."""

    ticket = forms.CharField(widget=forms.HiddenInput)

    def fill(self) -> None:
        super().fill()
        self.fields["home"].required = True
        self.choose("home", [("", _("请选择")), *self.fields["home"].choices[1:], (STAY, self.UNSAID)])  # type: ignore[attr-defined]
        self.fields["ticket"].initial = self.about.ticket
        self.fields["address"].label = _("现住址")
        self.fields["on"].label = _("迁入日期")
        del self.fields["outside"]


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


class ValuesForm(DeedForm):
    """Values of elements, each said to be wrong at its own field; ``values`` are those that are told."""

    KIND = "person"
    FIELDS: tuple[str, ...] = ()

    def told(self) -> list[str]:
        """The fields that tell something."""
        return [name for name in self.FIELDS if self.cleaned_data.get(name)]

    def values(self) -> dict[str, str]:
        """The values that are told."""
        return {name: str(self.cleaned_data[name] or "") for name in self.told()}

    def together(self, values: dict[str, str]) -> list[dict[str, str]]:
        """The values in groups that are read as one: each alone."""
        return [{name: text} for name, text in values.items()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["values"] = self.values()
        for group in self.together(given["values"]):
            try:
                read_values(self.KIND, group, on=given.get("on") or timezone.localdate())
            except NotReadable as refusal:
                self.refuse(refusal)
        return given


class MendForm(ValuesForm):
    """Values as they are now; what is left as it is stays untouched, and an older state of the record is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def now(self) -> dict[str, Any]:
        """The values as they are, for the fields that show them."""
        raise NotImplementedError

    def fill(self) -> None:
        for name, value in (self.now() | {"version": self.about.version}).items():
            self.fields[name].initial = value

    def told(self) -> list[str]:
        return [name for name in self.FIELDS if name in self.changed_data and name in self.cleaned_data]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given["values"] and not self.errors:
            raise forms.ValidationError(_("没有改动；请先改要更正的内容"))
        return given


PHONES = {"autocomplete": "off", "data-nokeep": ""}
"""Phones and whom they belong to: neither the browser nor a draft keeps them."""


def sealed_field(label: Any, hint: Any = "", most: int = 100) -> forms.CharField:
    """A value that is kept sealed."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=False,
        help_text=hint,
        widget=forms.TextInput(attrs=dict(PHONES)),
    )


class CorrectForm(MendForm):
    """Ordinary values of a person."""

    FIELDS = ("sex", "birth", "phones", "education", "work")
    sex = forms.ChoiceField(label=_("性别"), required=False)
    birth = forms.DateField(
        label=_("出生日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE)
    )
    phones = sealed_field(_("联系电话"), _("几个电话用顿号分开；不改就留空"))
    education = forms.ChoiceField(label=_("文化程度"), required=False)
    work = forms.CharField(label=_("工作单位"), max_length=100, required=False)

    def now(self) -> dict[str, Any]:
        person: Person = self.about
        return {"sex": person.sex, "birth": person.birth, "education": person.education, "work": person.work}

    def fill(self) -> None:
        super().fill()
        for name, table in (("sex", "sexes"), ("education", "educations")):
            self.choose(name, codes_of(table))


class CareForm(DeedForm):
    """The group, and on what it is recorded."""

    group = forms.ChoiceField(label=_("关爱类别"))
    basis = forms.CharField(label=_("依据"), max_length=200, help_text=_("证件、文件或核实情况"))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    @classmethod
    def fits(cls, actor: Actor) -> bool:
        return bool(care_groups_of(actor))

    def fill(self) -> None:
        groups = titles("care_groups")
        self.choose("group", blank({code: groups[code] for code in care_groups_of(self.actor)}))


class CareEndForm(DeedForm):
    """Which of the groups that the actor may see."""

    care = forms.ChoiceField(label=_("关爱类别"))
    note = forms.CharField(label=_("原因"), max_length=200, required=False)

    @classmethod
    def fits(cls, actor: Actor) -> bool:
        return bool(care_groups_of(actor))

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

    @classmethod
    def fits(cls, actor: Actor) -> bool:
        return bool(cls.offered())

    @staticmethod
    def offered() -> list[str]:
        """The fields that are on today."""
        today = timezone.localdate()
        return [code for code in switched_elements() if is_switched_on(code, today)]

    def fill(self) -> None:
        on = {code: elements("person")[code] for code in self.offered()}
        self.choose("element", blank({code: each.title for code, each in on.items()}))
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
        self.choose("sex", codes_of("sexes"))
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


class NewcomerForm(ValuesForm):
    """Who comes into the register, and where the person lives."""

    FIELDS = ("name", "sex", "birth", "document", "phones")
    name = forms.CharField(label=_("姓名"), max_length=60)
    sex = forms.ChoiceField(label=_("性别"), required=False)
    birth = forms.DateField(
        label=_("出生日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE)
    )
    document = number_field(_("公民身份号码"), required=False)
    phones = sealed_field(_("联系电话"))
    address = forms.CharField(label=_("现住址"), max_length=200, help_text=ADDRESS_HINT)
    kind = forms.ChoiceField(label=_("居住方式"))

    def fill(self) -> None:
        super().fill()
        self.choose("sex", codes_of("sexes"))
        self.choose("kind", living_kinds())

    def clean_document(self) -> str:
        """The number as it is kept."""
        given = str(self.cleaned_data["document"])
        return read_number(given) if given else ""

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given["values"].get("document"):
            given["values"]["document_kind"] = "citizen_id"
        return given


class AddForm(HomeForm, NewcomerForm):
    """Who comes into the register, where the person lives, and in which household."""

    UNSAID = _("暂不登记家庭户")
