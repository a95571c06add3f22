"""Following a report by number and phone: only with a code that was sent to that phone.

Whether the two belong together is never said: the answer is the same, and a few wrong codes lock the number for an hour.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.cases.commands.public import ask_code, use_code
from linli.cases.forms.public import AskCodeForm, UseCodeForm
from linli.cases.models import Case
from linli.cases.views.public.asking import HOUR, RESIDENT, allowance, count_sender, status_of
from linli.kernel.accounts import limits

SESSION = "asked_number"
SENT_PER_HOUR = 3
ASKED_PER_HOUR = 10


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Number and phone; if they belong together a code is sent to the phone."""
    form = AskCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _sent(request, form):
        request.session[SESSION] = form.cleaned_data["number"]
        return redirect("cases:use_code")
    return render(
        request,
        "cases/public/ask_code.html",
        {"title": _("没有查询码"), "form": form},
        status=status_of(form),
    )


def _sent(request: HttpRequest, form: AskCodeForm) -> bool:
    at, number = timezone.now(), form.cleaned_data["number"]
    try:
        count_sender(request, "ask code", most=ASKED_PER_HOUR, at=at)
        limits.count(f"ask code {number}", most=SENT_PER_HOUR, seconds=HOUR, at=at)
    except limits.TooMany as refusal:
        form.add_error(None, str(refusal))
        return False
    ask_code(number=number, phone=form.cleaned_data["phone"], by=RESIDENT, at=at)
    return True


@never_cache
def use(request: HttpRequest) -> HttpResponse:
    """The code from the phone; the right one opens the receipt."""
    number = request.session.get(SESSION)
    if number is None:
        return redirect("cases:ask_code")
    form = UseCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        case = _opened(number, form)
        if case is not None:
            del request.session[SESSION]
            return redirect("cases:track", code=case.public_code)
    context = {"title": _("输入验证码"), "form": form, "minutes": allowance("otp_minutes", timezone.now())}
    return render(request, "cases/public/use_code.html", context, status=status_of(form))


def _opened(number: str, form: UseCodeForm) -> Case | None:
    at = timezone.now()
    try:
        limits.count(f"use code {number}", most=allowance("code_tries", at), seconds=HOUR, at=at)
    except limits.TooMany:
        form.add_error(
            None, _("输错次数太多，这个编号一小时内不能再用验证码查询。请用回执上的查询码，或拨打 12345")
        )
        return None
    case = use_code(number=number, secret=form.cleaned_data["secret"], by=RESIDENT, at=at)
    if case is None:
        form.add_error("secret", _("验证码不对，或已经过期。请对照短信再输一遍，或返回重新获取"))
    return case
