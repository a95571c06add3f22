"""Who holds which post, and what an actor made from a post may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext

from linli.algorithms.text.sentences import said
from linli.kernel.accounts.models import ApiToken, Post, User
from linli.kernel.accounts.roles import role as role_of
from linli.kernel.accounts.roles import roles
from linli.kernel.accounts.units import find_unit
from linli.kernel.accounts.verbs import VERBS
from linli.kernel.audit.actor import Actor
from linli.kernel.standing import Standing


def actor_for(post: Post) -> Actor:
    """The actor a person is while acting in a post. ``post.user`` is read."""
    granted = role_of(post.role)
    return Actor(
        label=f"{post.user.display_name}（{post.unit_name} {granted.title}）",
        user_id=post.user_id,
        post_id=post.pk,
        role=post.role,
        unit=post.unit_code,
        scope=post.scope,
        verbs=granted.verbs,
    )


_POSTS = Standing(
    lambda user_id, day: Post.objects.held_on(day).filter(user=user_id).order_by("starts_on", "id"),
    -1,
    date.max,
)


def posts_of(user: User, day: date) -> list[Post]:
    """The posts a person holds on a day, the oldest first."""
    posts = _POSTS.ask(user.pk, day)
    for post in posts:
        post.user = user
    return posts


def role_title(code: str) -> str:
    """What a role is called, in the reader's language."""
    return gettext(role_of(code).title)


def holders(unit_code: str, roles: list[str], day: date) -> list[User]:
    """The people who hold one of the roles at a unit: whom a notice goes to."""
    posts = Post.objects.held_on(day).at_unit(unit_code).filter(role__in=roles, user__is_active=True)
    return list(User.objects.filter(pk__in=posts.values("user_id")).order_by("id"))


def holders_with_verb(unit_code: str, verb: str, day: date) -> list[User]:
    """The people at a unit whose post grants a verb."""
    posts = Post.objects.held_on(day).at_unit(unit_code).filter(user__is_active=True).select_related("user")
    found = {post.user_id: post.user for post in posts if verb in role_of(post.role).verbs}
    return [found[key] for key in sorted(found)]


def people_with_verb(verb: str, day: date) -> dict[str, int]:
    """How many people at each unit hold a post that grants a verb; units without anybody are left out."""
    granting = [role.code for role in roles().values() if verb in role.verbs]
    posts = Post.objects.held_on(day).filter(role__in=granting, user__is_active=True)
    return dict(posts.values_list("unit_code").annotate(n=Count("user_id", distinct=True)).order_by())


def demo_posts(day: date) -> QuerySet[Post]:
    """One post a role, of the invented people of the demo, whose accounts begin with ``demo-``."""
    held = Post.objects.held_on(day).filter(user__username__startswith="demo-", user__is_active=True)
    first = held.order_by("role", "pk").distinct("role").values("pk")
    return Post.objects.filter(pk__in=first).select_related("user").order_by("pk")


@dataclass(frozen=True)
class Account:
    """One account with the posts it holds on a day."""

    user: User
    posts: list[Post]


def accounts(words: str, day: date) -> QuerySet[User]:
    """Accounts by part of the name, of the sign-in name, or of the unit of a post; all of them without words."""
    found = User.objects.order_by("display_name", "pk")
    if words:
        at_unit = Post.objects.held_on(day).filter(unit_name__contains=words).values("user_id")
        found = found.filter(
            Q(display_name__contains=words) | Q(username__contains=words) | Q(pk__in=at_unit)
        )
    return found


def with_posts(users: Sequence[User], day: date) -> list[Account]:
    """Accounts with their posts, read in one query."""
    held: dict[int, list[Post]] = {}
    for post in Post.objects.held_on(day).filter(user__in=users).order_by("starts_on", "pk"):
        held.setdefault(post.user_id, []).append(post)
    return [Account(user, held.get(user.pk, [])) for user in users]


@dataclass(frozen=True)
class Machine:
    """A token in words: the unit, what it may do, and whether it is in force."""

    token: ApiToken
    unit: str
    words: list[str]
    state: str
    tone: str


def machines(day: date) -> list[Machine]:
    """Every token that was ever made, those in force first."""
    rows = ApiToken.objects.order_by(F("revoked_at").desc(nulls_first=True), "name")
    return [_machine(row, day) for row in rows]


def _machine(row: ApiToken, day: date) -> Machine:
    unit = find_unit(row.unit_code)
    state, tone = said("使用中"), "done"
    if row.revoked_at is not None:
        state, tone = said("已收回"), "void"
    elif row.ends_on < day:
        state, tone = said("已到期"), "void"
    elif row.starts_on > day:
        state, tone = said("未启用"), "plain"
    return Machine(
        row,
        unit.name if unit else row.unit_code,
        [gettext(VERBS.get(verb, verb)) for verb in row.verbs],
        state,
        tone,
    )
