"""Following a report with its receipt: what was done, a word to add, the rating; and the receipt itself, on paper too."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.algorithms.statetable import NotPossible
from linli.algorithms.text.sentences import said
from linli.cases import rules
from linli.cases.commands.public import add_word, rate_public
from linli.cases.forms.public import RateForm, TrackForm, WordForm
from linli.cases.queries.public import Receipt, receipt_of
from linli.cases.views.public.asking import DAY, RESIDENT, allowance, count_sender, limited, status_of
from linli.kernel.accounts import limits
from linli.kernel.files.queries import shared_url

PAPERS = ("80", "a5")
SMALL = 320


@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Type the code of a receipt. What is not a code, and what is one of nobody, get the same answer."""
    form = TrackForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("cases:track", code=form.cleaned_data["code"])
    return render(
        request, "cases/public/find.html", {"title": _("查进度"), "form": form}, status=status_of(form)
    )


def _receipt(request: HttpRequest, code: str) -> Receipt | None:
    found = receipt_of(code, timezone.now())
    if found is None:
        count_sender(request, "code", most=allowance("code_tries", timezone.now()), at=timezone.now())
    return found


def _unknown(request: HttpRequest) -> HttpResponse:
    form = TrackForm()
    return render(request, "cases/public/unknown.html", {"title": _("没有查到"), "form": form}, status=404)


@never_cache
@limited
@require_safe
def track(request: HttpRequest, code: str) -> HttpResponse:
    """Who has it, until when, and what was done."""
    found = _receipt(request, code)
    return _unknown(request) if found is None else _page(request, found)


def _page(
    request: HttpRequest, found: Receipt, rate: RateForm | None = None, word: WordForm | None = None
) -> HttpResponse:
    photos = [{"url": shared_url(file), "thumb": shared_url(file, SMALL)} for file in found.photos]
    context = {
        "title": _("办理进度"), "receipt": found, "case": found.case, "kind": said(rules.KINDS[found.case.kind]), "photos": photos,
        "rate_form": rate or RateForm(), "word_form": word or WordForm(), "satisfaction": _satisfaction(found),
    }  # fmt: skip
    bad = (rate and rate.errors) or (word and word.errors)
    return render(request, "cases/public/track.html", context, status=422 if bad else 200)


def _satisfaction(found: Receipt) -> str:
    return said(rules.SATISFACTION.get(found.rated.satisfied or 0, "")) if found.rated else ""


@never_cache
@limited
@require_POST
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Solved? content? “Not solved” takes the case up again, once."""
    found = _receipt(request, code)
    if found is None:
        return _unknown(request)
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            case = rate_public(case_id=found.case.pk, by=RESIDENT, at=timezone.now(), **form.cleaned_data)
        except (rules.Refused, NotPossible) as refusal:
            form.add_error(None, str(refusal))
        else:
            again = (
                _("已退回重新办理，并列入督办。")
                if case.state == "handling"
                else _("谢谢，您的评价已经记下。")
            )
            messages.success(request, again)
            return redirect("cases:track", code=case.public_code)
    return _page(request, found, rate=form)


@never_cache
@limited
@require_POST
def word(request: HttpRequest, code: str) -> HttpResponse:
    """Add something to what was reported."""
    found = _receipt(request, code)
    if found is None:
        return _unknown(request)
    form, at = WordForm(request.POST), timezone.now()
    if form.is_valid():
        try:
            limits.count(f"word {found.case.pk}", most=allowance("words_per_day", at), seconds=DAY, at=at)
            add_word(case_id=found.case.pk, words=form.cleaned_data["words"], by=RESIDENT, at=at)
        except (limits.TooMany, rules.Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("补充的话已经转给办理的人。"))
            return redirect("cases:track", code=found.case.public_code)
    return _page(request, found, word=form)


@never_cache
@limited
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt right after sending: the code, a link and a picture to scan."""
    found = _receipt(request, code)
    if found is None:
        return _unknown(request)
    return render(
        request, "cases/public/receipt.html", _of_receipt(request, found) | {"title": _("已经收到")}
    )


@never_cache
@limited
@require_safe
def paper(request: HttpRequest, code: str, size: str) -> HttpResponse:
    """The receipt for the counter's printer: a strip of 80 mm, or A5."""
    if size not in PAPERS:
        raise Http404
    found = _receipt(request, code)
    if found is None:
        return _unknown(request)
    return render(
        request,
        "cases/public/paper.html",
        _of_receipt(request, found) | {"title": _("群众诉求回执"), "size": size},
    )


def _of_receipt(request: HttpRequest, found: Receipt) -> dict[str, Any]:
    link = request.build_absolute_uri(reverse("cases:track", args=[found.case.public_code]))
    code = found.case.public_code
    spaced = " ".join(code[at : at + 4] for at in range(0, len(code), 4))
    return {
        "receipt": found,
        "case": found.case,
        "kind": said(rules.KINDS[found.case.kind]),
        "link": link,
        "spaced": spaced,
        "qr": qr_of(link),
    }


def qr_of(link: str) -> SafeString:
    """A picture to scan, as SVG."""
    return mark_safe(segno.make(link, error="m").svg_inline(scale=4, border=2, light="#fff", svgclass="c-qr"))
