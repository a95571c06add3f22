"""Rows for the shared test of registers: a dozen cases on their way, with what belongs to them."""

from __future__ import annotations

from datetime import timedelta

from linli.cases import commands
from linli.cases.commands import Intake, ProposalFacts, ReporterFacts
from linli.cases.models import Case
from linli.kernel.registers.tests.protocol import Sample, sample_for
from tests.cast import MONDAY, Cast, assemble

TEXTS = (
    ("小区门口积水很深,出不了门", "0201", "community"),
    ("楼下垃圾成堆,臭味很大", "0201", "community"),
    ("电梯坏了三天,物业不管", "0301", "builder"),
    ("餐馆卖过期食品", "0302", "market"),
)
CALLER = ReporterFacts(name="王秀英", phone="13885100001")


def taken(cast: Cast, number: int) -> Case:
    """A case of the hotline; every third lies in the other community."""
    text, code, _lead = TEXTS[number % len(TEXTS)]
    grid = "520103019002001" if number % 3 == 2 else "520103019001001"
    point = (106.70 + number / 1000, 26.59) if number % 2 else (None, None)
    intake = Intake(
        channel="hotline", text=f"{text}(第 {number} 次反映)", category=cast.category(code), place=cast.unit(grid), reporter=CALLER,
        kind="tipoff" if number == 7 else "complaint", lon=point[0], lat=point[1], urgency="urgent" if number % 5 == 0 else "normal",
    )  # fmt: skip
    return commands.receive(intake, by=cast.actors["operator"], at=MONDAY + timedelta(minutes=number))


def dispatched(cast: Cast, number: int) -> Case:
    """A case with the department of buildings."""
    case, at = taken(cast, number), MONDAY + timedelta(minutes=30 + number)
    commands.accept(case_id=case.pk, by=cast.actors["dispatcher"], at=at)
    return commands.dispatch(case_id=case.pk, lead=cast.unit("D02"), by=cast.actors["dispatcher"], at=at)


def signed(cast: Cast, number: int) -> Case:
    """A case that the department of buildings has signed."""
    case = dispatched(cast, number)
    return commands.sign(case_id=case.pk, by=cast.actors["builder"], at=MONDAY + timedelta(hours=1))


@sample_for("cases")
def cases() -> Sample:
    """Cases in several states, some with a place, one a tip-off; a clerk sees those of the department."""
    cast = assemble()
    for number in range(12):
        (taken, dispatched, signed)[number % 3](cast, number)
    return Sample(sees=cast.actors["dispatcher"], stranger=cast.actors["security"], words="积水")


@sample_for("objections")
def objections() -> Sample:
    """Objections open, upheld and overruled."""
    cast = assemble()
    for number in range(6):
        case, at = dispatched(cast, number), MONDAY + timedelta(hours=2, minutes=number)
        commands.return_case(
            case_id=case.pk,
            reason=f"不属于本单位职责,第 {number} 件",
            by=cast.actors["builder"],
            at=at,
            proposed=cast.unit("D01"),
        )
        if number % 3:
            commands.rule(
                case_id=case.pk,
                upheld=number % 3 == 1,
                ruling="按派单目录裁定",
                by=cast.actors["arbiter"],
                at=at,
            )
    return Sample(sees=cast.actors["arbiter"], stranger=cast.actors["security"], words="职责")


@sample_for("supervisions")
def supervisions() -> Sample:
    """Steps of supervision, every other one answered."""
    cast = assemble()
    for number in range(6):
        case, at = signed(cast, number), MONDAY + timedelta(hours=3, minutes=number)
        row = commands.supervise(
            case_id=case.pk, step=("remind", "order", "notice")[number % 3], unit=cast.unit("D02"), words="请尽快办理并回复",
            by=cast.actors["supervisor"], at=at, answer_by=at + timedelta(days=1),
        )  # fmt: skip
        if number % 2:
            commands.answer_supervision(
                supervision_id=row.pk,
                answer="已安排",
                by=cast.actors["builder"],
                at=at + timedelta(days=number),
            )
    return Sample(sees=cast.actors["supervisor"], stranger=cast.actors["security"], words="办理")


@sample_for("extensions")
def extensions() -> Sample:
    """Requests for more time: open, granted, refused."""
    cast = assemble()
    for number in range(6):
        case, at = signed(cast, number), MONDAY + timedelta(hours=1, minutes=number)
        row = commands.request_extension(
            case_id=case.pk, amount=number % 3 + 1, reason="需等待配件", by=cast.actors["builder"], at=at
        )
        if number % 3:
            commands.decide_extension(
                extension_id=row.pk,
                granted=number % 3 == 1,
                decision="情况属实",
                by=cast.actors["arbiter"],
                at=at,
            )
    return Sample(sees=cast.actors["arbiter"], stranger=cast.actors["security"], words="配件")


@sample_for("callbacks")
def callbacks() -> Sample:
    """Call-backs that were reached and not, happy and not, and ratings by the reporter."""
    cast = assemble()
    for number in (2, 6, 10, 14):
        case, at = signed(cast, number), MONDAY + timedelta(hours=4, minutes=number)
        commands.submit(case_id=case.pk, result="已修好电梯", by=cast.actors["builder"], at=at)
        commands.call_back(
            case_id=case.pk, reached=False, words="无人接听", by=cast.actors["operator"], at=at
        )
        happy = number % 4 == 2 and number != 6
        commands.call_back(
            case_id=case.pk, reached=True, resolved=happy, satisfied=5 if happy else 1, reasons=[] if happy else ["处理太慢"],
            words="电话回访", by=cast.actors["operator"], at=at + timedelta(minutes=5),
        )  # fmt: skip
    return Sample(sees=cast.actors["supervisor"], stranger=cast.actors["security"], words="回访")


@sample_for("proposals")
def proposals() -> Sample:
    """Proposals and suggestions: waiting, answered by letter, rated."""
    cast = assemble()
    for number in range(6):
        at, dispatcher, builder = (
            MONDAY + timedelta(minutes=number),
            cast.actors["dispatcher"],
            cast.actors["builder"],
        )
        intake = Intake(
            channel="proposal", kind="suggestion", title=f"关于老旧小区加装电梯的建议之{number}", text="六层以上的老旧小区应加装电梯",
            category=cast.category("0301"), reporter=CALLER,
        )  # fmt: skip
        facts = ProposalFacts(
            ("cppcc", "deputy")[number % 2], f"{number + 30}", "十届三次会议", MONDAY.date()
        )
        row = commands.register_proposal(intake, facts, by=cast.actors["operator"], at=at)
        if number % 3 == 0:
            continue
        commands.accept(case_id=row.case_id, by=dispatcher, at=at)
        commands.dispatch(case_id=row.case_id, lead=cast.unit("D02"), by=dispatcher, at=at)
        commands.sign(case_id=row.case_id, by=builder, at=at)
        commands.send_letter(
            proposal_id=row.pk, letter_number=f"云建函〔2026〕{number}号", outcome="AB"[number % 2], letter="已列入今年计划", by=builder, at=at,
        )  # fmt: skip
        if number % 3 == 2:
            rating = ("good", "fair")[number % 2]
            commands.rate_proposal(
                proposal_id=row.pk, rating=rating, words="", by=cast.actors["operator"], at=at
            )
    return Sample(sees=cast.actors["dispatcher"], stranger=cast.actors["security"], words="电梯")
