"""Tokens of machines: making, revoking, and finding the actor behind one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from linli.algorithms.text.sentences import listed
from linli.kernel.accounts.models import ApiToken
from linli.kernel.accounts.policy import require
from linli.kernel.accounts.verbs import VERBS, NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record
from linli.kernel.standing import Standing

FOR_PEOPLE = frozenset({"account.manage", "security.manage", "audit.view"})
"""Verbs that no machine may have."""


def grantable() -> dict[str, str]:
    """The verbs that a machine may have, with their words."""
    return {verb: words for verb, words in VERBS.items() if verb not in FOR_PEOPLE}


def digest_of(token: str) -> bytes:
    """What is kept of a token. It is long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def make_token(
    *,
    name: str,
    unit_code: str,
    scope: str,
    verbs: Iterable[str],
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
) -> tuple[ApiToken, str]:
    """A new token; its text is shown once and never again."""
    require(by, "security.manage")
    wanted = sorted(set(verbs))
    unfit = [verb for verb in wanted if verb not in VERBS or verb in FOR_PEOPLE]
    if unfit:
        raise NotAllowed("接口令牌不能授予：%(verbs)s", verbs=listed(unfit))
    text = f"linli_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        name=name,
        digest=digest_of(text),
        unit_code=unit_code,
        scope=scope,
        verbs=wanted,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    subject = Subject("token", row.pk, name)
    record(
        "account.token_made",
        subject=subject,
        by=by,
        at=at,
        after={"name": name, "until": f"{ends_on}", "verbs": wanted},
    )
    return row, text


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor, at: datetime) -> ApiToken:
    """Take a token back at once."""
    require(by, "security.manage")
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(
        "account.token_revoked",
        subject=Subject("token", token.pk, token.name),
        by=by,
        at=at,
        after={"name": token.name},
    )
    return token


_IN_FORCE = Standing(
    lambda digest, day: ApiToken.objects.filter(
        digest=digest, revoked_at=None, starts_on__lte=day, ends_on__gte=day
    ),
    b"?",
    date.max,
)


def actor_of(text: str, day: date) -> Actor | None:
    """The machine behind a token that is in force on a day."""
    row = _IN_FORCE.first(digest_of(text), day)
    if row is None:
        return None
    return Actor(
        label=f"接口：{row.name}",
        role="machine",
        unit=row.unit_code,
        scope=row.scope,
        verbs=frozenset(row.verbs),
    )
