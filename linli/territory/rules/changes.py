"""What may change in the tree of units, and what a change makes of the dated spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from linli.algorithms.text.sentences import said


@dataclass(frozen=True)
class SpanPlan:
    """What to do with the open span when something changes on a day: end it there, or rewrite it in place."""

    end_on: date | None
    start_new: bool


def plan_span(open_since: date, on: date, today: date) -> SpanPlan | str:
    """How to record a change; a text says why it cannot be.

    A change on the very day the span began rewrites it: no span lasts zero days. Changes are entered on the day they
    take effect or after, never before, so that the current values are always those of today.
    """
    if on > today:
        return said("生效日期不能晚于今天，请在生效当日或之后办理")
    if on < open_since:
        return said("该单位现有信息自 %(day)s 起生效，变更日期不能早于此日", day=open_since)
    if on == open_since:
        return SpanPlan(None, start_new=False)
    return SpanPlan(on, start_new=True)


def new_path(path: str, old_prefix: str, new_prefix: str) -> str:
    """The path of a unit after the subtree it lies in has moved."""
    if not path.startswith(old_prefix):
        raise ValueError(f"{path} does not lie under {old_prefix}")
    return new_prefix + path[len(old_prefix) :]


def shape_problem(kind: str, before: Sequence[str], after: Sequence[str]) -> str:
    """Why the codes before and after do not make a split, merge or the like; empty where they do."""
    if len(set(before)) != len(before) or len(set(after)) != len(after):
        return said("同一单位不能出现两次")
    if kind == "split" and not (before and len(after) > len(before)):
        return said("拆分后的单位应多于拆分前")
    if kind == "merge" and not (after and len(after) < len(before)):
        return said("合并后的单位应少于合并前")
    if kind in {"new", "caretaker"} and not after:
        return said("新设单位时应写明新单位")
    return ""


def size_verdict(households: int | None, low: int, high: int) -> str:
    """``under``, ``within`` or ``over`` the norm of households for one community (S4: 1,500 to 3,000); ``unknown``."""
    if households is None:
        return "unknown"
    if households < low:
        return "under"
    return "over" if households > high else "within"


def pieces_to_split(households: int, low: int, high: int) -> int:
    """Into how many communities a too large one could be split so that each is within the norm; 1 if it cannot."""
    fewest = -(-households // high)
    return fewest if households // fewest >= low else 1
