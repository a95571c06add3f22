"""Signing in and out, choosing the post to act in, one's own account; the demo's one-click roles."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.kernel.accounts import commands, limits, queries
from linli.kernel.accounts.forms.signing import PasswordForm, SignInForm
from linli.kernel.accounts.middleware import SESSION_KEY
from linli.kernel.accounts.models import User
from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.accounts.roles import roles
from linli.kernel.accounts.rules import LockOut
from linli.kernel.answers import next_of
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record

BACKEND = "linli.kernel.accounts.backend.Accounts"


@never_cache
def sign_in(request: StaffRequest) -> HttpResponse:
    """Name and password; wrong ones are counted and shut the account for a while."""
    if request.user.is_authenticated:
        return redirect(next_of(request, resolve_url(settings.LOGIN_REDIRECT_URL)))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            limits.count(f"sign-in {limits.sender_of(request)}", most=30, seconds=300, at=at)
            user = commands.check_sign_in(**form.cleaned_data, at=at, policy=LockOut())
        except (limits.TooMany, commands.SignInRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            if user is not None:
                return _enter(request, user)
            form.add_error(None, _("账号或密码不对，请重新输入；忘记密码请联系本单位的系统管理员"))
    status = 422 if form.errors else 200
    return render(
        request,
        "accounts/sign_in.html",
        {"title": _("登录"), "form": form, "next": request.GET.get("next", "")},
        status=status,
    )


def _enter(request: StaffRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    if user.must_change_password:
        messages.warning(request, _("请先设置自己的密码"))
        return redirect("accounts:profile")
    return redirect(next_of(request, resolve_url(settings.LOGIN_REDIRECT_URL)))


@require_POST
def sign_out(request: StaffRequest) -> HttpResponse:
    """Leave; what was typed on this machine is dropped by the page."""
    if request.user.is_authenticated:
        actor = Actor(label=request.user.display_name, user_id=request.user.pk)
        record("account.signed_out", subject=commands.subject_of(request.user), by=actor, at=timezone.now())
    logout(request)
    return redirect("accounts:sign_in")


@login_required
@require_POST
def switch_post(request: StaffRequest) -> HttpResponse:
    """Act in another of one's posts."""
    chosen = next((post for post in request.posts if str(post.pk) == request.POST.get("post")), None)
    if chosen is None:
        raise Http404
    request.session[SESSION_KEY] = chosen.pk
    return redirect(settings.LOGIN_REDIRECT_URL)


@login_required
def profile(request: StaffRequest) -> HttpResponse:
    """One's own posts, and a new password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if request.user.check_password(form.cleaned_data["old"]):
            user = commands.set_password(
                user=request.user, password=form.cleaned_data["new"], by=request.actor, at=timezone.now()
            )
            login(request, user, backend=BACKEND)
            messages.success(request, _("密码已更改"))
            return redirect("accounts:profile")
        form.add_error("old", _("现在的密码不对"))
    context = {"title": _("账号与密码"), "form": form, "roles": roles()}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


def demo(request: StaffRequest) -> HttpResponse:
    """One click a role; this page does not exist outside demo mode."""
    if not settings.DEMO:
        raise Http404
    posts = queries.demo_posts(timezone.localdate())
    rows = [{"post": post, "role": roles()[post.role]} for post in posts]
    return render(request, "accounts/demo.html", {"title": _("选一个角色进入演示"), "rows": rows})


@require_POST
def demo_enter(request: StaffRequest) -> HttpResponse:
    """Sign in as the demo person of a role."""
    if not settings.DEMO:
        raise Http404
    post = get_object_or_404(queries.demo_posts(timezone.localdate()), pk=request.POST.get("post"))
    logout(request)
    login(request, post.user, backend=BACKEND)
    request.session[SESSION_KEY] = post.pk
    return redirect(settings.LOGIN_REDIRECT_URL)
