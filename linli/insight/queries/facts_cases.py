"""The chapter's figures of cases: received, dispatched, running, and how they ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from linli.cases.queries.rates import GROUPINGS, Share, Sight
from linli.insight.queries.held import Held, Part, absent, counted
from linli.insight.queries.periods import Period, cases

MOST = 8
RATE_KEYS = {
    "sign_off_on_time_rate": "sign", "first_contact_on_time_rate": "contact", "response_rate": "response",
    "resolution_rate": "resolution", "satisfaction_rate": "satisfaction", "closed_rate": "closed", "closed_on_time_rate": "on_time",
}  # fmt: skip
IN_PERIOD = {
    "cases_merged": "merged", "cases_voided": "voided", "cases_urgent": "urgent", "cases_dispatched": "dispatched",
    "cases_returned": "returned", "cases_extended": "extended", "callbacks_valid": "called_back", "cases_reopened": "reopened",
}  # fmt: skip
AT_MOMENT = {
    "cases_open": "open",
    "cases_at_risk": "at_risk",
    "cases_overdue": "overdue",
    "cases_paused": "paused",
}
BREAKDOWNS = {
    "cases_by_channel": ("channel", 0),
    "cases_by_kind": ("kind", 0),
    "cases_by_category": ("category", MOST),
}


def held(sight: Sight, period: Period) -> dict[str, Held]:
    """Every figure of cases by its key."""
    within = sight.received(period.first, period.last)
    found = {"cases_received": counted(int(np.count_nonzero(within)), cases(period))}
    found |= {
        key: counted(sight.count(m, within), cases(period, measure=[m])) for key, m in IN_PERIOD.items()
    }
    found |= {key: counted(sight.count(m), cases(measure=[m])) for key, m in AT_MOMENT.items()}
    found |= {key: of_share(sight.share(rate, within), period) for key, rate in RATE_KEYS.items()}
    found |= {key: _breakdown(sight, by, period, within, most) for key, (by, most) in BREAKDOWNS.items()}
    dispatched = within & sight.holds("dispatched")
    found["cases_by_department"] = _breakdown(sight, "lead", period, dispatched, MOST, measure=["dispatched"])
    found["dispatch_auto_rate"] = _automatic(sight, period, dispatched)
    found["rates_by_department"] = _by_department(sight, period, within)
    return found | _proposals(sight, period, within)


def of_share(share: Share, period: Period, **filters: Sequence[str]) -> Held:
    """A rate with its working, each number with its records."""
    key, rate = share.definition.key, share.rate
    if not rate.denominator:
        return absent(_("没有可计算的案件"))

    def url(part: str) -> str:
        return cases(period, **filters, measure=[f"{key}.{part}"])

    return Held(
        rate.percent().rstrip("%"), url=url("all"), share=share,
        numerator=Part(str(share.definition.numerator_words), f"{rate.numerator:,}", url("yes")),
        denominator=Part(str(share.definition.denominator_words), f"{rate.denominator:,}", url("all")),
        left_out=[
            *(Part(str(words), f"{n:,}", url(code)) for code, words, n in share.exclusions),
            *(Part(_("其中：%(reason)s") % {"reason": reason}, f"{n:,}") for reason, n in share.reasons.items()),
        ],
    )  # fmt: skip


def _breakdown(
    sight: Sight, by: str, period: Period, within: NDArray[np.bool_], most: int, measure: Sequence[str] = ()
) -> Held:
    """Counts of groups: in the order of the list, or those with the most cases."""
    grouping, counts = GROUPINGS[by], sight.counts(by, within)
    codes = [code for code in counts if code]
    order = sorted(codes, key=lambda code: (-counts[code], code) if most else (grouping.order(code), code))
    parts = [
        Part(
            grouping.label(code),
            f"{counts[code]:,}",
            cases(period, **{grouping.filter: [code]}, measure=measure),
        )
        for code in order
    ]
    if "" in counts:
        parts.append(Part(_("未归类"), f"{counts['']:,}"))
    if not parts:
        return absent(_("统计期内没有案件"))
    said = "、".join(
        _("%(label)s%(n)s件") % {"label": part.label, "n": part.shown}
        for part in (parts[:most] if most else parts)
    )
    return Held(said, sum(counts.values()), cases(period, measure=measure), records=True, parts=parts)


def _automatic(sight: Sight, period: Period, dispatched: NDArray[np.bool_]) -> Held:
    whole, some = int(np.count_nonzero(dispatched)), sight.count("automatic", dispatched)
    if not whole:
        return absent(_("没有派遣的案件"))
    return Held(
        f"{100 * some / whole:.1f}", url=cases(period, measure=["automatic"]),
        numerator=Part(_("由派单规则直接决定"), f"{some:,}", cases(period, measure=["automatic"])),
        denominator=Part(_("已派遣案件"), f"{whole:,}", cases(period, measure=["dispatched"])),
    )  # fmt: skip


def _by_department(sight: Sight, period: Period, within: NDArray[np.bool_]) -> Held:
    """Units in the order of their list; the text names those with the most cases, the others stand in the table."""
    groups = [
        g
        for g in sight.groups("office", within, ("on_time",))
        if g.code and g.shares["on_time"].rate.denominator
    ]
    parts = [_rate_part(group.label, group.code, group.shares["on_time"], period) for group in groups]
    told = [group for group in groups if not group.shares["on_time"].hidden]
    if not told:
        return absent(_("没有应结案的案件"))
    largest = {
        g.code for g in sorted(told, key=lambda g: (-g.shares["on_time"].rate.denominator, g.code))[:MOST]
    }
    said = "、".join(f"{g.label}{g.shares['on_time'].percent}" for g in told if g.code in largest)
    rest = len(parts) - len(largest)
    if rest:
        said += _("，其余%(n)s个单位见明细") % {"n": rest}
    return Held(said, parts=parts, url=cases(period, measure=["on_time.all"]))


def _rate_part(label: str, code: str, share: Share, period: Period) -> Part:
    """A unit's rate with its numerator and denominator; of few cases only how many."""
    rate = share.rate
    shown = (
        f"{share.percent}（{rate.numerator:,}/{rate.denominator:,}）"
        if not share.hidden
        else _("%(n)s件，不列比率") % {"n": rate.denominator}
    )
    return Part(label, shown, cases(period, lead=[code], measure=["on_time.all"]))


def _proposals(sight: Sight, period: Period, within: NDArray[np.bool_]) -> dict[str, Held]:
    rows = within & sight.view.where("channel", lambda value: value == "proposal")
    lettered = rows & sight.holds("lettered")
    return {
        "proposals_received": counted(int(np.count_nonzero(rows)), cases(period, channel=["proposal"])),
        "proposals_answered": counted(
            int(np.count_nonzero(lettered)), cases(period, channel=["proposal"], measure=["lettered"])
        ),
    }
