"""Recording what happened to a person or a household: one page for each life event, and the way back from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.algorithms.text.sentences import Refusal
from linli.kernel.audit.actor import Actor
from linli.registry import policy
from linli.registry.commands import cares, households, life, persons, switches, undoing
from linli.registry.commands.living import Place
from linli.registry.forms.deeds import (
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
    RegisterForm,
    SplitForm,
    TraitForm,
)
from linli.registry.models import Person
from linli.registry.queries.history import change_made, timeline
from linli.registry.queries.households import household_for
from linli.registry.queries.persons import person_for
from linli.registry.queries.placing import place_of
from linli.registry.views.asking import looker, page

Given = Mapping[str, Any]
Common = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """A life event as a page: its form, and the command that records it; ``common`` are origin, day, actor and moment."""

    title: Any
    form: type[DeedForm]
    record: Callable[[Any, Given, Common], Any]
    hint: Any = ""
    ends: bool = False


def _place(given: Given, *, needed: bool = True) -> Place | None:
    text = given.get("address", "")
    if not text:
        if needed:
            raise Refusal("请填写地址")
        return None
    if given.get("outside"):
        return Place(address=text)
    dwelling_id, unit = place_of(text)
    if dwelling_id is None and not unit:
        raise Refusal(
            "登记的房屋里没有找到这个地址。请写到小区、楼栋、单元和房号；在本区以外的，请勾选“在本区以外”"
        )
    return Place(dwelling_id=dwelling_id) if dwelling_id is not None else Place(address=text, unit=unit)


def _spouse(given: Given, by: Actor) -> int:
    found = policy.persons_for(by).filter(document_mark=given["spouse"]).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal("辖区内没有登记这个证件号码的人；对方不在本辖区的，请先办理转入或登记")
    return found


def _other_home(given: Given, by: Actor) -> int:
    rows = policy.households_for(by).filter(number=given["number"], state="present")
    found = list(rows.values_list("pk", flat=True)[:2])
    if len(found) != 1:
        raise Refusal("辖区内没有这个户号，或不止一户，请核对")
    return found[0]


def _moved(person: Person, given: Given, common: Common) -> Any:
    place = cast(Place, _place(given))
    return life.move(person_id=person.pk, place=place, kind=given["kind"], **common)


def _registered(person: Person, given: Given, common: Common) -> Any:
    return life.register_at(person_id=person.pk, place=_place(given, needed=False), **common)


def _corrected(person: Person, given: Given, common: Common) -> Any:
    return persons.correct(person_id=person.pk, values=given["values"], version=given["version"], **common)


def _married(person: Person, given: Given, common: Common) -> Any:
    return households.marry(
        person_id=person.pk, spouse_id=_spouse(given, common["by"]), household_id=given["household_id"] or None, **common
    )  # fmt: skip


PERSON_PAGES = {
    "correct": Page(gettext_lazy("更正"), CorrectForm, _corrected, gettext_lazy("只改登记错的；改姓名、证件和住址请选相应的变更")),
    "move": Page(gettext_lazy("变更住址"), MoveForm, _moved),
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
        lambda home, given, common: life.move_household(household_id=home.pk, place=cast(Place, _place(given)), kind=given["kind"], **common),
    ),
    "head": Page(
        gettext_lazy("变更户主"), HeadForm,
        lambda home, given, common: households.set_head(household_id=home.pk, person_id=int(given["person"]), **common),
    ),
    "split": Page(
        gettext_lazy("分户"), SplitForm,
        lambda home, given, common: households.split_household(
            household_id=home.pk, head_id=int(given["person"]), others=[int(each) for each in given["others"] if each != given["person"]],
            place=_place(given, needed=False), number=given["number"], **common,
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


def ways_of(pages: Mapping[str, Page], actor: Actor, where: str, uid: UUID) -> list[tuple[Any, str, bool]]:
    """Title, address and whether it ends a record, of each event that an actor may record; those of care only with a care verb."""
    if not actor.may("registry.change"):
        return []
    may_care = bool(policy.care_groups_of(actor))
    return [
        (each.title, reverse(where, args=[uid, what]), each.ends)
        for what, each in pages.items()
        if (may_care or not what.startswith("care")) and (what != "trait" or TraitForm.offered())
    ]


def _actor(request: HttpRequest) -> Actor:
    actor = looker(request)
    policy.require(actor, "registry.change")
    return actor


def _asked(
    request: HttpRequest,
    found: Page,
    about: Any,
    crumbs: tuple[tuple[Any, str], ...],
    address: Callable[[Any], str],
) -> HttpResponse:
    """Show the form, or record the event; what is refused stands above the form, and nothing typed is lost."""
    actor, at = _actor(request), timezone.now()
    form = found.form(request.POST or None, about=about, actor=actor)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        common = {"origin": given["origin"], "on": given["on"], "by": actor, "at": at}
        try:
            made = found.record(about, given, common)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            _say_done(request, found, (made, about), actor, at)
            return redirect(address(made))
    context = page(found.title, *crumbs, form=form, hint=found.hint, ends=found.ends, back=crumbs[-1][1])
    return render(request, "registry/people/deed.html", context, status=422 if form.errors else 200)


def _say_done(request: HttpRequest, found: Page, parts: tuple[Any, ...], actor: Actor, at: datetime) -> None:
    """Say what was done, with the way back where the actor still sees whom it was about."""
    made = change_made(parts, by=actor, at=at)
    undo = f"undo:{reverse('registry:person_undo', args=made)}" if made else ""
    messages.success(request, _("已办理：%(what)s") % {"what": found.title}, extra_tags=undo)


@login_required
@never_cache
def person_deed(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """Record a life event of a person."""
    person = person_for(_actor(request), uid)
    if person is None or what not in PERSON_PAGES:
        raise Http404
    back = reverse("registry:person", args=[uid])
    crumbs = ((_("人员"), reverse("registry:people")), (person.name, back))
    return _asked(request, PERSON_PAGES[what], person, crumbs, lambda _made: back)


@login_required
@never_cache
def household_deed(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """Record a life event of a household."""
    home = household_for(_actor(request), uid)
    if home is None or what not in HOUSEHOLD_PAGES:
        raise Http404
    back = reverse("registry:household", args=[uid])
    title = _("%(head)s一户") % {"head": home.head.name} if home.head else home.number
    return _asked(request, HOUSEHOLD_PAGES[what], home, ((_("家庭户"), reverse("registry:households")), (title, back)), lambda _made: back)  # fmt: skip


ADD = Page(
    gettext_lazy("登记人员"), AddForm,
    lambda _none, given, common: persons.add_person(
        values={name: text for name, text in given["values"].items() if text}, place=_place(given), kind=given["kind"], **common
    ),
    gettext_lazy("先在名册里查一遍：已在册的人不用再登记"),
)  # fmt: skip


@login_required
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Register somebody who is not in the register."""
    crumbs = ((_("人员"), reverse("registry:people")),)
    return _asked(request, ADD, None, crumbs, lambda made: reverse("registry:person", args=[made.uid]))


@login_required
@require_POST
def undo(request: HttpRequest, uid: UUID, change_id: int) -> HttpResponse:
    """Take back what was recorded last, or anything that nothing later stands on."""
    actor = _actor(request)
    person = person_for(actor, uid)
    if person is None:
        raise Http404
    if change_id not in {entry.change_id for entry in timeline(person, by=actor, today=timezone.localdate())}:
        raise Http404
    try:
        undoing.undo_change(change_id=change_id, by=actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤销，登记恢复原样"))
    return redirect("registry:person", uid=uid)
