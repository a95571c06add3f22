"""Recording what happened to a person or a household: one page for each life event, and the way back from it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.algorithms.text.sentences import Refusal, listed
from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands import cares, households, life, persons, switches
from linli.registry.commands.living import Place
from linli.registry.forms.deeds import (
    OWN,
    THERE,
    AddForm,
    BirthForm,
    CareEndForm,
    CareForm,
    CorrectForm,
    DeedForm,
    DocumentForm,
    HeadForm,
    MarryForm,
    MergeForm,
    MoveForm,
    NameForm,
    PersonMoveForm,
    RegisterForm,
    ReturnForm,
    SplitForm,
    TraitForm,
)
from linli.registry.models import Person
from linli.registry.queries.households import household_for
from linli.registry.queries.persons import person_for
from linli.registry.queries.placing import place_of
from linli.registry.views.recording import Common, Given, Page, asked, recorder, take_back

MANY = 9
"""Households of one dwelling whose heads are named."""


def place_given(given: Given, *, needed: bool = True) -> Place | None:
    """The place that a form names: a home of the register, a unit, or words for one outside; None where none need be named."""
    text = given.get("address", "")
    if not text:
        if needed:
            raise Refusal("请填写地址", element="address")
        return None
    if given.get("outside"):
        return Place(address=text)
    found = place_of(text)
    if found.dwelling_id is not None:
        return Place(dwelling_id=found.dwelling_id)
    if not found.unit:
        raise Refusal(
            "登记的房屋里没有找到这个地址。请写到小区、楼栋、单元和房号；在本区以外的，请勾选“在本区以外”",
            element="address",
        )
    return Place(address=text, unit=found.unit)


def living_given(given: Given, by: Actor) -> dict[str, Any]:
    """Where, how and in which household somebody lives from now on, as a form says it and the commands take it."""
    place = cast(Place, place_given(given))
    return {"place": place, "kind": given["kind"], **_home(given, place, by)}


def _home(given: Given, place: Place, by: Actor) -> dict[str, Any]:
    if given["home"] == OWN:
        return {"alone": True}
    if given["home"] != THERE:
        return {}
    if place.dwelling_id is None:
        raise Refusal("这个地址没有对应到登记的房屋，找不到那里的家庭户；请选“单独立一户”", element="home")
    rows = policy.households_for(by).filter(state="present", dwelling_id=place.dwelling_id)
    if given["head"]:
        told = given["head"].strip()
        rows = rows.filter(Q(head__name=told) | Q(number=told))
    found = list(rows.order_by("pk").values_list("pk", "head__name", "number")[:MANY])
    if not found:
        raise Refusal("这个住址没有登记这样的家庭户；请核对户主，或选“单独立一户”", element="home")
    if len(found) > 1:
        names = listed(sorted(" ".join(filter(None, each[1:])) for each in found))
        raise Refusal(
            "这个住址住着不止一户（%(names)s），请填写户主姓名；姓名相同的填写户号",
            element="head",
            names=names,
        )
    return {"household_id": found[0][0], "relation": given["relation"]}


def _spouse(given: Given, by: Actor) -> int:
    found = policy.persons_for(by).filter(document_mark=given["spouse"]).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal(
            "辖区内没有登记这个证件号码的人；对方不在本辖区的，请先办理转入或登记", element="spouse"
        )
    return found


def _other_home(given: Given, by: Actor) -> int:
    rows = policy.households_for(by).filter(number=given["number"], state="present")
    found = list(rows.values_list("pk", flat=True)[:2])
    if len(found) != 1:
        raise Refusal("辖区内没有这个户号，或不止一户，请核对", element="number")
    return found[0]


def _moved(person: Person, given: Given, common: Common) -> Any:
    return life.move(person_id=person.pk, **living_given(given, common["by"]), **common)


def _returned(person: Person, given: Given, common: Common) -> Any:
    return life.move_in(person_id=person.pk, **living_given(given, common["by"]), **common)


def _added(_none: Any, given: Given, common: Common) -> Any:
    values = {name: text for name, text in given["values"].items() if text}
    return persons.add_person(values=values, **living_given(given, common["by"]), **common)


def _registered(person: Person, given: Given, common: Common) -> Any:
    return life.register_at(person_id=person.pk, place=place_given(given, needed=False), **common)


def _corrected(person: Person, given: Given, common: Common) -> Any:
    return persons.correct(person_id=person.pk, values=given["values"], version=given["version"], **common)


def _married(person: Person, given: Given, common: Common) -> Any:
    return households.marry(
        person_id=person.pk, spouse_id=_spouse(given, common["by"]), household_id=given["household_id"] or None, **common
    )  # fmt: skip


PERSON_PAGES = {
    "correct": Page(gettext_lazy("更正"), CorrectForm, _corrected, gettext_lazy("只改登记错的；改姓名、证件和住址请选相应的变更")),
    "move": Page(gettext_lazy("变更住址"), PersonMoveForm, _moved),
    "register": Page(gettext_lazy("变更户籍地"), RegisterForm, _registered, gettext_lazy("不填地址，表示户籍已不在登记的任何地方")),
    "marry": Page(gettext_lazy("结婚"), MarryForm, _married),
    "name": Page(
        gettext_lazy("变更姓名"), NameForm, lambda who, given, common: persons.change_name(person_id=who.pk, name=given["name"], **common),
        gettext_lazy("原来的姓名记为曾用名"),
    ),
    "document": Page(
        gettext_lazy("变更证件"), DocumentForm,
        lambda who, given, common: persons.change_document(person_id=who.pk, number=given["number"], document_kind=given["kind"], **common),
    ),
    "care": Page(
        gettext_lazy("登记关爱"), CareForm,
        lambda who, given, common: cares.add_care(person_id=who.pk, group=given["group"], basis=given["basis"], note=given["note"], **common),
        gettext_lazy("只有有权查看这一类的人看得到"),
    ),
    "care-end": Page(
        gettext_lazy("退出关爱"), CareEndForm,
        lambda who, given, common: cares.end_care(care_id=int(given["care"]), note=given["note"], **common),
    ),
    "trait": Page(
        gettext_lazy("登记启用的字段"), TraitForm,
        lambda who, given, common: switches.set_trait(person_id=who.pk, element=given["element"], value=given["value"], **common),
    ),
    "return": Page(
        gettext_lazy("迁回"), ReturnForm, _returned, gettext_lazy("已迁出的人又住回来"), states=frozenset({Person.State.LEFT}),
    ),
    "leave": Page(
        gettext_lazy("迁出"), DeedForm, lambda who, given, common: life.move_out(person_id=who.pk, **common),
        gettext_lazy("离开本区、户籍也不在本区的人；记录保留在最后的社区"), ends=True,
    ),
    "death": Page(
        gettext_lazy("死亡登记"), DeedForm, lambda who, given, common: life.death(person_id=who.pk, **common),
        gettext_lazy("家庭户和住处在这一天终止；户主去世的，由家里另一人接任"), ends=True,
    ),
}  # fmt: skip
"""What can be recorded on the page of a person."""

HOUSEHOLD_PAGES = {
    "birth": Page(
        gettext_lazy("出生登记"), BirthForm,
        lambda home, given, common: life.birth(
            household_id=home.pk, values={"name": given["name"], "sex": given["sex"], **({"document": given["number"]} if given["number"] else {})},
            parent_id=int(given["parent"]), **common,
        ),
    ),
    "move": Page(
        gettext_lazy("全户搬家"), MoveForm,
        lambda home, given, common: life.move_household(household_id=home.pk, place=cast(Place, place_given(given)), kind=given["kind"], **common),
    ),
    "head": Page(
        gettext_lazy("变更户主"), HeadForm,
        lambda home, given, common: households.set_head(household_id=home.pk, person_id=int(given["person"]), **common),
    ),
    "split": Page(
        gettext_lazy("分户"), SplitForm,
        lambda home, given, common: households.split_household(
            household_id=home.pk, head_id=int(given["person"]), others=[int(each) for each in given["others"] if each != given["person"]],
            place=place_given(given, needed=False), number=given["number"], **common,
        ),
        gettext_lazy("不填地址，分出的户仍住原处"),
    ),
    "merge": Page(
        gettext_lazy("并户"), MergeForm,
        lambda home, given, common: households.merge_households(household_id=home.pk, other_id=_other_home(given, common["by"]), **common),
        gettext_lazy("另一户的人都并入这一户，另一户注销"),
    ),
}  # fmt: skip
"""What can be recorded on the page of a household."""


@login_required
@never_cache
def person_deed(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """Record a life event of a person."""
    person = person_for(recorder(request), uid)
    if person is None or what not in PERSON_PAGES:
        raise Http404
    back = reverse("registry:person", args=[uid])
    crumbs = ((_("人员"), reverse("registry:people")), (person.name, back))
    return asked(request, PERSON_PAGES[what], person, crumbs, lambda _made: back)


@login_required
@never_cache
def household_deed(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """Record a life event of a household."""
    home = household_for(recorder(request), uid)
    if home is None or what not in HOUSEHOLD_PAGES:
        raise Http404
    back = reverse("registry:household", args=[uid])
    title = _("%(head)s一户") % {"head": home.head.name} if home.head else home.number
    return asked(request, HOUSEHOLD_PAGES[what], home, ((_("家庭户"), reverse("registry:households")), (title, back)), lambda _made: back)  # fmt: skip


ADD = Page(
    gettext_lazy("登记人员"), AddForm, _added, gettext_lazy("先在名册里查一遍：已在册的人不用再登记"),
)  # fmt: skip


@login_required
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Register somebody who is not in the register."""
    crumbs = ((_("人员"), reverse("registry:people")),)
    return asked(request, ADD, None, crumbs, lambda made: reverse("registry:person", args=[made.uid]))


@login_required
@require_POST
def undo(request: HttpRequest, uid: UUID, change_id: int) -> HttpResponse:
    """Take back what was recorded last, or anything that nothing later stands on."""
    actor = recorder(request)
    person = person_for(actor, uid)
    if person is None:
        raise Http404
    return take_back(request, actor, person, change_id)
