"""Decisions of the loop: values in, value out. No database, no clock, no settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from linli.algorithms import worktime
from linli.algorithms.text.sentences import Refusal, said

KINDS = {"consult": "咨询", "help": "求助", "complaint": "投诉", "tipoff": "举报", "suggestion": "建议"}
"""The five kinds of request (北京市接诉即办工作条例, 2021)."""

CHANNELS = {
    "hotline": "热线",
    "web": "网上",
    "grid": "网格员",
    "counter": "社区窗口",
    "letter": "书记区长信箱",
    "superior": "上级交办",
    "proposal": "建议提案",
    "api": "接口",
    "sheet": "表格导入",
}

URGENCIES = {"normal": "一般", "urgent": "紧急", "critical": "特急"}
CLOCKS = {"sign": "签收时限", "contact": "首次联系时限", "resolve": "办结时限"}
FILE_PURPOSES = {
    "report": "上报照片",
    "before": "处置前",
    "after": "处置后",
    "check": "核查",
    "document": "材料",
}
"""What a photo or document of a case shows."""

MORE_TIME = {"extend": "延期", "defer": "缓办"}
"""What a unit may ask for when it needs more time: a later date, or to be put off."""

MORE_TIME_NORMS = {"extend": "cases.extension.max", "defer": "cases.defer.cap"}
ASKED_EVENTS = {"extend": "case.extension_requested", "defer": "case.deferral_requested"}
DECIDED_EVENTS = {"extend": "case.extension_decided", "defer": "case.deferral_refused"}
MEASURES = {unit.value: words for unit, words in worktime.UNIT_ZH.items()}

TURN_ENDS = {
    "recalled": "撤回派遣",
    "withdrawn": "撤回自动派遣",
    "returned": "异议成立",
    "reassign": "改派",
    "hand_down": "转社区办理",
    "refused": "拒收",
}
"""Why a unit's turn ended without an answer, and its clocks with it."""

SUPERVISION_STEPS = {"remind": "催办", "order": "督办单", "notice": "通报"}
NORM_CODES = {
    **SUPERVISION_STEPS, "step": "步骤", "after": "超期后", "unit": "按", "voided": "注销", "merged": "并案", "malicious": "恶意诉求",
    "beyond_law": "超出法律政策规定", "deferred": "缓办期间", "not_reached": "回访未接通", "response": "响应率", "resolution": "解决率",
    "satisfaction": "满意率",
}  # fmt: skip
"""What the codes inside the values of this room's norms are called."""

REFERRALS = {
    "110": "110 报警",
    "119": "119 火警",
    "120": "120 急救",
    "122": "122 交通事故",
    "court": "诉讼仲裁",
    "petition": "信访",
    "discipline": "纪检监察",
    "labour": "劳动仲裁",
    "review": "行政复议",
}
"""Where a matter goes that is not the hotline's (接诉即办 excludes 110/119/120/122; legal channels besides)."""

PROPOSAL_FORMS = {"cppcc": "政协提案", "deputy": "人大代表建议"}
PROPOSAL_OUTCOMES = {
    "A": "已经解决或采纳",
    "B": "正在解决或列入计划",
    "C": "因条件所限暂不能解决",
    "D": "留作参考",
}
"""The four classes that answering offices put on their letters (common usage, not read in a source)."""

PROPOSAL_RATINGS = {"good": "满意", "fair": "基本满意", "poor": "不满意"}
PROPOSAL_SATISFIED = {"good": 5, "fair": 3, "poor": 1}

TITLE_LENGTH = 30
SITE_DOMAINS = frozenset({"component", "event"})


class Refused(Refusal):
    """The case's own rules do not allow it; the text says why and what to do instead."""


@dataclass(frozen=True)
class UnitFacts:
    """What the rules need to know of a unit."""

    code: str
    name: str
    kind: str
    path: str


@dataclass(frozen=True)
class CaseFacts:
    """What the rules need to know of a case."""

    kind: str
    has_category: bool
    place_path: str
    lead_code: str
    about_code: str
    return_count: int
    reopen_count: int
    pause_count: int
    has_contact: bool
    domain: str


BESIDE = ("门口", "门前", "门外", "大门", "外", "旁", "对面", "附近", "周边", "路口", "后面", "边")
"""Words after a compound's name that put a thing beside it, on a road that is not its own."""

MANAGED = frozenset({"property", "quasi"})


def kind_of_compound(management: str, after: str) -> str:
    """Of which kind of place a compound is, as the catalogue asks; unknown where the words may mean the road beside it."""
    if after.startswith(BESIDE):
        return ""
    return "compound_property" if management in MANAGED else "compound_unmanaged"


STREETS = frozenset({"subdistrict", "township", "new_community", "special_area"})
GRASSROOTS = frozenset({"community", "village", "grid", "micro_grid", "dedicated_grid", "residents_group"})


def has_category(case: CaseFacts) -> None:
    """A case is opened with a category: clocks, catalogue and statistics depend on it."""
    if not case.has_category:
        raise Refused("请先选择分类，再受理立案")


def may_go_to(case: CaseFacts, unit: UnitFacts, department_entry: str, list_line: str = "") -> None:
    """A case may not go to the unit it complains of, nor a department's own duty to a community, nor what a list forbids to community or street.

    ``department_entry`` is the catalogue entry that says a department must handle it, or empty; ``list_line`` the line of a list that
    keeps the matter from communities and streets, or empty. Source: 国办 2025 意见
    “应由职能部门办理的诉求事项不得分派给基层办理”.
    """
    if case.kind == "tipoff" and case.about_code and case.about_code == unit.code:
        raise Refused("举报不能派给被举报的单位，请选择其上级或其他主管部门")
    if list_line and unit.kind in GRASSROOTS | STREETS:
        raise Refused(
            "按%(list_line)s，不得派给%(unit)s，请派给主责部门", list_line=list_line, unit=unit.name
        )
    if department_entry and unit.kind in GRASSROOTS:
        raise Refused(
            "按%(department_entry)s，此类事项应由职能部门办理，不得派给%(unit)s",
            department_entry=department_entry,
            unit=unit.name,
        )


def by_person(automatic: bool) -> None:
    """Who has sent a case takes it back in one press; what the catalogue alone has sent is withdrawn with a reason."""
    if automatic:
        raise Refused("本案是按派单目录自动派遣的，请用“撤回自动派遣”并写明理由")


def by_rule(automatic: bool) -> None:
    """Withdrawn is what the catalogue alone has sent."""
    if not automatic:
        raise Refused("本案不是自动派遣的，请由派遣员撤回派遣")


def may_hand_down(
    case: CaseFacts, unit: UnitFacts, giver_path: str, department_entry: str, list_line: str = ""
) -> None:
    """A street hands down only to a community of its own, and never a department's duty."""
    if not unit.path.startswith(giver_path) or unit.path == giver_path:
        raise Refused("只能转给本单位下属的社区（村），%(unit)s不是", unit=unit.name)
    may_go_to(case, unit, department_entry, list_line)


def is_lead(case: CaseFacts, actor_unit: str) -> None:
    """Only the lead unit signs and answers."""
    if case.lead_code != actor_unit:
        raise Refused("本案由其他单位主办，您不能代为签收或反馈")


def may_return(case: CaseFacts, actor_unit: str, limit: int) -> None:
    """Only the lead unit objects, and only so many times."""
    is_lead(case, actor_unit)
    if case.return_count >= limit:
        raise Refused(
            "本案已退单 %(times)s 次，达到上限；如仍有异议，请先签收并提请裁定员协调", times=case.return_count
        )


def may_refuse(case: CaseFacts, unit: UnitFacts, actor_unit: str, urgency: str) -> None:
    """A community or street refuses what the lists do not lay on it. It is no return: it is not counted, and no clock runs on.

    A danger to life is dealt with first, and a tip-off is returned, so that nobody hears of it. Source: S2, S4 (未列入清单的不得转嫁).
    """
    is_lead(case, actor_unit)
    if unit.kind not in GRASSROOTS | STREETS:
        raise Refused("拒收是社区和街道的权利；不属于本部门的案件请退单")
    if urgency == "critical":
        raise Refused("特急案件先处置，事后再提异议")
    if case.kind == "tipoff":
        raise Refused("举报不能拒收，请退单，由裁定员处理")


def may_pause(case: CaseFacts, actor_unit: str, limit: int) -> None:
    """Only the lead unit stops the clock, and only so many times."""
    is_lead(case, actor_unit)
    if case.pause_count >= limit:
        raise Refused("本案已暂停 %(times)s 次，达到上限；可申请延期", times=case.pause_count)


def may_reopen(case: CaseFacts, limit: int) -> None:
    """An unhappy answer reopens a case only so many times; then the supervisor decides."""
    if case.reopen_count >= limit:
        raise Refused("本案已重办 %(times)s 次，不再自动重办，由督办员审定", times=case.reopen_count)


@dataclass(frozen=True)
class Allowance:
    """How much more time a case may get: at most so much of a measure, of which some was given before."""

    kind: str
    most: int
    given: int
    measure: str


def may_ask_for_time(kind: str, state: str, asked_at: datetime, due_at: datetime) -> None:
    """More time is asked for before the date, never after it; what is put off already is not put off again."""
    if kind == "defer" and state == "deferred":
        raise Refused("本案已在缓办")
    if asked_at >= due_at:
        raise Refused("办结时限已过，不能再申请%(what)s；请尽快办结并说明原因", what=said(MORE_TIME[kind]))


def within(allowance: Allowance, amount: int) -> None:
    """Nobody asks for more than the norm allows, in the measure of what is asked for."""
    if 0 < amount <= allowance.most - allowance.given:
        return
    words = {
        "what": said(MORE_TIME[allowance.kind]),
        "most": allowance.most,
        "given": allowance.given,
        "measure": said(MEASURES[allowance.measure]),
    }
    if allowance.given:
        raise Refused("%(what)s合计不得超过 %(most)s %(measure)s，已给 %(given)s %(measure)s", **words)
    raise Refused("%(what)s不得超过 %(most)s %(measure)s", **words)


def not_own_work(checker_unit: str, lead_code: str) -> None:
    """Who handled a case does not check it."""
    if checker_unit == lead_code:
        raise Refused("办理单位不能核查自己办理的案件，请由网格员或监督员核查")


def word_may_be_passed_on(kind: str, about_code: str, main_kind: str, main_audience: Iterable[str]) -> bool:
    """Whether what the reporter of a merged case adds may be read at the main case, by those who have that one.

    What a tip-off adds stays with those who may read tip-offs: it goes only to another tip-off, and only where the unit
    that it speaks of has no part.
    """
    if kind != "tipoff":
        return True
    return main_kind == "tipoff" and bool(about_code) and about_code not in main_audience


def may_be_named_in_a_text(kind: str, is_secret: bool, main_kind: str) -> bool:
    """Whether a text to the reporter's phone may say what the matter was: never for a tip-off or one who asked for secrecy."""
    return not is_secret and "tipoff" not in {kind, main_kind}


def takes_texts(phone: str) -> bool:
    """Whether texts reach a number: a mobile one, with or without the country's prefix."""
    digits = "".join(ch for ch in phone if ch.isdigit())
    return len(digits) in {11, 13} and digits[-11] == "1" and digits[:-11] in {"", "86"}


def needs_site_check(domain: str, has_contact: bool) -> bool:
    """Things and events are checked on the spot; a request is checked by calling back, where there is a number."""
    return domain in SITE_DOMAINS or not has_contact


def outcome_of_callback(resolved: bool, satisfied: int, reopen_count: int, limit: int) -> str:
    """``close``, or ``reopen`` where it is not resolved or the reporter is unhappy and it was not reopened too often.

    ``satisfied`` runs from 1 (very unhappy) to 5; 3 is “basically”.
    """
    unhappy = not resolved or satisfied < 3
    return "reopen" if unhappy and reopen_count < limit else "close"


def is_sampled(number: str, share: int) -> bool:
    """Whether a case is drawn for a call-back: a fixed share (per cent) of all, the same answer whenever it is asked."""
    return crc32(number.encode()) % 100 < share


def call_back_because(
    *, kind: str, reworked: int, reopened: int, returned: int, supervised: bool, late: bool, sampled: bool
) -> list[str]:
    """Why the reporter of a case must be called, in words; empty where nothing asks for it."""
    found = {
        said("投诉举报类"): kind in {"complaint", "tipoff"},
        said("曾经重办"): reopened > 0,
        said("曾经返工"): reworked > 0,
        said("曾经退单"): returned > 0,
        said("督办案件"): supervised,
        said("超期办结"): late,
        said("抽样回访"): sampled,
    }
    return [words for words, holds in found.items() if holds]


def next_due(dates: Iterable[datetime]) -> datetime | None:
    """The earliest running date: what the lists sort by."""
    return min(dates, default=None)


def title_of(text: str) -> str:
    """The first clause of a message, short enough for a list."""
    line = " ".join(text.split())
    for mark in "。！？；!?;":
        line = line.split(mark, 1)[0]
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def next_step(path: str, step: int) -> str:
    """The path of the unit an overdue case rises to: one level up the tree a step, at most to the root."""
    codes = [code for code in path.split("/") if code]
    kept = codes[: max(1, len(codes) - step)]
    return "/".join(kept) + "/"


def would_describe_a_person(people: int, least: int) -> bool:
    """Whether the rate of a unit would be that of one person, or of so few that each is known.

    ``people`` handle cases there; a unit in whose posts nobody is entered tells nothing of a person.
    """
    return 0 < people < least


SATISFACTION = {5: "很满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "很不满意"}
UNHAPPY_REASONS = {
    "unsolved": "问题没有解决",
    "slow": "等得太久",
    "attitude": "态度不好",
    "unclear": "没说清楚",
    "nobody": "没有人联系我",
}
"""Why a reporter is not content, in the words of the receipt."""

MISREAD = str.maketrans("OILＯＩＬ", "011011")
CODE_LENGTH = 12


def code_of(text: str) -> str:
    """The receipt code that somebody has typed or read out: any case, with gaps, O for 0 and I or L for 1; else empty."""
    letters = "".join(ch for ch in text.upper().translate(MISREAD) if ch.isascii() and ch.isalnum())
    return letters if len(letters) == CODE_LENGTH else ""


def may_rate(
    answered_at: datetime | None,
    rated_at: datetime | None,
    closed_at: datetime | None,
    at: datetime,
    days: int,
) -> None:
    """Each answer is rated once by its reporter, and at most so many days after the case was closed."""
    if rated_at is not None and (answered_at is None or rated_at >= answered_at):
        raise Refused("您已经评价过了；还有话要说，可以写在“补充说明”里，或拨打 12345")
    if closed_at is not None and at > closed_at + timedelta(days=days):
        raise Refused("办结已超过 %(days)s 天，不能再评价；问题还在的，请重新反映或拨打 12345", days=days)
