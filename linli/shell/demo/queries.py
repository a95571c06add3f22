"""What departments of the demo ask of the registers: answered at once, waiting for the county, agreed, refused."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.returns.commands import QueryDraft, answer_query, ask_query, decide_query
from linli.territory.queries.units import tree

DATA = Path(__file__).parent / "data" / "queries.toml"


def ask_registers(*, by: Actor, at: datetime) -> int:
    """Ask and answer the queries of the file; returns how many."""
    with DATA.open("rb") as file:
        told = tomllib.load(file)["query"]
    for each in told:
        asked = at - timedelta(days=30)
        clerk = Actor(label=f"{tree().by_code[each['owner']].name} 经办人", role="demo", unit=each["owner"], sees_all=True, verbs=frozenset({"return.query"}))  # fmt: skip
        draft = QueryDraft(
            each["title"], each["basis"], each["purpose"], timezone.localdate(at) + timedelta(days=180), figures=each.get("figures", ()),
            rows=each.get("rows", ""), columns=each.get("columns", ()),
        )  # fmt: skip
        made = ask_query(draft=draft, by=clerk, at=asked)
        if "agreed" in each or "refused" in each:
            decide_query(
                code=made.code, agrees="agreed" in each, note=each.get("agreed") or each["refused"], by=by, at=asked + timedelta(days=2)
            )  # fmt: skip
        for n in range(each.get("answers", 0)):
            answer_query(code=made.code, frequency="month", by=clerk, at=asked + timedelta(days=7 * n + 1))
    return len(told)
