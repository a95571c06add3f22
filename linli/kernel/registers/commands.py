"""Views and columns that people keep, and the record of every file that leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.registers.models import ColumnPreference, SavedView
from linli.kernel.registers.register import Register
from linli.kernel.registers.selection import DENSITIES


class NameNeeded(ValueError):
    """A view was to be saved without a name."""


@transaction.atomic
def save_view(
    *, register: Register, name: str, query: str, shared: bool, is_default: bool, by: Actor, at: datetime
) -> SavedView:
    """Keep a selection under a name; the same name again replaces it. Shared: with the person's unit and all below it."""
    register.require(by)
    name = name.strip()[:40]
    if not name:
        raise NameNeeded(_("请给视图起个名字，例：本周逾期"))
    if is_default:
        SavedView.objects.filter(owner_id=by.user_id, register=register.name, is_default=True).update(
            is_default=False
        )
    view, _made = SavedView.objects.update_or_create(
        owner_id=by.user_id,
        register=register.name,
        name=name,
        defaults={"query": query, "shared_with": by.scope if shared else "", "is_default": is_default},
    )
    after = {"name": name, "register": str(register.title), "shared_with": view.shared_with}
    record(
        "register.view_saved",
        subject=Subject("saved_view", view.pk, name, by.scope),
        by=by,
        at=at,
        after=after,
    )
    return view


@transaction.atomic
def remove_view(*, view_id: int, by: Actor, at: datetime) -> SavedView:
    """Delete one's own view."""
    view = SavedView.objects.select_for_update().get(pk=view_id)
    if view.owner_id != by.user_id:
        raise NotAllowed(_("只有保存这个视图的人可以删除它"))
    view.delete()
    before = {"name": view.name, "register": view.register}
    record(
        "register.view_removed",
        subject=Subject("saved_view", view_id, view.name, by.scope),
        by=by,
        at=at,
        before=before,
    )
    return view


@transaction.atomic
def choose_columns(
    *, register: Register, columns: Sequence[str], density: str, by: Actor
) -> ColumnPreference:
    """Remember a person's columns and row height. No event: nobody else's view changes."""
    register.require(by)
    if by.user_id is None:
        raise NotAllowed(_("列设置须由有账号的人员保存"))
    known = [column.name for column in register.columns]
    values = {
        "columns": [name for name in columns if name in known],
        "density": density if density in DENSITIES else DENSITIES[0],
    }
    kept, _made = ColumnPreference.objects.update_or_create(
        user_id=by.user_id, register=register.name, defaults=values
    )
    return kept


def record_export(
    *, register: Register, conditions: str, rows: int, file_format: str, by: Actor, at: datetime
) -> None:
    """Write down that a list leaves the house, before its first byte does."""
    after = {"register": str(register.title), "rows": rows, "format": file_format, "conditions": conditions}
    record(
        "register.exported",
        subject=Subject("register", None, str(register.title), by.scope),
        by=by,
        at=at,
        after=after,
    )
