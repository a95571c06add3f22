"""A handful of proposals of invented CPPCC members and deputies, in different stages, taken in by the room's own commands."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.utils import timezone

from linli.cases import commands
from linli.cases.commands.proposals import ProposalFacts, register_proposal, send_letter
from linli.duties.queries.categories import category_by_code
from linli.kernel.audit.actor import Actor
from linli.shell.demo import names
from linli.territory.queries.units import root_node, tree

ROWS = tomllib.loads((Path(__file__).parent / "data" / "proposals.toml").read_text(encoding="utf-8"))[
    "proposal"
]


def take_in(*, by: Actor, at: datetime, rng: Random) -> int:
    """Register each, send some to their department, let some be answered; returns how many."""
    root = root_node()
    for number, row in enumerate(ROWS, 1):
        when = at - timedelta(days=row["days_ago"])
        intake = commands.Intake(
            channel="proposal", kind="suggestion", title=row["title"], text=row["text"], category=category_by_code(row["category"]),
            place=root, received_at=when, reporter=commands.ReporterFacts(name=names.person(rng), phone=names.phone(rng)),
        )  # fmt: skip
        facts = ProposalFacts(
            row["form"], f"{number:02d}", row["session"], timezone.localdate(when), row["joint"]
        )
        proposal = register_proposal(intake, facts, by=by, at=when)
        if row["stage"] == "received":
            continue
        commands.accept(case_id=proposal.case_id, by=by, at=when + timedelta(hours=2))
        lead = tree().by_code[row["lead"]]
        commands.dispatch(
            case_id=proposal.case_id, lead=lead, by=by, at=when + timedelta(hours=3), reason="按职责分工交办"
        )
        clerk = Actor(label=f"经办人（{lead.name}）", role="demo", unit=lead.code, sees_all=True)
        commands.sign(case_id=proposal.case_id, by=clerk, at=when + timedelta(days=1))
        if row["stage"] == "answered":
            send_letter(
                proposal_id=proposal.pk, letter_number=f"函〔2026〕{number}号", outcome=row["outcome"], letter=row["letter"],
                by=clerk, at=when + timedelta(days=20),
            )  # fmt: skip
    return len(ROWS)
