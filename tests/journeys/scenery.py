"""A morning of the small district: a case in every place where somebody must do something, and the rows of every page."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from linli.algorithms.burden import Range
from linli.assessment import commands as burdens
from linli.assessment.commands import Answer
from linli.assessment.rules import periods_of
from linli.cases import commands
from linli.cases.commands import Intake, ReporterFacts
from linli.cases.commands.evidence import attach
from linli.cases.commands.proposals import ProposalFacts, register_proposal, send_letter
from linli.cases.models import Case, Proposal
from linli.duties.commands import (
    BypassDraft,
    ItemDraft,
    ListDraft,
    Said,
    Task,
    add_line,
    change_line,
    draft_application,
    give_opinion,
    move_application,
    open_bypass,
    refuse,
    report_missing,
    use_seal,
)
from linli.duties.models import ListEntry
from linli.duties.rules.gate import first_start
from linli.duties.tests.gates import DRAFT
from linli.kernel.administration.tests.samples import queued
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.norms.models import Norm
from linli.kernel.notices.tests.samples import failed_delivery
from linli.kernel.notices.wording import shipped
from linli.kernel.registers.importing import runs
from linli.kernel.registers.register import REGISTERS
from linli.returns.commands import QueryDraft, answer, ask_query, fill_round, move, open_round
from linli.returns.tests.factories import bound, permitted
from linli.territory.commands import add_member
from linli.territory.models import Compound, Unit
from tests.cast import TESTER, Cast

GRID = "520103019001001"
CALLER = ReporterFacts("王秀英", "13885100001", "冠竹苑 3 栋 2 单元 501")
SHEET = "工单号,反映内容,登记时间\nA1,路灯不亮三天了,2026-11-20 09:10\nA2,,2026-11-20 09:20\n"


def picture(name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    """A photo as a telephone sends it."""
    return SimpleUploadedFile(name, pixels(), "image/jpeg")


def pixels() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (900, 700), "olive").save(target, "JPEG")
    return target.getvalue()


@dataclass
class Scenery:
    """Who does what, from an hour ago on; each deed a few minutes after the one before."""

    cast: Cast
    at: datetime = field(default_factory=lambda: timezone.now() - timedelta(hours=1))

    def by(self, who: str) -> dict[str, Any]:
        """A person of the cast, and the next moment."""
        self.at += timedelta(minutes=1)
        return {"by": self.cast.actors[who], "at": self.at}

    def taken(self, text: str, category: str, **more: Any) -> Case:
        """A case taken down at the hotline."""
        intake = Intake(
            channel="hotline", text=text, category=self.cast.category(category), place=self.cast.unit(GRID),
            reporter=CALLER, place_text="冠竹苑 3 栋", **more,
        )  # fmt: skip
        return commands.receive(intake, **self.by("operator"))

    def filed(self, text: str, category: str = "0301", **more: Any) -> Case:
        return commands.accept(case_id=self.taken(text, category, **more).pk, **self.by("dispatcher"))

    def given(self, text: str, lead: str = "D02", category: str = "0301") -> Case:
        found = self.filed(text, category)
        return commands.dispatch(case_id=found.pk, lead=self.cast.unit(lead), **self.by("dispatcher"))

    def handled(self, text: str, lead: str = "D02", who: str = "builder", category: str = "0301") -> Case:
        return commands.sign(case_id=self.given(text, lead, category).pk, **self.by(who))

    def answered(self, text: str, lead: str = "D02", who: str = "builder", category: str = "0301") -> Case:
        found = self.handled(text, lead, who, category)
        return commands.submit(case_id=found.pk, result="已更换配件，恢复运行。", **self.by(who))


def full(cast: Cast) -> dict[str, Any]:
    """Everything at once; the parts of addresses by name: ``{case}``, ``{proposal}``."""
    it = Scenery(cast, timezone.now() - timedelta(hours=2))
    working = it.handled("电梯坏了三天没人修，老人上下楼很不方便")
    commands.contact(case_id=working.pk, way="phone", reached=True, words="已说明情况", **it.by("builder"))
    commands.record_measure(case_id=working.pk, words="已联系维保单位到场检查", **it.by("builder"))
    attach(case_id=working.pk, uploads=[picture()], purpose="before", **it.by("builder"))
    commands.request_extension(case_id=working.pk, amount=2, reason="等待配件到货", **it.by("builder"))
    commands.supervise(
        case_id=working.pk, step="order", unit=cast.unit("D02"), words="请于明日前回复", answer_by=it.at + timedelta(days=1),
        **it.by("supervisor"),
    )  # fmt: skip
    screening = it.taken("电梯又坏了，三天了没人修", "0301")
    it.taken("有人举报餐馆卖过期食品", "0302", kind="tipoff", about=cast.unit("D03"))
    dispatching = it.filed("物业不开门，电梯停运")
    it.given("单元门禁坏了")
    objected = it.given("消防通道堆了杂物")
    commands.return_case(
        case_id=objected.pk, reason="不属于本单位职责", proposed=cast.unit("D01"), **it.by("builder")
    )
    it.given("楼道垃圾没人清", "520103019001", "0201")
    looked = it.answered("门口垃圾成堆", "520103019001", "community", "0201")
    calling = it.answered("电梯按钮失灵")
    closed = it.answered("对讲机不响")
    commands.call_back(case_id=closed.pk, reached=True, resolved=True, satisfied=5, **it.by("operator"))
    unhappy = it.answered("屋顶漏水")
    commands.call_back(case_id=unhappy.pk, reached=True, resolved=False, satisfied=1, **it.by("operator"))
    commands.keep_call(
        words={"text": "电话里说了一半", "channel": "hotline"}, parked=True, **it.by("operator")
    )
    return {
        "case": working.number, "code": working.public_code, "screening": screening.number, "dispatching": dispatching.number,
        "objected": objected.number, "look": looked.number, "calling": calling.number, "rated": calling.public_code,
        "unhappy": unhappy.number, "closed": closed.number, **proposals(it), **settings(it), **forms(it), **burden(it),
        **gate(it),
    }  # fmt: skip


def gate(it: Scenery) -> dict[str, Any]:
    """Applications on their way through the gate, a refused task, and an emergency that is over."""
    starts = first_start(timezone.localdate(it.at), 31, calendar_for())
    draft = replace(
        DRAFT,
        starts_on=starts,
        ends_on=starts + timedelta(days=200),
        headings=["姓名", "出生日期", "家里养的花"],
        rows=3,
    )
    drafted = draft_application(draft=replace(draft, title="文化活动室摸底"), **it.by("clerk"))
    heard = draft_application(draft=draft, **it.by("clerk"))
    decided = draft_application(
        draft=replace(draft, title="独居老人季度探访", trial_until=starts + timedelta(days=60)),
        **it.by("clerk"),
    )
    for row in (heard, decided):
        move_application(number=row.number, verb="submit", **it.by("clerk"))
        move_application(number=row.number, verb="ask", **it.by("gate"))
    for who, stance, words in (
        ("community", "agree_if", "经费先到位"),
        ("stranger", "against", "人手不足"),
        ("street", "agree", ""),
    ):
        give_opinion(number=decided.number, stance=stance, words=words, **it.by(who))
    note = Said(note="先在一个街道试点", conditions="经费每季先拨后做")
    for verb in ("admit_if", "publish"):
        move_application(number=decided.number, verb=verb, said_with=note, **it.by("gate"))
    report_missing(number=decided.number, missing=["money"], words="没有拨", **it.by("community"))
    refused = refuse(task=Task("D03", "下载安装应用并截图上报", "group"), **it.by("community"))
    let = BypassDraft(
        "D02",
        "强降雨期间危房排查",
        "气象红色预警",
        [it.cast.unit("520103019").path],
        timezone.localdate(it.at),
    )
    early = it.at - timedelta(days=20)
    over = open_bypass(
        draft=replace(let, ends_on=timezone.localdate(early)), by=it.cast.actors["gate"], at=early
    )
    running = open_bypass(draft=replace(let, title="低温期间独居老人巡查"), **it.by("head"))
    return {
        "drafted": drafted.number, "heard": heard.number, "decided": decided.number, "refusal": refused.number, "over": over.number,
        "running": running.number,
    }  # fmt: skip


def forms(it: Scenery) -> dict[str, Any]:
    """A permitted form with its template, asked of the communities and filled."""
    form = permitted(it.cast)
    bound(it.cast, form)
    made = open_round(code=form.code, by=TESTER, at=it.at)
    fill_round(round_id=made.pk, by=TESTER, at=it.at)
    sent = made.returns.get(unit__code="520103019002")
    answer(
        return_id=sent.pk,
        values={"B6": "12", "C6": "5", "D6": "7"},
        reasons={},
        version=sent.version,
        by=TESTER,
        at=it.at,
    )
    move(return_id=sent.pk, verb="submit", by=TESTER, at=it.at)
    until = it.at.date() + timedelta(days=90)
    draft = QueryDraft("各社区独居老人数", "老年人权益保障法", "测算服务人数", until, figures=("people.all", "care.elderly_alone"))  # fmt: skip
    query = ask_query(draft=draft, by=it.cast.actors["clerk"], at=it.at)
    owed = made.returns.get(unit__code="520103019001")
    return {"form": form.code, "owed": owed.pk, "sent": sent.pk, "query": query.code}


def burden(it: Scenery) -> dict[str, Any]:
    """A self-report, a suggestion that waits and one that was answered, everything counted."""
    figures = {
        "meeting": 60,
        "inspection": 12,
        "secretary.people": 1,
        "secretary.ding": 63,
        "secretary.wechat": 98,
        "secretary.app": 44,
    }
    burdens.report(
        unit=it.cast.unit("520103019001"), year=timezone.localdate(it.at).year, figures={key: Range.of(n) for key, n in figures.items()},
        **it.by("community"),
    )  # fmt: skip
    rows = [
        burdens.suggest(topic="form", about="D01", text="两张表可以并成一张", **it.by("community"))
        for _ in range(2)
    ]
    reply = Answer("adopted", "下月起并表。", "两张表可以并成一张")
    burdens.answer(number=rows[0].number, answer=reply, **it.by("keeper"))
    for period in periods_of(timezone.localdate(it.at)):
        burdens.count(period=period, by=TESTER, at=it.at)
    return {"said": rows[1].number, "year": timezone.localdate(it.at).year}


def proposal(it: Scenery, number: str) -> Proposal:
    """A proposal of the political consultative conference, taken in."""
    intake = Intake(
        channel="proposal", kind="suggestion", title="关于加强老旧小区电梯加装工作的建议",
        text="建议摸清底数，简化手续，落实补助。", category=it.cast.category("0301"), reporter=ReporterFacts("李明", "13985100002"),
    )  # fmt: skip
    facts = ProposalFacts("cppcc", number, "区政协十届二次会议", it.at.date())
    return register_proposal(intake, facts, **it.by("dispatcher"))


def proposals(it: Scenery) -> dict[str, Any]:
    """One that waits for its letter and one that was answered."""
    rows = [proposal(it, "32"), proposal(it, "33")]
    for row in rows:
        commands.accept(case_id=row.case_id, **it.by("dispatcher"))
        commands.dispatch(case_id=row.case_id, lead=it.cast.unit("D02"), **it.by("dispatcher"))
        commands.sign(case_id=row.case_id, **it.by("builder"))
    send_letter(
        proposal_id=rows[1].pk,
        letter_number="云住建函〔2026〕12号",
        outcome="A",
        letter="已列入年度计划。",
        **it.by("builder"),
    )
    return {"proposal": rows[0].pk, "lettered": rows[1].pk}


def lists(it: Scenery) -> None:
    """An item that was handed down and has two versions, lines of lists, and a seal that was used."""
    item = ItemDraft(
        name="独居老年人探访", area="公共服务", heading="养老服务", lead="community", valid_from=date(2020, 1, 1), given_by="D02",
        assist=["D01"], power=True, power_words="以部门名义探访，结果由部门认定", basis="老年人权益保障法", procedure="登记、探访、报告",
        materials="探访记录", clock="每月一次",
    )  # fmt: skip
    add_line(draft=item, code="X01", by=TESTER, at=it.at)
    more = replace(item, money=True, money_words="每户每次 20 元", valid_from=date(2024, 1, 1))
    change_line(code="X01", draft=more, by=TESTER, at=it.at)
    led = ItemDraft("电梯安全监察", "专业管理", "安全生产", "D02", date(2020, 1, 1), basis="特种设备安全法")
    add_line(draft=led, code="X02", by=TESTER, at=it.at)
    for kind, code, name, lead in (
        ("negative", "N01", "行政处罚", "D01"), ("no_certificate", "Z01", "养犬证明", "D01"), ("assist", "A01", "行政处罚", "D01"),
        ("seal", "Y01", "居务公开和公告", ""),
    ):  # fmt: skip
        draft = ListDraft(
            kind, name, date(2020, 1, 1), lead=lead, basis="会议纪要", note="向有权机关办理" if lead else ""
        )
        add_line(draft=draft, code=code, by=TESTER, at=it.at)
    use_seal(
        unit=Unit.objects.get(code="520103019001"), entry=ListEntry.objects.get(code="Y01"), used_on=it.at.date(),
        purpose="第三季度居务公开", document="居务公开第3号", by=TESTER, at=it.at,
    )  # fmt: skip


def compound(it: Scenery) -> Compound:
    """A compound of the grid, which can be found by its name."""
    return Compound.objects.create(
        name="冠竹苑", unit_id=it.cast.unit(GRID).id, management="property", households=620, road="大营路", number="12号",
        lon=106.7, lat=26.6,
    )  # fmt: skip


def settings(it: Scenery) -> dict[str, Any]:
    """Rows of the settings pages."""
    grid, user = Unit.objects.get(code=GRID), it.cast.users["grid"]
    add_member(grid=grid, user=user, role="leader", public_phone="0851-86800001", by=TESTER, at=it.at)
    home = compound(it)
    lists(it)
    run = runs.upload(
        register=REGISTERS["cases"], file_name="热线.csv", content=SHEET.encode(), **it.by("dispatcher")
    )
    runs.examine(run_id=run.pk, **it.by("dispatcher"))
    return {
        "norm": Norm.objects.filter(key="cases.clock.resolve").order_by("pk").values_list("pk", flat=True)[0],
        "person": it.cast.users["clerk"].pk, "compound": home.pk, "run": run.pk, "grid": GRID, "wording": sorted(shipped())[0],
        "job": queued("failed", "succeeded")[0], "delivery": failed_delivery(user),
    }  # fmt: skip
