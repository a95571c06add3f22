"""Every change to accounts and posts."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from linli.algorithms.text.sentences import Refusal
from linli.kernel.accounts import rules
from linli.kernel.accounts.models import Post, User
from linli.kernel.accounts.policy import require
from linli.kernel.accounts.roles import role as role_of
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record


class SignInRefused(Refusal):
    """The name or the password is wrong, or the account is shut; the text may be shown to anybody."""


def subject_of(user: User) -> Subject:
    """An account as the subject of an event."""
    return Subject("account", user.pk, user.display_name)


@transaction.atomic
def create_user(
    *,
    username: str,
    display_name: str,
    password: str | None,
    by: Actor,
    at: datetime,
    phone: str = "",
    check: bool = True,
) -> User:
    """A new account. Without a password nobody can sign in to it until one is set; one that another person chose is for once."""
    require(by, "account.manage")
    user = User(username=username, display_name=display_name, phone=phone)
    if password is None:
        user.set_unusable_password()
    else:
        if check:
            validate_password(password, user)
        user.set_password(password)
        user.must_change_password = by.user_id is not None
    user.save()
    record("account.created", subject=subject_of(user), by=by, at=at, after={"username": username})
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, at: datetime) -> User:
    """Set a password: one's own, or another's by an administrator, who makes its owner change it at the next sign-in."""
    own = by.user_id == user.pk
    if not own:
        require(by, "account.manage")
    validate_password(password, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.must_change_password = not own
    user.save(update_fields=["password", "must_change_password"])
    record("account.password_set", subject=subject_of(user), by=by, at=at)
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, by: Actor, at: datetime) -> User:
    """Disable or enable an account; its history stays."""
    require(by, "account.manage")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = active
    user.save(update_fields=["is_active"])
    name = "account.enabled" if active else "account.disabled"
    record(name, subject=subject_of(user), by=by, at=at, after={"username": user.username})
    return user


@transaction.atomic
def unlock(*, user: User, by: Actor, at: datetime) -> User:
    """Open an account that wrong passwords have shut."""
    require(by, "security.manage")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.failed_sign_ins, user.locked_until = 0, None
    user.save(update_fields=["failed_sign_ins", "locked_until"])
    record("account.unlocked", subject=subject_of(user), by=by, at=at)
    return user


@transaction.atomic
def check_sign_in(*, username: str, password: str, at: datetime, policy: rules.LockOut) -> User | None:
    """The account if the password is right. None if not: the failure is counted and the transaction must be kept.

    Raises ``SignInRefused`` where the account is shut; the password is not even looked at then.
    """
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        User().set_password(password)  # the same work as for a real account, so that time tells nothing
        return None
    if user.is_locked(at):
        raise SignInRefused("密码错误次数过多，账号已临时锁定，请稍后再试或联系安全管理员解锁")
    if not user.is_active or not user.check_password(password):
        _count_failure(user, at, policy)
        return None
    user.failed_sign_ins, user.locked_until, user.last_login = 0, None, at
    user.save(update_fields=["failed_sign_ins", "locked_until", "last_login"])
    actor = Actor(label=user.display_name, user_id=user.pk)
    record("account.signed_in", subject=subject_of(user), by=actor, at=at)
    return user


def _count_failure(user: User, at: datetime, policy: rules.LockOut) -> None:
    user.failed_sign_ins, user.locked_until = rules.after_failure(user.failed_sign_ins, at, policy)
    user.save(update_fields=["failed_sign_ins", "locked_until"])
    if user.locked_until is not None:
        after = {"failures": policy.failures, "minutes": policy.minutes}
        record("account.locked", subject=subject_of(user), by=Actor.system("登录保护"), at=at, after=after)


@transaction.atomic
def give_post(
    *, user: User, role: str, unit_code: str, unit_name: str, scope: str, starts_on: date, by: Actor, at: datetime,
    ends_on: date | None = None,
) -> Post:  # fmt: skip
    """Give a person a role at a unit. ``scope`` is the unit's path; the caller reads it from the territory."""
    require(by, "security.manage")
    post = Post.objects.create(
        user=user, role=role_of(role).code, unit_code=unit_code, unit_name=unit_name, scope=scope,
        starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    after = {"role": role_of(role).title, "unit": unit_name}
    record("account.post_given", subject=subject_of(user), by=by, at=at, after=after)
    return post


@transaction.atomic
def end_post(*, post: Post, on: date, by: Actor, at: datetime) -> Post:
    """Take a post back from a day on; the row stays."""
    require(by, "security.manage")
    post = Post.objects.select_for_update().select_related("user").get(pk=post.pk)
    post.ends_on = on
    post.save(update_fields=["ends_on"])
    after = {"role": role_of(post.role).title, "unit": post.unit_name}
    record("account.post_ended", subject=subject_of(post.user), by=by, at=at, after=after)
    return post


@transaction.atomic
def rescope_posts(*, unit_code: str, unit_name: str, scope: str, by: Actor, at: datetime) -> int:
    """Bring posts in line after their unit was renamed or moved; called by the territory."""
    changed = Post.objects.at_unit(unit_code).update(unit_name=unit_name, scope=scope)
    if changed:
        subject = Subject("unit", None, unit_name, scope)
        record("account.posts_moved", subject=subject, by=by, at=at, after={"unit": unit_name})
    return changed
