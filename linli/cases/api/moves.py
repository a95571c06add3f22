"""From a verb of the interface to the command that carries it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from linli.cases import commands, rules
from linli.cases.api.schemas import MoveIn
from linli.cases.models import Case
from linli.cases.policy import visible_to
from linli.kernel.audit.actor import Actor
from linli.territory.queries.units import Node, tree

Move = Callable[[Case, MoveIn, Actor, datetime], Case]


def unit(code: str) -> Node:
    """A unit that the request names."""
    found = tree().by_code.get(code)
    if found is None:
        raise rules.Refused("没有代码为“%(code)s”的单位", code=code)
    return found


def target(number: str, by: Actor) -> int:
    """The case to merge into."""
    found = visible_to(by).filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise rules.Refused("没有编号为“%(number)s”的案件", number=number)
    return found


def _noted(command: Callable[..., Case], word: str) -> Move:
    return lambda case, m, by, at: command(case_id=case.pk, by=by, at=at, version=m.version, **{word: m.note})


def _plain(command: Callable[..., Case]) -> Move:
    return lambda case, m, by, at: command(case_id=case.pk, by=by, at=at)


def _assist(m: MoveIn) -> list[Node]:
    return [unit(code) for code in m.assist]


def _handed(command: Callable[..., Case]) -> Move:
    return lambda case, m, by, at: command(
        case_id=case.pk, lead=unit(m.unit), reason=m.note, by=by, at=at, version=m.version, assist=_assist(m)
    )


MOVES: dict[str, Move] = {
    "accept": lambda case, m, by, at: commands.accept(case_id=case.pk, by=by, at=at, version=m.version),
    "unfile": _plain(commands.unfile),
    "ask_verify": lambda case, m, by, at: commands.ask_verify(case_id=case.pk, unit=unit(m.unit), by=by, at=at, note=m.note, version=m.version),
    "report_verified": lambda case, m, by, at: commands.report_verified(case_id=case.pk, found=m.found, note=m.note, by=by, at=at),
    "void": _noted(commands.void, "note"),
    "explain": _noted(commands.explain, "note"),
    "refer": lambda case, m, by, at: commands.refer(case_id=case.pk, channel=m.channel or "", note=m.note, by=by, at=at, version=m.version),
    "restore": _plain(commands.restore),
    "merge": lambda case, m, by, at: commands.merge(case_id=case.pk, into_id=target(m.into, by), by=by, at=at, version=m.version),
    "unmerge": _plain(commands.unmerge),
    "dispatch": _handed(commands.dispatch),
    "recall": _plain(commands.recall),
    "withdraw": _noted(commands.withdraw, "reason"),
    "sign": lambda case, m, by, at: commands.sign(case_id=case.pk, by=by, at=at, version=m.version),
    "return": lambda case, m, by, at: commands.return_case(
        case_id=case.pk, reason=m.note, by=by, at=at, proposed=unit(m.unit) if m.unit else None, version=m.version
    ),
    "refuse": lambda case, m, by, at: commands.refuse_case(case_id=case.pk, by=by, at=at, version=m.version),
    "unrefuse": lambda case, m, by, at: commands.take_back_refusal(case_id=case.pk, by=by, at=at, version=m.version),
    "uphold": lambda case, m, by, at: commands.rule(case_id=case.pk, upheld=True, ruling=m.note, by=by, at=at, version=m.version),
    "overrule": lambda case, m, by, at: commands.rule(case_id=case.pk, upheld=False, ruling=m.note, by=by, at=at, version=m.version),
    "reassign": _handed(commands.reassign),
    "hand_down": lambda case, m, by, at: commands.hand_down(case_id=case.pk, lead=unit(m.unit), reason=m.note, by=by, at=at, version=m.version),
    "pause": _noted(commands.pause, "reason"),
    "resume": _plain(commands.resume),
    "defer": lambda case, m, by, at: commands.defer(case_id=case.pk, note=m.note, by=by, at=at),
    "undefer": _plain(commands.undefer),
    "submit": _noted(commands.submit, "result"),
    "check_pass": lambda case, m, by, at: commands.check(case_id=case.pk, passed=True, note=m.note, by=by, at=at, version=m.version),
    "check_fail": lambda case, m, by, at: commands.check(case_id=case.pk, passed=False, note=m.note, by=by, at=at, version=m.version),
    "callback_close": lambda case, m, by, at: commands.call_back(
        case_id=case.pk, reached=m.resolved is not None, resolved=m.resolved, satisfied=m.satisfied, words=m.note, by=by, at=at, version=m.version
    ),
    "close": _noted(commands.close, "note"),
    "reopen": _noted(commands.reopen, "note"),
}  # fmt: skip
"""Every verb that a machine may say. A verb whose target depends on the case (submit, check, call-back) is one verb here."""
