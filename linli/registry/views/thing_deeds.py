"""Recording organisations and components by hand: taken in, corrected, moved, closed or removed, and the way back."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.registry.commands import components, organisations
from linli.registry.forms.deeds import DeedForm
from linli.registry.forms.things import (
    AddComponentForm,
    AddOrganisationForm,
    ComponentStateForm,
    CorrectComponentForm,
    CorrectOrganisationForm,
    PremisesForm,
    StaffEndForm,
    StaffForm,
)
from linli.registry.models import Component, Organisation
from linli.registry.queries.organisations import component_for, organisation_for
from linli.registry.rules.tables import titles
from linli.registry.views.recording import IN_FORCE, Page, asked, page_of, recorder, take_back

ORGANISATION_PAGES = {
    "correct": Page(
        gettext_lazy("更正"), CorrectOrganisationForm,
        lambda row, given, common: organisations.correct_organisation(organisation_id=row.pk, values=given["values"], version=given["version"], **common),
        gettext_lazy("名称、代码、类型、联系人等；搬了地方的，请选“变更地址”"),
    ),
    "move": Page(
        gettext_lazy("变更地址"), PremisesForm,
        lambda row, given, common: organisations.move_organisation(
            organisation_id=row.pk, address=given["address"], building_id=given["building_id"], unit=given["unit"], point=given["point"], **common
        ),
    ),
    "staff": Page(
        gettext_lazy("登记从业人员"), StaffForm,
        lambda row, given, common: organisations.add_staff(
            organisation_id=row.pk, name=given["name"], document=given["document"], post=given["post"], **common
        ),
    ),
    "staff-end": Page(
        gettext_lazy("从业人员离职"), StaffEndForm,
        lambda row, given, common: organisations.end_staff(organisation_id=row.pk, staff_id=int(given["staff"]), **common),
    ),
    "close": Page(
        gettext_lazy("注销"), DeedForm, lambda row, given, common: organisations.close_organisation(organisation_id=row.pk, **common),
        gettext_lazy("停业、关闭或已注销执照的；记录保留，此后不能再改"), ends=True,
    ),
}  # fmt: skip
"""What can be recorded on the page of an organisation."""

COMPONENT_PAGES = {
    "correct": Page(
        gettext_lazy("更正"), CorrectComponentForm,
        lambda row, given, common: components.correct_component(component_id=row.pk, values=given["values"], version=given["version"], **common),
        gettext_lazy("类型、编码、位置、权属和养护单位"),
    ),
    "state": Page(
        gettext_lazy("变更状态"), ComponentStateForm,
        lambda row, given, common: components.set_component_state(component_id=row.pk, state=given["state"], **common),
        gettext_lazy("看到破损、丢失或已修好的"), states=IN_FORCE | {"removed"},
    ),
    "remove": Page(
        gettext_lazy("移除"), DeedForm, lambda row, given, common: components.set_component_state(component_id=row.pk, state="removed", **common),
        gettext_lazy("已经拆走、不再使用的；记录保留，状态记为移除"), ends=True,
    ),
}  # fmt: skip
"""What can be recorded on the page of a component."""

ADD_ORGANISATION = Page(
    gettext_lazy("登记单位"), AddOrganisationForm,
    lambda _none, given, common: organisations.add_organisation(
        values=given["values"], building_id=given["building_id"], unit=given["unit"], **common
    ),
    gettext_lazy("先在名册里查一遍：已登记的单位不用再登记"),
)  # fmt: skip

ADD_COMPONENT = Page(
    gettext_lazy("登记部件"), AddComponentForm,
    lambda _none, given, common: components.add_component(values=given["values"], unit=given["unit"], **common),
    gettext_lazy("路灯、井盖、垃圾箱等公共设施；先在名册里查一遍"),
)  # fmt: skip


def _organisations() -> tuple[str, str]:
    return _("组织"), reverse("registry:organisations")


def _components() -> tuple[str, str]:
    return _("部件"), reverse("registry:components")


def _organisation(request: HttpRequest, uid: UUID) -> Organisation:
    found = organisation_for(recorder(request), uid)
    if found is None:
        raise Http404
    return found


def _component(request: HttpRequest, code: str) -> Component:
    found = component_for(recorder(request), code)
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
def add_organisation(request: HttpRequest) -> HttpResponse:
    """Register an organisation that is not in the register."""
    return asked(request, ADD_ORGANISATION, None, (_organisations(),), page_of)


@login_required
@never_cache
def organisation_deed(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """Record something of an organisation."""
    found = _organisation(request, uid)
    if what not in ORGANISATION_PAGES:
        raise Http404
    crumbs = (_organisations(), (found.name, page_of(found)))
    return asked(request, ORGANISATION_PAGES[what], found, crumbs, lambda _made: page_of(found))


@login_required
@require_POST
def undo_organisation(request: HttpRequest, uid: UUID, change_id: int) -> HttpResponse:
    """Take back what was recorded of an organisation."""
    found = _organisation(request, uid)
    return take_back(request, recorder(request), found, change_id)


@login_required
@never_cache
def add_component(request: HttpRequest) -> HttpResponse:
    """Register a component that is not in the register."""
    return asked(request, ADD_COMPONENT, None, (_components(),), page_of)


@login_required
@never_cache
def component_deed(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """Record something of a component."""
    found = _component(request, code)
    if what not in COMPONENT_PAGES:
        raise Http404
    title = f"{titles('component_kinds').get(found.kind, found.kind)} {found.code}"
    return asked(request, COMPONENT_PAGES[what], found, (_components(), (title, page_of(found))), page_of)


@login_required
@require_POST
def undo_component(request: HttpRequest, code: str, change_id: int) -> HttpResponse:
    """Take back what was recorded of a component."""
    found = _component(request, code)
    return take_back(request, recorder(request), found, change_id)
