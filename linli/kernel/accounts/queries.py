"""Who holds which post, and what an actor made from a post may do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext, gettext_lazy

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
    lambda user_id, day: Post.objects.held_on(day).filter(user=user_id).select_related("user").order_by("starts_on", "id"),
    -1,
    date.max,
)  # fmt: skip
_USER = Standing(lambda user_id: User.objects.filter(pk=user_id), -1)


def account(user_id: int, day: date) -> User | None:
    """An account and the posts that it holds on a day, in one question, since every page asks both."""
    posts = _POSTS.ask(user_id, day)
    user = posts[0].user if posts else _USER.first(user_id)
    if user is not None:
        user.held = day, _held_by(user, posts)
    return user


def posts_of(user: User, day: date) -> list[Post]:
    """The posts a person holds on a day, the oldest first."""
    if user.held is not None and user.held[0] == day:
        return user.held[1]
    return _held_by(user, _POSTS.ask(user.pk, day))


def _held_by(user: User, posts: list[Post]) -> list[Post]:
    for post in posts:
        post.user = user
    return posts


def role_title(code: str) -> str:
    """What a role is called, in the reader's language."""
    return gettext(role_of(code).title)


def role_titles() -> dict[str, str]:
    """What each role is called, in the order of the table."""
    return {code: gettext(role.title) for code, role in roles().items()}


def roles_granting(verbs: Collection[str]) -> list[str]:
    """What the roles are called that grant one of these verbs, in the order of the table."""
    return [gettext(role.title) for role in roles().values() if not role.verbs.isdisjoint(verbs)]


def units_with_posts(day: date) -> dict[str, str]:
    """The units at which somebody holds a post, by code, with their names."""
    held = Post.objects.held_on(day).order_by("scope", "unit_code")
    return dict(held.values_list("unit_code", "unit_name").distinct())


def unit_name(code: str) -> str:
    """What a unit is called; the code where it is not known."""
    unit = find_unit(code)
    return unit.name if unit else code


def holders(unit_code: str, roles: list[str], day: date) -> list[User]:
    """The people who hold one of the roles at a unit: whom a notice goes to."""
    posts = Post.objects.held_on(day).at_unit(unit_code).filter(role__in=roles, user__is_active=True)
    return list(User.objects.filter(pk__in=posts.values("user_id")).order_by("id"))


def holders_with_verb(unit_code: str, verb: str, day: date) -> list[User]:
    """The people at a unit whose post grants a verb."""
    posts = _AT_UNIT.ask(unit_code, day)
    found = {post.user_id: post.user for post in posts if verb in role_of(post.role).verbs}
    return [found[key] for key in sorted(found)]


_AT_UNIT = Standing(
    lambda unit_code, day: Post.objects.held_on(day).at_unit(unit_code).filter(user__is_active=True).select_related("user"),
    "?",
    date.max,
)  # fmt: skip


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
    state = token_state(row, day)
    words = str(TOKEN_STATES[state])
    return Machine(row, unit_name(row.unit_code), verb_words(row), words, TOKEN_TONES[state])


TOKEN_STATES = {
    "in_force": gettext_lazy("使用中"),
    "planned": gettext_lazy("未启用"),
    "ended": gettext_lazy("已到期"),
    "revoked": gettext_lazy("已收回"),
}
TOKEN_TONES = {"in_force": "done", "planned": "plain", "ended": "void", "revoked": "void"}


def token_state(row: ApiToken, day: date) -> str:
    """Whether a token opens anything on a day."""
    if row.revoked_at is not None:
        return "revoked"
    if row.ends_on < day:
        return "ended"
    return "planned" if row.starts_on > day else "in_force"


def token_condition(state: str, day: date) -> Q:
    """The tokens that are in a state on a day."""
    kept = Q(revoked_at__isnull=True)
    return {
        "revoked": Q(revoked_at__isnull=False),
        "ended": kept & Q(ends_on__lt=day),
        "planned": kept & Q(ends_on__gte=day, starts_on__gt=day),
        "in_force": kept & Q(ends_on__gte=day, starts_on__lte=day),
    }[state]


def verb_words(row: ApiToken) -> list[str]:
    """What a token allows, in words."""
    return [gettext(VERBS.get(verb, verb)) for verb in row.verbs]
