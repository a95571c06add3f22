"""What a page answers after a step: it says what was done, with the way back, and goes on where the person wants to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from linli.algorithms.text.sentences import Refusal


def done(
    request: HttpRequest, words: str, back: str, *, undo: str = "", row: str = "", failed: bool = False
) -> HttpResponse:
    """Say it in a toast beside the list, and let the row after ``row`` open; a form that was sent as a page of its own says it on ``back``.

    ``undo`` is the address that takes it back, offered for ten seconds; ``failed`` that nothing was done, and ``words`` say why.
    """
    if not getattr(request, "htmx", False):
        level = messages.ERROR if failed else messages.SUCCESS
        _say(request, level, words, undo)
        return redirect(back)
    toast = {"text": words, **({"undo": undo} if undo else {})}
    told = {"linli:toast": toast, **({"linli:next": row} if row else {})}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})


@contextmanager
def saying(request: HttpRequest, words: Any, *, undo: str = "") -> Iterator[None]:
    """``with saying(request, _("已复核")): …``: say on the next page that it was done, or in the words of the refusal why not."""
    try:
        yield
    except PermissionDenied:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        _say(request, messages.SUCCESS, words, undo)


def _say(request: HttpRequest, level: int, words: Any, undo: str) -> None:
    messages.add_message(request, level, words, extra_tags=f"undo:{undo}" if undo else "")


def next_of(request: HttpRequest, fallback: str) -> str:
    """Where the person wants to go on, if it is one of our own pages; the form says it before the address does."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else fallback
