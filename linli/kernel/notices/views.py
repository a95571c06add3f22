"""A person's notices, and the administrator's look at what could not be sent."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.accounts.policy import require
from linli.kernel.accounts.queries import unit_name
from linli.kernel.accounts.requests import StaffRequest
from linli.kernel.notices import commands, queries
from linli.kernel.notices.forms import ChannelForm, WordingForm
from linli.kernel.notices.models import Channel, Delivery, Notice
from linli.kernel.notices.registers import STATE_TONES, unit_of
from linli.kernel.notices.wording import GAPS, shipped, template, without_address

PAGE = 30


@login_required
def inbox(request: StaffRequest) -> HttpResponse:
    """What I was told, newest first."""
    page = Paginator(queries.inbox(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(notice, without_address(notice.body, notice.url)) for notice in page]
    return render(request, "notices/inbox.html", {"title": _("消息"), "page": page, "rows": rows})


@login_required
@require_POST
def read(request: StaffRequest) -> HttpResponse:
    """Mark all as read."""
    commands.mark_read(user=request.user, at=timezone.now())
    return redirect("notices:inbox")


@login_required
def open_notice(request: StaffRequest, pk: int) -> HttpResponse:
    """Go to what a notice is about, and mark it read."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    commands.mark_read(user=request.user, at=timezone.now(), notice_id=pk)
    return redirect(notice.url or "notices:inbox")


@login_required
def delivery(request: StaffRequest, pk: int) -> HttpResponse:
    """One notice on its way through a channel, and a button to send it again."""
    require(request.actor, "notice.manage")
    row = get_object_or_404(Delivery.objects.select_related("notice", "channel"), pk=pk)
    context = {
        "title": row.notice.title,
        "row": row,
        "tone": STATE_TONES[Delivery.State(row.state)],
        "unit": unit_of(row),
        "kind": _(commands.KINDS[row.channel.kind]) if row.channel else "",
    }
    return render(request, "notices/delivery.html", context)


@login_required
def settings(request: StaffRequest) -> HttpResponse:
    """The channels of the units, and the words of the notices."""
    require(request.actor, "notice.manage")
    words = [template(name) for name in shipped()]
    channels = [
        (row, unit_name(row.unit_code), _(commands.KINDS[row.kind]))
        for row in Channel.objects.filter(active=True).order_by("unit_code")
    ]
    context = {"title": _("渠道和用语"), "words": words, "channels": channels}
    return render(request, "notices/settings.html", context)


@login_required
@require_POST
def resend(request: StaffRequest, pk: int) -> HttpResponse:
    """Try a failed delivery again."""
    get_object_or_404(Delivery, pk=pk)
    commands.resend(delivery_id=pk, by=request.actor, at=timezone.now())
    messages.success(request, _("已重新发送"))
    return redirect("notices:sending")


@login_required
def wording(request: StaffRequest, name: str) -> HttpResponse:
    """Change the words of a notice."""
    require(request.actor, "notice.manage")
    if name not in shipped():
        raise Http404
    now = template(name)
    form = WordingForm(request.POST or None, initial={"title": now.title, "body": now.body})
    if request.method == "POST" and form.is_valid():
        commands.change_wording(name=name, **form.cleaned_data, by=request.actor, at=timezone.now())
        messages.success(request, _("通知用语已更改"))
        return redirect("notices:settings")
    context = {
        "title": _("通知用语"),
        "form": form,
        "names": [(gap, _(GAPS[gap])) for gap in shipped()[name].names],
        "shipped": shipped()[name],
    }
    return render(request, "notices/wording.html", context, status=422 if form.errors else 200)


@login_required
def channel(request: StaffRequest) -> HttpResponse:
    """Set up a channel of a unit."""
    require(request.actor, "notice.manage")
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.add_channel(**form.cleaned_data, by=request.actor, at=timezone.now())
        except commands.BadChannel as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, _("通知渠道已增加"))
            return redirect("notices:settings")
    context = {"title": _("增加通知渠道"), "form": form}
    return render(request, "notices/channel.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end_channel(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop a channel."""
    row = get_object_or_404(Channel, pk=pk)
    commands.end_channel(channel=row, by=request.actor, at=timezone.now())
    messages.success(request, _("通知渠道已停用"))
    return redirect("notices:settings")
