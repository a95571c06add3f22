"""Where the dispatch catalogue would send a case, and whether it may go there without a person."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from linli.cases.models import Assignment, Case
from linli.duties import queries as duties
from linli.duties.queries import Routing
from linli.kernel.norms.queries import norm
from linli.kernel.standing import Standing
from linli.territory.queries.units import Node, tree


def routing_of(case: Case, at: datetime) -> Routing | None:
    """What the dispatch catalogue says of a case: by its category, kind, urgency and kind of place."""
    if case.category is None:
        return None
    return duties.route(
        case.category,
        kind=case.kind,
        urgency=case.urgency,
        place_kind=case.place_kind,
        on=timezone.localdate(at),
    )


def forbidding_of(case: Case, routing: Routing | None, at: datetime) -> tuple[str, str]:
    """What keeps a case from communities and streets, cited: the catalogue entry that asks for a department, and the line of a list; each may be empty."""
    entry = (
        f"派单目录第 {routing.entry_code} 条（{routing.basis}）"
        if routing and routing.must_be_department
        else ""
    )
    return entry, duties.forbids(case.category, timezone.localdate(at)) if case.category else ""


def unit_for(case: Case, lead: str) -> Node | None:
    """The unit that a catalogue's word stands for at the case's place: a department, the street or the community."""
    if lead in {"community", "street"}:
        return next(
            (node for node in reversed(tree().ancestors(case.place_path)) if node.level == lead), None
        )
    return tree().by_code.get(lead)


AUTOMATIC = Standing(
    lambda case_id: Assignment.objects.filter(case=case_id, ended_at=None, is_lead=True, automatic=True), -1
)


def was_automatic(case: Case) -> bool:
    """Whether the lead unit has the case from the catalogue alone, without a person."""
    return AUTOMATIC.first(case.pk) is not None


def automatic(case: Case, at: datetime) -> bool:
    """Whether the county lets one rule dispatch such a case without a person."""
    asked = {"channel": case.channel, "kind": case.kind}
    return bool(
        norm(
            "cases.dispatch.automatic", on=timezone.localdate(at), place=case.place_path, match=asked
        ).amount()
    )
