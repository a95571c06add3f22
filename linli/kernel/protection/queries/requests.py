"""A request as the pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import said
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import queries
from linli.kernel.privacy.models import Request
from linli.kernel.privacy.purposes import purposes

TONES = {"waiting": "waiting", "approved": "done", "refused": "void", "ended": "plain"}


@dataclass(frozen=True)
class Shown:
    """One request: its state in words, and what this person can do with it."""

    row: Request
    state: str
    tone: str
    purpose: str
    may_decide: bool
    may_end: bool
    may_open: bool


def shown(row: Request, actor: Actor, at: datetime) -> Shown:
    """The request for this person at this moment; an approval whose time is over has passed."""
    passed = row.state == Request.State.APPROVED and row.valid_until is not None and row.valid_until <= at
    own = actor.user_id == row.asked_by
    runs = row.state == Request.State.APPROVED and not passed
    return Shown(
        row,
        _("已到期") if passed else str(row.get_state_display()),
        "plain" if passed else TONES[row.state],
        said(purposes()[row.purpose]),
        row.state == Request.State.WAITING and queries.decides(actor, row),
        actor.user_id in (row.asked_by, row.decided_by) and (runs or row.state == Request.State.WAITING),
        own and runs and row.kind == Request.Kind.ACCESS,
    )
