"""The pages of a department's queries: asked, decided, answered at once, taken away as a table."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.accounts.verbs import NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.queries import history_of, timeline
from linli.kernel.privacy.commands import PurposeRequired, ReasonNeeded
from linli.kernel.privacy.limits import limits
from linli.returns import commands, policy
from linli.returns.forms import QueryForm, RowsForm, TakeForm
from linli.returns.models import Query
from linli.returns.queries.asking import Counted
from linli.returns.queries.extracts import as_workbook
from linli.returns.queries.fields import RECORDS, Binding, binding_of
from linli.returns.registers import QUERY_STATES, QUERY_TONES, query_standing
from linli.returns.rules.elements import dictionary
from linli.returns.rules.periods import FREQUENCIES
from linli.returns.views.frame import XLSX, actor_of, page, query_or_404


def _crumb() -> tuple[str, str]:
    return _("数据查询"), reverse("returns:queries")


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for figures of the registers, or for a list (``?what=list``)."""
    by, is_list = actor_of(request, "return.query"), request.GET.get("what") == "list"
    kind = RowsForm if is_list else QueryForm
    form = kind(request.POST) if request.method == "POST" else kind.of()
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.ask_query(draft=form.draft(), by=by, at=timezone.now())
        except commands.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = (
                _("已登记的数据，现在就可以查")
                if made.state == Query.State.APPROVED
                else _("已提交，等区县审批")
            )
            messages.success(request, words)
            return redirect("returns:query", made.code)
    context = page(_("申请查询"), _crumb(), form=form, is_list=is_list)
    return render(request, "returns/query_ask.html", context, status=422 if form.errors else 200)


@login_required
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """A query: what for, until when, who agreed, how often it spared asking; and the answer, when it is asked for (POST)."""
    by, row = actor_of(request), query_or_404(code)
    may_use, frequency = _may_use(by, row), request.POST.get("frequency", "month")
    answer: Counted | None = None
    if request.method == "POST" and row.is_list:
        return _taken(request, row, by)
    if request.method == "POST":
        try:
            row, answer = commands.answer_query(
                code=code,
                frequency=frequency if frequency in FREQUENCIES else "month",
                by=by,
                at=timezone.now(),
            )
        except commands.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("returns:query", code)
        if "file" in request.POST:
            return _as_file(row, _as_table(row, answer, by), answer.period.name)
    standing = query_standing(row)
    context = page(
        row.title, _crumb(), row=row, standing=QUERY_STATES[standing], tone=QUERY_TONES[standing], answer=answer, may_use=may_use and standing == "approved",
        may_decide=by.may("return.keep") and standing == "asked", frequencies=FREQUENCIES, frequency=frequency, limit=limits(timezone.localdate(), by.role).export_rows,
        elements=[dictionary()[each] for each in row.figures], times=row.answers.count(), spared=sum(each.cells for each in row.answers.all()),
        take=TakeForm(), whose=dictionary().get(row.rows), columns=_columns(row), level=row.get_level_display(), history=timeline(list(history_of("return_query", row.pk))),
    )  # fmt: skip
    return render(request, "returns/query.html", context)


def _columns(row: Query) -> list[Binding]:
    if not row.is_list:
        return []
    record = RECORDS[dictionary()[row.rows].register]
    return [found for each in row.columns if (found := binding_of(record, each)) is not None]


def _taken(request: HttpRequest, row: Query, by: Actor) -> HttpResponse:
    """The list as a file, or a second person is asked."""
    try:
        row, content = commands.take_rows(
            code=row.code,
            purpose=request.POST.get("purpose", ""),
            reason=request.POST.get("reason", ""),
            by=by,
            at=timezone.now(),
        )
    except (commands.Refused, PurposeRequired, ReasonNeeded) as refusal:
        messages.error(request, str(refusal))
        return redirect("returns:query", row.code)
    if content is None:
        messages.success(request, _("行数较多，已申请第二人审批；同意后再来下载"))
        return redirect("returns:query", row.code)
    return _as_file(row, content, f"{timezone.localdate():%Y-%m-%d}")


@login_required
@require_POST
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Agree, or not."""
    by, agrees = actor_of(request, "return.keep"), request.POST.get("agrees") == "yes"
    try:
        commands.decide_query(
            code=code, agrees=agrees, note=request.POST.get("note", ""), by=by, at=timezone.now()
        )
    except commands.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已同意，部门现在可以查询") if agrees else _("已退回部门"))
    return redirect("returns:query", code)


@login_required
@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """Let a query end."""
    try:
        commands.end_query(code=code, by=actor_of(request), at=timezone.now())
    except commands.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已停用，不能再查询"))
    return redirect("returns:query", code)


def _may_use(by: Actor, row: Query) -> bool:
    try:
        policy.require_query(by, row)
    except NotAllowed:
        return False
    return True


def _as_table(row: Query, answer: Counted, by: Actor) -> bytes:
    """The answer as a workbook, which says what for and who took it."""
    said = f"{_('依据')}：{row.basis}　{_('用途')}：{row.purpose}　{by.label} {timezone.localtime():%Y-%m-%d %H:%M}"
    rows = [[node.name, *values] for node, values in answer.rows]
    head = [_("单位"), *(_(each.title) for each in answer.elements)]
    return as_workbook(
        f"{row.title} {answer.period.name}", said, head, [*rows, [_("合计"), *answer.total]], _("查询结果")
    )


def _as_file(row: Query, content: bytes, when: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{row.title}-{when}.xlsx')}"
    return response
