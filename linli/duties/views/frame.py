"""What every page of this room needs: the right to look, the row, the frame."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.duties import policy
from linli.duties.models import CatalogueEntry, Category
from linli.kernel.audit.actor import Actor


def actor_of(request: HttpRequest, verb: str = "duty.view") -> Actor:
    """Who looks, if they may."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(by, verb)
    return by


def category_or_404(code: str) -> Category:
    """The category of a code as the database has it."""
    found = Category.objects.select_related("parent").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def versions_or_404(by: Actor, code: str) -> list[CatalogueEntry]:
    """Every version of an entry, the latest first."""
    found = list(policy.visible_to(by).filter(code=code).order_by("-valid_from"))
    if not found:
        raise Http404
    return found


def gate_page(by: Actor, title: Any, *crumbs: tuple[Any, str], tab: str = "", **more: Any) -> dict[str, Any]:
    """The context of the pages of the gate, with the tabs of the gate."""
    tabs = [
        ("gate", _("准入申请"), reverse("duties:gate")),
        ("refusals", _("拒收"), reverse("duties:refusals")),
        ("counts", _("各部门被拒收的次数"), reverse("duties:refusal_counts")),
        ("bypasses", _("应急直通"), reverse("duties:bypasses")),
        ("public", _("公示"), reverse("duties:public_gate")),
    ]
    trail = [{"label": label, "url": url} for label, url in crumbs]
    return {"title": title, "crumbs": trail, "tabs": tabs, "tab": tab, **more}


def page(by: Actor, title: Any, *crumbs: tuple[Any, str], tab: str = "", **more: Any) -> dict[str, Any]:
    """The context that every page takes, with the tabs of this room."""
    tabs = [
        ("categories", _("分类目录"), reverse("duties:categories")),
        ("catalogue", _("派单目录"), reverse("duties:catalogue") + "?status=in_force"),
        ("items", _("事项清单"), reverse("duties:items")),
        ("lists", _("各类清单"), reverse("duties:lists")),
        ("seals", _("用印登记"), reverse("duties:seals")),
        ("compare", _("两天对比"), reverse("duties:compare")),
        ("try", _("试一试"), reverse("duties:try")),
        ("findings", _("矛盾与缺口"), reverse("duties:findings")),
    ]
    trail = [{"label": label, "url": url} for label, url in crumbs]
    return {
        "title": title,
        "crumbs": trail,
        "tabs": tabs,
        "tab": tab,
        "may_change": by.may("duty.change"),
        **more,
    }
