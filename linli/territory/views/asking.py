"""What the pages of the territory ask of a request: the right to look, and the day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.territory.models import Unit
from linli.territory.policy import visible_to


def looker(request: HttpRequest) -> Actor:
    """The actor, who must hold ``territory.view``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("territory.view"):
        raise NotAllowed(_("您的岗位不能查看单位与网格；如工作需要，请联系本单位的安全管理员"))
    return actor


def unit_for(request: HttpRequest, code: str) -> Unit:
    """The unit of a code, in force or not; 404 for one that does not exist or may not be seen."""
    found = visible_to(looker(request)).select_related("parent").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def day_of(request: HttpRequest) -> date | None:
    """The day of ``?on=``; None for today, for a day that cannot be read, and for one to come."""
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return day if day < timezone.localdate() else None


def page(title: Any, *crumbs: tuple[Any, str], **more: Any) -> dict[str, Any]:
    """The context that every page of the frame takes."""
    return {"title": title, "crumbs": [{"label": label, "url": url} for label, url in crumbs], **more}
