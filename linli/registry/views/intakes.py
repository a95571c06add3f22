"""Departments' files in, page by page: source, file, columns, what would happen, done, taken back."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import xlsxwriter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.algorithms.sheets.reading import Unreadable
from linli.algorithms.text.mask import mask_text
from linli.algorithms.text.sentences import said
from linli.kernel.audit.actor import Actor
from linli.kernel.jobs.job import enqueue
from linli.registry import policy
from linli.registry.commands import intakes
from linli.registry.commands.intakes.arriving import content_of
from linli.registry.commands.intakes.reading import EXAMINE, WRITE, examine_file
from linli.registry.forms import FileForm, SourceForm
from linli.registry.models import Intake, Layout, RawRow, Source
from linli.registry.queries.files import FileTable, guess_columns, read_file
from linli.registry.queries.intakes import MASKS, intakes_of, quality_of, refused_rows, rows_of, sources_for
from linli.registry.rules.elements import elements
from linli.territory.models import Unit

AT_ONCE = 3_000
"""Rows that are examined and written while the person waits; more go to the worker."""

MAX_BYTES = 300_000_000
RUNNING = (Intake.State.EXAMINING, Intake.State.APPLYING, Intake.State.UNDOING)
RECENT = 50


def _actor(request: HttpRequest, *verbs: str) -> Actor:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not any(by.may(verb) for verb in verbs):
        policy.require(by, verbs[0])
    return by


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("部门数据"), "url": reverse("registry:intakes")}]


def _own(request: HttpRequest, intake_id: UUID) -> tuple[Actor, Intake]:
    by = _actor(request, "registry.import", "registry.source")
    return by, get_object_or_404(intakes_of(by), pk=intake_id)


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The sources one may import from, and the files that came."""
    by = _actor(request, "registry.import", "registry.source")
    context = {
        "title": _("部门数据"),
        "sources": sources_for(by),
        "intakes": intakes_of(by)[:RECENT],
        "today": timezone.localdate(),
        "may_source": by.may("registry.source"),
        "may_import": by.may("registry.import"),
    }
    return render(request, "registry/intakes/board.html", context)


@login_required
def add_source(request: HttpRequest) -> HttpResponse:
    """Register a source with its legal basis."""
    by = _actor(request, "registry.source")
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        unit = get_object_or_404(Unit, code=by.unit)
        try:
            source = intakes.make_source(unit=unit, by=by, at=timezone.now(), **form.cleaned_data)
        except intakes.FileRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("已登记数据来源“%(title)s”，可以上传文件了") % {"title": source.title}
            )
            return redirect("registry:upload", source.pk)
    context = {"title": _("登记数据来源"), "crumbs": _crumbs(), "form": form}
    return render(request, "registry/intakes/source_form.html", context, status=422 if form.errors else 200)


@login_required
def upload(request: HttpRequest, source_id: int) -> HttpResponse:
    """Choose a file of a source; a file whose shape is known goes on by itself."""
    by = _actor(request, "registry.import")
    source = get_object_or_404(sources_for(by), pk=source_id)
    form = FileForm(request.POST or None, request.FILES or None, initial={"file_date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, source, form, by)
        except (intakes.FileRefused, Unreadable) as refusal:
            form.add_error("file", str(refusal))
    context = {"title": source.title, "crumbs": _crumbs(), "source": source, "form": form}
    return render(request, "registry/intakes/upload.html", context, status=422 if form.errors else 200)


def _take(request: HttpRequest, source: Source, form: FileForm, by: Actor) -> HttpResponse:
    chosen, at = form.cleaned_data["file"], timezone.now()
    if chosen.size > MAX_BYTES:
        raise intakes.FileRefused("文件超过 300 MB，请按街道或字母拆分后再导入")
    content = chosen.read()
    file = read_file(content)
    intake = intakes.upload(
        source=source, file_name=chosen.name, content=content, file_date=form.cleaned_data["file_date"], by=by, at=at
    )  # fmt: skip
    known = Layout.objects.filter(source=source, fingerprint=file.fingerprint).first()
    if known is not None:
        intakes.set_layout(
            intake_id=intake.pk, fingerprint=file.fingerprint, columns=known.columns, by=by, at=at
        )
        messages.info(request, _("表格样式与上次相同，已按上次确认的列自动比对"))
        _examine(intake, len(file), by)
    return redirect("registry:intake", intake.pk)


def _examine(intake: Intake, rows: int, by: Actor) -> None:
    intake.refresh_from_db()
    if rows <= AT_ONCE:
        examine_file(intake, by=by, at=timezone.now())
    else:
        enqueue(EXAMINE, intake_id=str(intake.pk))


@login_required
def intake(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """Where a file stands: its columns to be confirmed, what would become of its rows, or what became of them."""
    by, found = _own(request, intake_id)
    context: dict[str, Any] = {
        "title": found.file_name,
        "crumbs": _crumbs(),
        "intake": found,
        "may_act": by.may("registry.import") and found.by_user_id == by.user_id,
        "running": found.state in RUNNING,
    }
    if found.state in (Intake.State.UPLOADED, Intake.State.READ):
        return _columns(request, found, by, context)
    if not context["running"] and found.counts:
        context |= {
            "figures": [(verdict.value, verdict.label, found.counts.get(verdict.value, 0)) for verdict in RawRow.Verdict],
            "writes": sum(found.counts.get(name, 0) for name in ("new", "changed", "conflict")),
            "quality": quality_of(found),
            "samples": [
                (verdict.label, rows)
                for verdict in (RawRow.Verdict.REJECTED, RawRow.Verdict.REVIEW, RawRow.Verdict.CONFLICT, RawRow.Verdict.CHANGED, RawRow.Verdict.NEW)
                if found.counts.get(verdict.value) and (rows := rows_of(found, verdict.value))
            ] if context["may_act"] else [],
        }  # fmt: skip
    part = getattr(request, "htmx", False)
    return render(
        request, "registry/intakes/_parts/run.html" if part else "registry/intakes/intake.html", context
    )


def _columns(request: HttpRequest, found: Intake, by: Actor, context: dict[str, Any]) -> HttpResponse:
    """The columns of the file with what they probably are; confirmed once for each shape."""
    file = read_file(content_of(found))
    if request.method == "POST":
        chosen = {
            path: code
            for at, path in enumerate(file.columns)
            if (code := request.POST.get(f"column-{at}", ""))
        }
        try:
            intakes.set_layout(
                intake_id=found.pk, fingerprint=file.fingerprint, columns=chosen, by=by, at=timezone.now()
            )
        except intakes.FileRefused as refusal:
            context["error"] = str(refusal)
        else:
            _examine(found, len(file), by)
            return redirect("registry:intake", found.pk)
    context |= {"file": file, "columns": _choices(found, file, request), "rows": len(file)}
    return render(
        request, "registry/intakes/columns.html", context, status=422 if context.get("error") else 200
    )


def _choices(found: Intake, file: FileTable, request: HttpRequest) -> list[dict[str, Any]]:
    declared = elements(found.source.record_kind)
    today = timezone.localdate()
    offered = [
        (code, said(element.title))
        for code, element in declared.items()
        if element.access != "switched" or policy.is_switched_on(code, today)
    ]
    known = {code for code, _title in offered}
    guesses = guess_columns(found.source.record_kind, file)
    rows = []
    for at, (path, match) in enumerate(zip(file.columns, guesses, strict=True)):
        guessed = match.element.key if match.element is not None and match.element.key in known else ""
        chosen = request.POST.get(f"column-{at}", "") if request.method == "POST" else guessed
        shape = declared[guessed].shape if guessed else ""
        samples = [MASKS.get(shape, mask_text)(each) for each in file.samples(at)]
        off = match.element is not None and match.element.key not in known
        rows.append(
            {"at": at, "path": path, "samples": samples, "chosen": chosen, "doubtful": match.ambiguous, "off": off, "offered": offered}
        )  # fmt: skip
    return rows


@login_required
@require_POST
def step(request: HttpRequest, intake_id: UUID, what: str) -> HttpResponse:
    """Confirm, give up or take back."""
    by, found = _own(request, intake_id)
    at = timezone.now()
    try:
        if what == "confirm":
            intakes.confirm(intake_id=found.pk, by=by, at=at)
            enqueue(WRITE, intake_id=str(found.pk))
        elif what == "cancel":
            intakes.cancel(intake_id=found.pk, by=by, at=at)
            messages.success(request, _("已放弃导入，文件已销毁"))
        elif what == "undo":
            undone = intakes.undo_intake(intake_id=found.pk, by=by, at=at)
            kept = undone.counts.get("kept", 0)
            messages.success(
                request,
                _("已整体撤销")
                if not kept
                else _("已撤销；其中 %(kept)s 条后来有人改过，保持现状") % {"kept": kept},
            )
        else:
            raise Http404
    except intakes.FileRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("registry:intake", found.pk)


@login_required
@require_POST
def settle(request: HttpRequest, row_id: int, what: str) -> HttpResponse:
    """Say of a row that waits whether it is the registered organisation or another one; or take that back."""
    by = _actor(request, "registry.import")
    row = get_object_or_404(RawRow, pk=row_id, intake__in=intakes_of(by))
    if what not in ("same", "different", "undo"):
        raise Http404
    try:
        if what == "undo":
            intakes.undo_settled(row_id=row.pk, by=by, at=timezone.now())
            messages.success(request, _("已撤销，这一行重新待核对"))
        else:
            intakes.settle_row(row_id=row.pk, same=what == "same", by=by, at=timezone.now())
            undo = reverse("registry:intake_settle", args=[row.pk, "undo"])
            messages.success(request, _("已按核对结果写入"), extra_tags=f"undo:{undo}")
    except intakes.FileRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("registry:intake", row.intake_id)


@login_required
@require_GET
def refused(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """The rows that go back, in the layout of the file, with the reasons in a last column: mend and import again."""
    by, found = _own(request, intake_id)
    if found.by_user_id != by.user_id:
        raise Http404
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet(_("退回的行"))
    for number, row in enumerate(refused_rows(found)):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, "" if cell is None else str(cell))
    book.close()
    response = HttpResponse(
        stream.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"{found.file_name.rsplit('.', 1)[0]}-{_('退回')}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
