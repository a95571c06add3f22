"""Pages of an import: choose a file, look at what would happen, confirm, fetch the rejected rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.registers import queries
from linli.kernel.registers.exporting import csvfile
from linli.kernel.registers.importing import runs
from linli.kernel.registers.models import ImportRun
from linli.kernel.registers.register import Register
from linli.kernel.registers.tasks import examine_file, write_rows
from linli.kernel.registers.views import register_for

AT_ONCE = 1_000_000
"""Bytes up to which a file is examined while the person waits."""


def _register(request: Any, name: str) -> Register:
    register = register_for(request, name)
    if register.importer is None:
        raise Http404
    if not request.actor.may(register.importer.verb):
        raise PermissionDenied(_("您的岗位不能向“%(title)s”导入") % {"title": register.title})
    return register


def _run(request: Any, name: str, run_id: UUID) -> tuple[Register, ImportRun]:
    """A run of one's own: a file may hold what others need not know."""
    register = _register(request, name)
    return register, get_object_or_404(ImportRun, pk=run_id, register=name, by_user_id=request.user.pk)


@require_http_methods(["GET", "POST"])
def imports(request: Any, name: str) -> HttpResponseBase:
    """Choose a file; below it one's earlier imports."""
    register = _register(request, name)
    error = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is not None and file.size <= runs.MAX_BYTES:
            return _take(request, register, file)
        error = _("文件超过 50 MB，请拆分后再导入") if file else _("请选择一个文件")
    context = {
        "title": _("导入“%(title)s”") % {"title": register.title},
        "register": register,
        "importer": register.importer,
        "runs": queries.runs_of(request.actor, register),
        "error": error,
    }
    return render(request, "registers/imports.html", context, status=422 if error else 200)


def _take(request: Any, register: Register, file: Any) -> HttpResponse:
    content, at = file.read(), timezone.now()
    run = runs.upload(register=register, file_name=file.name, content=content, by=request.actor, at=at)
    if len(content) <= AT_ONCE:
        runs.examine(run_id=run.pk, by=request.actor, at=at)
    else:
        examine_file.defer(run_id=str(run.pk))
    return redirect("registers:import_run", register.name, run.pk)


@require_GET
def import_run(request: Any, name: str, run_id: UUID) -> HttpResponse:
    """What the file would change, or how far it is; refreshed while it runs."""
    register, run = _run(request, name, run_id)
    context = {
        "title": _("导入“%(title)s”") % {"title": register.title},
        "register": register,
        "run": run,
        "preview": runs.preview_of(run),
        "rejects": runs.rejects_of(run)["rows"][:20],
        "running": run.state in (ImportRun.State.UPLOADED, ImportRun.State.APPLYING),
    }
    return render(
        request, "registers/_parts/run.html" if request.htmx else "registers/import_run.html", context
    )


@require_POST
def confirm(request: Any, name: str, run_id: UUID) -> HttpResponse:
    """Let the file in."""
    return _step(request, name, run_id, confirmed=True)


@require_POST
def cancel(request: Any, name: str, run_id: UUID) -> HttpResponse:
    """Give the import up."""
    return _step(request, name, run_id, confirmed=False)


def _step(request: Any, name: str, run_id: UUID, *, confirmed: bool) -> HttpResponse:
    _register_found, run = _run(request, name, run_id)
    try:
        if confirmed:
            runs.confirm(run_id=run.pk, by=request.actor, at=timezone.now())
            write_rows.defer(run_id=str(run.pk))
        else:
            runs.cancel(run_id=run.pk, by=request.actor, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except runs.WrongState as error:
        messages.error(request, str(error))
    return redirect("registers:import_run", name, run_id)


@require_GET
def rejects(request: Any, name: str, run_id: UUID) -> HttpResponse:
    """The rejected rows in the layout of the file, with the reasons in a last column: mend and import again."""
    _register_found, run = _run(request, name, run_id)
    found = runs.rejects_of(run)
    heading = [*found["heading"], _("退回原因")]
    return _csv(
        f"{run.file_name}-{_('退回')}.csv",
        [heading, *([*cells, reasons] for _number, cells, reasons in found["rows"])],
    )


@require_GET
def sample_file(request: Any, name: str) -> HttpResponse:
    """An empty file with the headings."""
    register = _register(request, name)
    assert register.importer is not None
    return _csv(f"{register.title}.csv", [[str(cell.label) for cell in register.importer.fields]])


def _csv(name: str, rows: list[list[Any]]) -> HttpResponse:
    response = HttpResponse("".join(csvfile.plain_lines(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
