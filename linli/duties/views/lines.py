"""Items and lines of lists: the page of each with its versions, its changes, and two days beside each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.duties import commands, policy, queries
from linli.duties.commands.lines import LineModel
from linli.duties.forms import CloseForm, CompareForm, ItemForm, LineForm, ListForm
from linli.duties.models import ListEntry, WorkItem
from linli.duties.queries.lines import AnyLine, in_words, kind_of, kind_words, line_of
from linli.duties.registers import STATUS_WORDS, status_of
from linli.duties.views.frame import actor_of, page
from linli.kernel.answers import saying
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of, timeline


@dataclass(frozen=True)
class Shelf:
    """Where lines of a sort stand: their model and form, the beginning of the names of their addresses, and their words."""

    model: LineModel
    form: type[LineForm]
    subject: str
    one: str
    many: str
    title: Any
    adding: Any

    def crumb(self) -> tuple[Any, str]:
        """The way back to the list."""
        return self.title, reverse(f"duties:{self.many}")

    def url(self, name: str, code: str) -> str:
        """An address of one line."""
        return reverse(f"duties:{self.one}{name}", args=[code])

    def versions(self, by: Actor, code: str) -> list[AnyLine]:
        """Every version of a line, the latest first."""
        rows: Any = policy.items_visible_to(by) if self.model is WorkItem else policy.lists_visible_to(by)
        found = list(rows.filter(code=code).order_by("-valid_from"))
        if not found:
            raise Http404
        return found


ITEMS = Shelf(
    WorkItem, ItemForm, "work_item", "item", "items", gettext_lazy("事项清单"), gettext_lazy("新增事项")
)
LISTS = Shelf(
    ListEntry, ListForm, "list_entry", "line", "lists", gettext_lazy("各类清单"), gettext_lazy("新增条目")
)


@login_required
def detail(request: HttpRequest, shelf: Shelf, code: str) -> HttpResponse:
    """An item or a line with its versions and history."""
    by = actor_of(request)
    versions, today = shelf.versions(by, code), timezone.localdate()
    now = next((v for v in versions if line_of(v).holds_on(today)), None)
    shown, latest = now or versions[0], versions[0]
    events = [event for version in versions for event in history_of(shelf.subject, version.pk)]
    flaws = [f for f in queries.list_findings(today) if code in {line.code for line in f.lines}]
    context = page(
        by, shown.name, shelf.crumb(), tab=shelf.many, row=shown, now=now, latest=latest, words=in_words(shown),
        kind=kind_words(kind_of(shown)), line=line_of(shown), flaws=flaws,
        changes=[
            (new.valid_from, queries.changes_between(old, new)) for new, old in zip(versions, versions[1:], strict=False)
        ],
        history=timeline(sorted(events, key=lambda event: event.pk)), close=CloseForm(initial={"on": today}),
        change_url=shelf.url("_change", code), end_url=shelf.url("_end", code), may_end=latest.valid_to is None,
        may_reopen=latest.valid_to is not None and latest.valid_to >= today, may_withdraw=latest.local and latest.valid_from > today,
        reopen_url=shelf.url("_reopen", code), withdraw_url=shelf.url("_withdraw", code),
        status=STATUS_WORDS[status_of(shown)],
    )  # fmt: skip
    return render(request, "duties/line.html", context)


def _save(
    request: HttpRequest, shelf: Shelf, form: LineForm, run: Callable[[Actor], AnyLine], said: str, title: Any, *crumbs: Any
) -> HttpResponse:  # fmt: skip
    by = actor_of(request, "duty.change")
    if request.method == "POST" and form.is_valid():
        try:
            row = run(by)
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said % {"code": row.code})
            return redirect(shelf.url("", row.code))
    context = page(by, title, shelf.crumb(), *crumbs, form=form)
    return render(request, f"duties/{shelf.one}_form.html", context, status=422 if form.errors else 200)


@login_required
def add(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Add an item, or a line to a list."""
    actor_of(request, "duty.change")
    start = {"valid_from": timezone.localdate(), "kind": request.GET.get("kind", "")}
    form = shelf.form(request.POST) if request.method == "POST" else shelf.form(initial=start)
    return _save(
        request,
        shelf,
        form,
        lambda by: commands.add_line(draft=form.draft(), by=by, at=timezone.now()),
        _("已新增第 %(code)s 条"),
        shelf.adding,
    )


@login_required
def change(request: HttpRequest, shelf: Shelf, code: str) -> HttpResponse:
    """Give it a new version."""
    by, today = actor_of(request, "duty.change"), timezone.localdate()
    latest = shelf.versions(by, code)[0]
    form = shelf.form(request.POST) if request.method == "POST" else shelf.form.of(latest, today)
    return _save(
        request,
        shelf,
        form,
        lambda by: commands.change_line(code=code, draft=form.draft(), by=by, at=timezone.now()),
        _("第 %(code)s 条已改版"),
        _("改版“%(name)s”") % {"name": latest.name},
        (latest.name, shelf.url("", code)),
    )


@login_required
@require_POST
def end(request: HttpRequest, shelf: Shelf, code: str) -> HttpResponse:
    """Let it end."""
    by, form = actor_of(request, "duty.change"), CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写停用日期和理由"))
        return redirect(shelf.url("", code))
    said = _("第 %(code)s 条自 %(on)s 起停用") % {"code": code, "on": form.cleaned_data["on"]}
    run = partial(
        commands.end_line, model=shelf.model, code=code, by=by, at=timezone.now(), **form.cleaned_data
    )
    return _done(request, shelf, code, run, said, shelf.url("_reopen", code))


@login_required
@require_POST
def reopen(request: HttpRequest, shelf: Shelf, code: str) -> HttpResponse:
    """Take an end back."""
    by = actor_of(request, "duty.change")
    run = partial(commands.reopen_line, model=shelf.model, code=code, by=by, at=timezone.now())
    return _done(request, shelf, code, run, _("第 %(code)s 条继续有效") % {"code": code})


@login_required
@require_POST
def withdraw(request: HttpRequest, shelf: Shelf, code: str) -> HttpResponse:
    """Take a version back that has not begun."""
    by = actor_of(request, "duty.change")
    run = partial(commands.withdraw_line, model=shelf.model, code=code, by=by, at=timezone.now())
    return _done(request, shelf, code, run, _("已撤回第 %(code)s 条尚未启用的版本") % {"code": code})


def _done(
    request: HttpRequest, shelf: Shelf, code: str, run: Callable[[], object], said: str, undo: str = ""
) -> HttpResponse:
    with saying(request, said, undo=undo):
        run()
    is_left = shelf.model.objects.filter(code=code).exists()
    return redirect(shelf.url("", code)) if is_left else redirect(f"duties:{shelf.many}")


@login_required
def compare(request: HttpRequest) -> HttpResponse:
    """What came, went and changed between two days; at first since a year ago."""
    by, today = actor_of(request), timezone.localdate()
    start = {"one": f"{today.replace(year=today.year - 1, day=1):%Y-%m-%d}", "other": f"{today:%Y-%m-%d}"}
    form = CompareForm({**start, **request.GET.dict()})
    context = page(by, _("两天对比"), tab="compare", form=form)
    if form.is_valid():
        context |= _between(**form.cleaned_data)
    return render(request, "duties/compare.html", context, status=422 if form.errors else 200)


def _between(one: date, other: date, kind: str) -> dict[str, Any]:
    found = queries.between(one, other, kind)
    return {
        "compared": True,
        "came": [_listed(found.after[code]) for code in found.comparison.came],
        "went": [_listed(found.before[code]) for code in found.comparison.went],
        "changed": [
            _listed(found.after[code]) | {"fields": fields}
            for code, fields in found.comparison.changed.items()
        ],
    }


def _listed(row: AnyLine) -> dict[str, Any]:
    shelf = ITEMS if isinstance(row, WorkItem) else LISTS
    return {"row": row, "kind": kind_words(kind_of(row)), "url": shelf.url("", row.code)}
