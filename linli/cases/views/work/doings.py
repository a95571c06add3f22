"""Each verb of the page of a case: its form, the command it calls, its words, icon and key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases import commands, rules
from linli.cases.commands.evidence import attach
from linli.cases.forms import work as forms
from linli.cases.models import Case
from linli.cases.states import TABLE
from linli.kernel.audit.actor import Actor

Do = Callable[[Case, dict[str, Any], Actor, datetime], object]
DIRECT = None


@dataclass(frozen=True)
class Doing:
    """One verb. ``form`` is ``DIRECT`` where one press is enough; ``said`` is what the toast says afterwards."""

    do: Do
    form: type[forms.DoForm] | None = DIRECT
    icon: str = ""
    key: str = ""
    label: Any = ""
    said: Any = ""
    tone: str = ""


def _with_photos(purpose: str, then: Do) -> Do:
    """Keep the photos that came with a step before it is taken, while the case is still the unit's to work on."""

    def do(case: Case, given: dict[str, Any], by: Actor, at: datetime) -> object:
        if given.get("photos"):
            attach(case_id=case.pk, uploads=given["photos"], purpose=purpose, by=by, at=at)
        return then(case, given, by, at)

    return do


def _accept(case: Case, given: dict[str, Any], by: Actor, at: datetime) -> object:
    """Accept, with category, kind and urgency put right where they differ."""
    same = case.category is not None and case.category.code == given["category"].code
    if not same or (case.kind, case.urgency) != (given["kind"], given["urgency"]):
        _reclassify(case, given, by, at)
    return commands.accept(case_id=case.pk, by=by, at=at)


def _reclassify(case: Case, given: dict[str, Any], by: Actor, at: datetime) -> object:
    return commands.reclassify(
        case_id=case.pk,
        by=by,
        at=at,
        category=given["category"],
        kind=given["kind"],
        urgency=given["urgency"],
        place=given.get("place"),
        place_kind=given.get("place_kind"),
    )


def _noted(command: Callable[..., object]) -> Do:
    return lambda case, given, by, at: command(case_id=case.pk, note=given["note"], by=by, at=at)


def _plain(command: Callable[..., object]) -> Do:
    return lambda case, given, by, at: command(case_id=case.pk, by=by, at=at)


def _ruled(upheld: bool) -> Do:
    return lambda case, given, by, at: commands.rule(
        case_id=case.pk, upheld=upheld, ruling=given["note"], by=by, at=at
    )


def _checked(passed: bool) -> Do:
    checked: Do = lambda case, given, by, at: commands.check(  # noqa: E731 - one line, used twice
        case_id=case.pk, passed=passed, note=given["note"], by=by, at=at
    )
    return _with_photos("check", checked)


def _passed_on(command: Callable[..., object], *more: str) -> Do:
    return lambda case, given, by, at: command(
        case_id=case.pk, by=by, at=at, **{name: given[name] for name in ("lead", "reason", *more)}
    )


def _merge(case: Case, given: dict[str, Any], by: Actor, at: datetime) -> object:
    target = Case.objects.filter(number=given["into"].strip()).first()
    if target is None:
        raise rules.Refused(
            _("没有编号为 %(number)s 的案件，或不在您的管辖范围内") % {"number": given["into"]}
        )
    return commands.merge(case_id=case.pk, into_id=target.pk, by=by, at=at)


def _decide(case: Case, given: dict[str, Any], by: Actor, at: datetime) -> object:
    row = case.extensions.filter(decided_at=None).first()
    if row is None:
        raise rules.Refused(_("没有等待决定的申请"))
    return commands.decide_extension(
        extension_id=row.pk, granted=given["granted"] == "yes", decision=given["decision"], by=by, at=at
    )


def _answer(case: Case, given: dict[str, Any], by: Actor, at: datetime) -> object:
    row = case.supervisions.filter(answered_at=None, unit__code=by.unit).order_by("at").first()
    if row is None:
        raise rules.Refused(_("没有等待本单位回复的督办"))
    return commands.answer_supervision(supervision_id=row.pk, answer=given["answer"], by=by, at=at)


def _supervise(case: Case, given: dict[str, Any], by: Actor, at: datetime) -> object:
    asked = {name: given[name] for name in ("step", "unit", "words", "answer_by")}
    return commands.supervise(case_id=case.pk, by=by, at=at, **asked)


def _call_back(case: Case, given: dict[str, Any], by: Actor, at: datetime) -> object:
    heard = {name: given[name] for name in ("resolved", "satisfied", "reasons", "words")}
    return commands.call_back(case_id=case.pk, reached=given["reached"] == "yes", by=by, at=at, **heard)


_submit = _with_photos(
    "after",
    lambda case, given, by, at: commands.submit(case_id=case.pk, result=given["result"], by=by, at=at),
)
_verified = _with_photos("check", lambda case, given, by, at: commands.report_verified(
    case_id=case.pk, found=given["found"] == "yes", note=given["note"], by=by, at=at))  # fmt: skip
_called: dict[str, Any] = {
    "form": forms.CallbackForm,
    "icon": "phone-call",
    "key": "h",
    "label": gettext_lazy("回访"),
    "said": gettext_lazy("已记录回访"),
}

DOINGS: dict[str, Doing] = {
    "accept": Doing(_accept, forms.CategoryForm, "clipboard-check", "a"),
    "unfile": Doing(_plain(commands.unfile), icon="arrow-back-up"),
    "ask_verify": Doing(
        lambda c, g, by, at: commands.ask_verify(case_id=c.pk, unit=g["unit"], note=g["note"], by=by, at=at), forms.VerifyForm, "eye", "w"
    ),
    "report_verified": Doing(_verified, forms.VerifiedForm, "eye", "y"),
    "void": Doing(_noted(commands.void), forms.NoteForm, "ban", "v", tone="danger"),
    "explain": Doing(_noted(commands.explain), forms.AnswerForm, "message-2", "e"),
    "refer": Doing(
        lambda c, g, by, at: commands.refer(case_id=c.pk, channel=g["channel"], note=g["note"], by=by, at=at), forms.ReferForm, "route"
    ),
    "restore": Doing(_plain(commands.restore), icon="refresh"),
    "merge": Doing(_merge, forms.MergeForm, "git-merge"),
    "unmerge": Doing(_plain(commands.unmerge), icon="git-fork"),
    "dispatch": Doing(_passed_on(commands.dispatch, "assist"), forms.DispatchForm, "send", "d"),
    "recall": Doing(_plain(commands.recall), icon="arrow-back-up"),
    "withdraw": Doing(
        lambda c, g, by, at: commands.withdraw(case_id=c.pk, reason=g["note"], by=by, at=at), forms.WithdrawForm, "arrow-back-up"
    ),
    "sign": Doing(_plain(commands.sign), icon="rubber-stamp", key="s"),
    "return": Doing(
        lambda c, g, by, at: commands.return_case(case_id=c.pk, reason=g["reason"], proposed=g["proposed"], by=by, at=at),
        forms.ReturnForm, "arrow-back-up", "t",
    ),
    "refuse": Doing(_plain(commands.refuse_case), icon="hand-stop"),
    "unrefuse": Doing(_plain(commands.take_back_refusal), icon="arrow-back-up"),
    "uphold": Doing(_ruled(True), forms.NoteForm, "gavel", "y", said=gettext_lazy("已裁定：异议成立")),
    "overrule": Doing(_ruled(False), forms.NoteForm, "gavel", "n", said=gettext_lazy("已裁定：异议不成立")),
    "reassign": Doing(_passed_on(commands.reassign, "assist"), forms.ReassignForm, "transfer", "g"),
    "hand_down": Doing(_passed_on(commands.hand_down), forms.HandDownForm, "arrow-down", "x"),
    "pause": Doing(
        lambda c, g, by, at: commands.pause(case_id=c.pk, reason=g["note"], by=by, at=at), forms.PauseForm, "player-pause", "z"
    ),
    "resume": Doing(_plain(commands.resume), icon="player-play", key="z"),
    "defer": Doing(_noted(commands.defer), forms.NoteForm, "clock-pause"),
    "undefer": Doing(_plain(commands.undefer), icon="clock-play"),
    "submit": Doing(_submit, forms.SubmitForm, "message-reply", "f"),
    "submit_to_callback": Doing(_submit, forms.SubmitForm, "message-reply", "f"),
    "check_pass": Doing(_checked(True), forms.CheckForm, "zoom-check", "y"),
    "check_close": Doing(_checked(True), forms.CheckForm, "zoom-check", "y"),
    "check_fail": Doing(_checked(False), forms.FailForm, "refresh", "n", tone="danger"),
    "callback_close": Doing(_call_back, **_called),
    "callback_reopen": Doing(_call_back, **_called),
    "close": Doing(_noted(commands.close), forms.NoteForm, "circle-check", "e"),
    "reopen": Doing(_noted(commands.reopen), forms.NoteForm, "refresh"),
    "contact": Doing(
        lambda c, g, by, at: commands.contact(case_id=c.pk, way=g["way"], reached=g["reached"] == "yes", words=g["words"], by=by, at=at),
        forms.ContactForm, "phone", "l", gettext_lazy("联系记录"), gettext_lazy("已记录联系情况"),
    ),
    "measure": Doing(
        _with_photos("before", lambda c, g, by, at: commands.record_measure(case_id=c.pk, words=g["words"], by=by, at=at)),
        forms.MeasureForm, "tool", "m", gettext_lazy("处置措施"), gettext_lazy("已记录处置措施"),
    ),
    "photo": Doing(
        lambda c, g, by, at: attach(case_id=c.pk, uploads=g["photos"], purpose=g["purpose"], by=by, at=at),
        forms.PhotoForm, "photo-plus", "u", gettext_lazy("添加照片"), gettext_lazy("已添加照片"),
    ),
    "answer": Doing(_answer, forms.ReplyForm, "message-reply", "b", gettext_lazy("回复督办"), gettext_lazy("已回复督办")),
    "extend": Doing(
        lambda c, g, by, at: commands.request_extension(case_id=c.pk, amount=g["amount"], reason=g["reason"], by=by, at=at),
        forms.ExtendForm, "calendar-time", "q", gettext_lazy("申请延期"), gettext_lazy("已申请延期"),
    ),
    "put_off": Doing(
        lambda c, g, by, at: commands.request_deferral(case_id=c.pk, amount=g["amount"], reason=g["reason"], by=by, at=at),
        forms.PutOffForm, "clock-pause", "", gettext_lazy("申请缓办"), gettext_lazy("已申请缓办"),
    ),
    "decide": Doing(_decide, forms.DecideForm, "gavel", "q", gettext_lazy("决定申请"), gettext_lazy("已决定申请")),
    "supervise": Doing(_supervise, forms.SuperviseForm, "speakerphone", "b", gettext_lazy("督办"), gettext_lazy("已发出督办")),
    "reclassify": Doing(_reclassify, forms.ReclassifyForm, "category", "", gettext_lazy("更正分类"), gettext_lazy("已更正分类")),
    "exclude": Doing(
        lambda c, g, by, at: commands.exclude(case_id=c.pk, reason=g["reason"], by=by, at=at),
        forms.ExcludeForm, "filter-off", "", gettext_lazy("考核剔除"), gettext_lazy("已从考核中剔除"),
    ),
}  # fmt: skip
"""Every verb with a place on the page. ``reopen_public`` has none: it belongs to the reporter's own page."""


def label_of(verb: str) -> str:
    """What the button of a verb says: the table's word unless the page has its own."""
    own = DOINGS[verb].label
    return str(own or _(next(t.label for t in TABLE.transitions if t.verb == verb)))


def said_of(verb: str) -> str:
    """What the toast says after a verb."""
    return str(DOINGS[verb].said or _("已%(verb)s") % {"verb": label_of(verb)})
