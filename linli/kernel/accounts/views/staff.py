"""Accounts and posts: the system administrator makes accounts, the security administrator gives posts (三员分立)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.accounts import commands
from linli.kernel.accounts.forms.staff import AccountForm, PostForm
from linli.kernel.accounts.models import Post, User
from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.accounts.roles import roles
from linli.kernel.accounts.units import find_unit
from linli.kernel.accounts.verbs import VERBS
from linli.kernel.privacy.context import DOORS


def _either(request: StaffRequest) -> None:
    actor = request.actor
    if not (actor.may("account.manage") or actor.may("security.manage")):
        raise PermissionDenied(_("只有系统管理员和安全管理员可以管理账号与岗位"))


@login_required
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """One account: its posts, and what the administrator at hand may do with it."""
    _either(request)
    user = get_object_or_404(User, pk=pk)
    posts = user.posts.order_by("-starts_on", "-pk")
    form = PostForm(initial={"starts_on": timezone.localdate()})
    context = {
        "title": user.display_name,
        "user_shown": user,
        "posts": posts,
        "form": form,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/person.html", context)


@login_required
def add_account(request: StaffRequest) -> HttpResponse:
    """A new account."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                user = commands.create_user(**form.cleaned_data, by=request.actor, at=timezone.now())
        except IntegrityError:
            form.add_error("username", _("这个账号已经有人使用，请换一个"))
        except ValidationError as refusal:
            form.add_error("password", refusal.messages[0])
        else:
            messages.success(request, _("账号已建立；请由安全管理员授予岗位"))
            return redirect("accounts:person", user.pk)
    return render(
        request,
        "accounts/add.html",
        {"title": _("建立账号"), "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def give_post(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a person a post."""
    user = get_object_or_404(User, pk=pk)
    form = PostForm(request.POST)
    unit = find_unit(request.POST.get("unit_code", "").strip()) if form.is_valid() else None
    if form.is_valid() and unit is None:
        form.add_error("unit_code", _("没有这个代码的单位，请在“单位与网格”中查找"))
    if form.is_valid() and unit is not None and unit.kind not in roles()[form.cleaned_data["role"]].kinds:
        form.add_error("role", _("这个角色不能设在%(unit)s") % {"unit": unit.name})
    if not form.is_valid() or unit is None:
        posts = user.posts.order_by("-starts_on", "-pk")
        context = {
            "title": user.display_name,
            "user_shown": user,
            "posts": posts,
            "form": form,
            "now": timezone.now(),
            "today": timezone.localdate(),
        }
        return render(request, "accounts/person.html", context, status=422)
    data = form.cleaned_data
    try:
        with transaction.atomic():
            commands.give_post(
                user=user, role=data["role"], unit_code=unit.code, unit_name=unit.name, scope=unit.path,
                starts_on=data["starts_on"], ends_on=data["ends_on"], by=request.actor, at=timezone.now(),
            )  # fmt: skip
    except IntegrityError:
        messages.error(request, _("这个人已有同样的岗位"))
    else:
        messages.success(request, _("岗位已授予"))
    return redirect("accounts:person", user.pk)


@login_required
@require_POST
def end_post(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a post back from today."""
    post = get_object_or_404(Post, pk=pk)
    commands.end_post(
        post=post, on=max(timezone.localdate(), post.starts_on), by=request.actor, at=timezone.now()
    )
    messages.success(request, _("岗位已收回"))
    return redirect("accounts:person", post.user_id)


@login_required
@require_POST
def change_account(request: StaffRequest, pk: int, what: str) -> HttpResponse:
    """Disable, enable, unlock, or set a first password anew."""
    user, by, at = get_object_or_404(User, pk=pk), request.actor, timezone.now()
    try:
        if what == "unlock":
            commands.unlock(user=user, by=by, at=at)
        elif what == "password":
            commands.set_password(user=user, password=request.POST.get("password", ""), by=by, at=at)
        else:
            commands.set_active(user=user, active=what == "enable", by=by, at=at)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("已更改"))
    return redirect("accounts:person", user.pk)


@login_required
def role_table(request: StaffRequest) -> HttpResponse:
    """Every role with what it may do, in words; and the named places where code looks past a person's scope."""
    rows = [
        {"role": role, "verbs": [_(VERBS[verb]) for verb in sorted(role.verbs)]} for role in roles().values()
    ]
    return render(
        request,
        "accounts/roles.html",
        {
            "title": _("角色与权限"),
            "rows": rows,
            "doors": [(_(name), _(why)) for name, why in sorted(DOORS.items())],
        },
    )
