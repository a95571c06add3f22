"""Signing in, being shut out, and acting in a post."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from linli.kernel.accounts import commands, limits
from linli.kernel.accounts.models import Post, User
from linli.kernel.accounts.roles import roles
from linli.kernel.accounts.rules import LockOut
from linli.kernel.accounts.verbs import VERBS, NotAllowed
from linli.kernel.audit.models import Event
from tests.cast import MONDAY, START, Cast

pytestmark = pytest.mark.django_db
RIGHT = "kuaile-de-xiaoqu-88"


@pytest.fixture
def member(cast: Cast) -> User:
    """何敏 with a password."""
    user = cast.users["operator"]
    user.set_password(RIGHT)
    user.save()
    return user


def try_in(password: str, minutes: int = 0) -> User | None:
    """One try at a time."""
    return commands.check_sign_in(
        username="operator", password=password, at=MONDAY + timedelta(minutes=minutes), policy=LockOut()
    )


def test_the_right_password_opens_and_is_recorded(member: User) -> None:
    assert try_in(RIGHT) == member
    assert Event.objects.filter(name="account.signed_in").exists()


def test_five_wrong_passwords_shut_the_account_for_a_while(member: User) -> None:
    for _ in range(5):
        assert try_in("wrong") is None
    with pytest.raises(commands.SignInRefused):
        try_in(RIGHT, minutes=1)
    assert try_in(RIGHT, minutes=16) == member


def test_an_unknown_name_is_answered_like_a_wrong_password(cast: Cast) -> None:
    assert commands.check_sign_in(username="nobody", password="x", at=MONDAY, policy=LockOut()) is None


def test_the_page_says_what_to_do_after_a_wrong_password(member: User, client: Client) -> None:
    answer = client.post("/accounts/sign-in/", {"username": "operator", "password": "wrong"})
    assert answer.status_code == 422
    assert "账号或密码不对" in answer.content.decode()
    assert User.objects.get(pk=member.pk).failed_sign_ins == 1


def test_a_person_acts_in_the_post_that_was_chosen(member: User, client: Client) -> None:
    second = Post.objects.create(
        user=member, role="auditor", unit_code="520103", unit_name="云岩区", scope="520103/", starts_on=START
    )
    client.force_login(member)
    assert client.get("/audit/").status_code == 403
    client.post("/accounts/post/", {"post": second.pk})
    assert client.get("/audit/").status_code == 200


def test_a_post_of_somebody_else_cannot_be_chosen(member: User, cast: Cast, client: Client) -> None:
    client.force_login(member)
    other = Post.objects.get(user=cast.users["auditor"])
    assert client.post("/accounts/post/", {"post": other.pk}).status_code == 404


def test_outside_demo_mode_the_demo_page_does_not_exist(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    assert client.get("/accounts/demo/").status_code == 404
    assert client.post("/accounts/demo/enter/", {"post": 1}).status_code == 404


def test_no_role_unites_administration_security_and_audit() -> None:
    apart = ("account.manage", "security.manage", "audit.view")
    for role in roles().values():
        assert sum(verb in role.verbs for verb in apart) <= 1, role.code


def test_every_verb_that_a_role_grants_is_declared_and_every_declared_one_is_granted() -> None:
    granted = {verb for role in roles().values() for verb in role.verbs}
    assert granted - set(VERBS) == set()
    assert set(VERBS) - granted - {"case.report_public"} == set()


def test_who_makes_accounts_gives_no_posts(cast: Cast) -> None:
    user = commands.create_user(
        username="new.one", display_name="新人", password=RIGHT, by=cast.actors["admin"], at=MONDAY
    )
    with pytest.raises(NotAllowed):
        commands.give_post(
            user=user, role="auditor", unit_code="520103", unit_name="云岩区", scope="520103/", starts_on=START,
            by=cast.actors["admin"], at=MONDAY,
        )  # fmt: skip


def test_the_security_administrator_gives_and_ends_a_post_on_the_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["security"])
    user = cast.users["stranger"]
    form = {"role": "department_clerk", "unit_code": "D01", "starts_on": "2026-01-01"}
    assert client.post(f"/accounts/staff/{user.pk}/posts/", form).status_code == 302
    post = Post.objects.get(user=user, role="department_clerk")
    assert (post.unit_name, post.scope) == ("云岩区综合行政执法局", "520103/D01/")
    client.post(f"/accounts/posts/{post.pk}/end/")
    assert Post.objects.get(pk=post.pk).ends_on is not None


def test_a_role_is_not_given_at_a_unit_where_it_makes_no_sense(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["security"])
    form = {"role": "grid_worker", "unit_code": "D01", "starts_on": "2026-01-01"}
    answer = client.post(f"/accounts/staff/{cast.users['stranger'].pk}/posts/", form)
    assert answer.status_code == 422
    assert "不能设在" in answer.content.decode()


@pytest.mark.parametrize(
    "page", ["/accounts/staff/", "/accounts/staff/new/", "/accounts/roles/", "/accounts/me/"]
)
def test_the_pages_of_accounts_open(cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.users["admin"])
    assert client.get(page).status_code == 200


def test_asking_too_often_is_refused_and_the_next_stretch_begins_anew(cast: Cast) -> None:
    for _ in range(3):
        limits.count("key", most=3, seconds=60, at=MONDAY)
    with pytest.raises(limits.TooMany):
        limits.count("key", most=3, seconds=60, at=MONDAY)
    assert limits.count("key", most=3, seconds=60, at=MONDAY + timedelta(seconds=61)) == 1
