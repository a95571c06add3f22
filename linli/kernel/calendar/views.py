"""The working calendar: a year on a page, a day at a time, and the notice of a new year."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.algorithms.worktime import Calendar, DayKind
from linli.kernel.accounts.policy import require
from linli.kernel.audit.queries import sentence_of
from linli.kernel.calendar import commands, importers, pages, queries, rules
from linli.kernel.calendar.forms import DayForm, YearForm
from linli.kernel.calendar.models import Kind
from linli.kernel.calendar.rules import CalendarRefused, Notice
from linli.kernel.norms.places import place_choices

LARGEST_FILE = 200_000
SALT = "linli.calendar.notice"


@login_required
@require_GET
def year(request: HttpRequest, year: int = 0) -> HttpResponse:
    """Twelve months with holidays, make-up days and local days, at a place."""
    today, place = timezone.localdate(), _place(request)
    year = year or today.year
    calendar = queries.calendar_for(place)
    if not calendar.first.year <= year <= max(calendar.announced) + 10:
        raise Http404
    held = queries.rows_at(place)
    months = pages.months(year, calendar, held, today)
    context = {
        "title": _("工作日历"), "year": year, "years": range(year - 2, year + 3), "months": months, "place": place,
        "provisional": year not in calendar.announced, "working": sum(month.working for month in months),
        "hours": rules.words_of(queries.standard_hours(max(today, date(year, 1, 1)) if year >= today.year else date(year, 12, 31), place)),
        "special": [cell for month in months for week in month.weeks for cell in week if cell and cell.word],
        "source": queries.source_of(year), "can_change": request.actor.may("calendar.change"),  # type: ignore[attr-defined]
        "first": calendar.first.year, "places": place_choices(),
    }  # fmt: skip
    return render(request, "calendar/year.html", context)


def _place(request: HttpRequest) -> str:
    return request.GET.get("place", "")[:200]


@login_required
@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, day: str) -> HttpResponse:
    """What one day is, and changing it."""
    asked, place = _day(day), _place(request)
    calendar, held, local = (
        queries.calendar_for(place),
        queries.rows_at(place).get(asked),
        queries.local_row(asked, place),
    )
    form = DayForm(request.POST or None, initial=_initial(local, place))
    if request.method == "POST":
        require(request.actor, "calendar.change")  # type: ignore[attr-defined]
        if form.is_valid() and _change(request, asked, form):
            return redirect(_year_url(asked.year, form.cleaned_data["place"]))
    parts = {"year": asked.year, "month": asked.month, "day": asked.day}
    context = {
        "title": _("%(year)d年%(month)d月%(day)d日") % parts, "day": asked, "place": place, "form": form, "local": local,
        "crumbs": [{"label": _("工作日历"), "url": _year_url(asked.year, place)}, {"label": _("%(month)d月%(day)d日") % parts}],
        "words": _day_words(calendar, asked), "held": held, "provisional": calendar.is_provisional(asked),
        "can_change": request.actor.may("calendar.change"),  # type: ignore[attr-defined]
        "events": [
            {"at": event.at, "who": event.actor_label, "what": sentence_of(event), "icon": "history"}
            for event in queries.history_of_day(asked)
        ],
    }  # fmt: skip
    return render(request, "calendar/day.html", context, status=422 if form.errors else 200)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _year_url(year: int, place: str) -> str:
    url = reverse("calendar:year", args=[year])
    return f"{url}?{urlencode({'place': place})}" if place else url


def _initial(local: Any, place: str) -> dict[str, Any]:
    if local is None:
        return {"place": place}
    shape = "hours" if local.hours else local.kind
    return {
        "shape": shape,
        "hours": "、".join(local.hours),
        "name": local.name,
        "source": local.source,
        "place": local.place,
    }


def _day_words(calendar: Calendar, day: date) -> str:
    if not calendar.is_working(day):
        return str(_("休息"))
    row = calendar.row(day)
    if row is not None and row.hours:
        return f"{_('上班')} {'、'.join(rules.words_of(row.hours))}"
    return f"{_('上班')} {'、'.join(rules.words_of(calendar.standard))}"


def _change(request: HttpRequest, day: date, form: DayForm) -> bool:
    """Make the change that the form asks for; a refusal goes into the form."""
    data, place = form.cleaned_data, form.cleaned_data["place"]
    try:
        kind, hours = _shape(data["shape"], form.stretches(), day, place)
        commands.change_day(
            day=day, kind=kind, hours=hours, name=data["name"], source=data["source"], place=place,
            by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
    except CalendarRefused as refused:
        form.add_error(None, str(refused))
        return False
    undo = f"{reverse('calendar:restore', args=[day.isoformat()])}"
    messages.success(request, _("已改，此后计算的时限按新安排"), extra_tags="" if place else f"undo:{undo}")
    return True


def _shape(shape: str, typed: list[str], day: date, place: str) -> tuple[Kind, list[str]]:
    if shape in ("morning", "afternoon"):
        return Kind.HALF, rules.words_of(rules.half(queries.standard_hours(day, place), shape))
    if shape == "hours":
        return Kind.HALF, typed
    return Kind(shape), []


@login_required
@require_POST
def restore(request: HttpRequest, day: str) -> HttpResponse:
    """Take the local entry of a day back."""
    asked, place = _day(day), request.POST.get("place", "")[:200]
    try:
        commands.restore_day(day=asked, place=place, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        messages.success(request, _("已撤回，恢复全国安排"))
    except CalendarRefused as refused:
        messages.error(request, str(refused))
    return redirect(_year_url(asked.year, place))


@login_required
@require_http_methods(["GET", "POST"])
def import_year(request: HttpRequest) -> HttpResponse:
    """Read a file, show what it says, and take it over when that is confirmed."""
    require(request.actor, "calendar.change")  # type: ignore[attr-defined]
    if "confirm" in request.POST:
        return _take_over(request)
    form, notice = YearForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > LARGEST_FILE:
                raise CalendarRefused(_("文件太大：一年的放假安排不会超过 200 KB"))
            notice = importers.read_notice(file.name, file.read(), source=form.cleaned_data["source"])
        except CalendarRefused as refused:
            form.add_error(None, str(refused))
    context = {
        "title": _("导入放假安排"), "form": form, "notice": notice, "packed": _packed(notice) if notice else "",
        "crumbs": [{"label": _("工作日历"), "url": reverse("calendar:index")}, {"label": _("导入放假安排")}],
        "rows": [(day, kind is DayKind.REST, name) for day, kind, name in notice.days] if notice else [],
        "replaces": bool(notice and notice.year in queries.announced_years()),
    }  # fmt: skip
    return render(request, "calendar/import.html", context, status=422 if form.errors else 200)


def _packed(notice: Notice) -> str:
    days = [(day.isoformat(), kind.value, name) for day, kind, name in notice.days]
    return signing.dumps([notice.year, notice.source, days], salt=SALT, compress=True)


def _take_over(request: HttpRequest) -> HttpResponse:
    try:
        year, source, days = signing.loads(request.POST.get("notice", ""), salt=SALT, max_age=3600)
        rows = [(date.fromisoformat(day), DayKind(kind), name) for day, kind, name in days]
        notice = rules.checked_notice(year, source, rows)
        commands.import_year(notice=notice, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    except signing.BadSignature:
        messages.error(request, _("预览已过期，请重新选择文件"))
        return redirect("calendar:import")
    messages.success(request, _("已载入 %(year)d 年放假安排") % {"year": year})
    return redirect("calendar:year", year=year)
