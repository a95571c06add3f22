"""Where the dispatch catalogue would send a case, and whether it may go there without a person."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from linli.algorithms.text.sentences import said
from linli.cases.models import Assignment, Case
from linli.cases.rules import GRASSROOTS, STREETS
from linli.duties import queries as duties
from linli.duties.commands import Task
from linli.duties.queries import Routing
from linli.kernel.norms.queries import norm
from linli.kernel.standing import Standing
from linli.territory.queries.units import Node, root_node, tree


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
    if (
        case.category is not None
        and duties.let_through(case.category, timezone.localdate(at), case.place_path) is not None
    ):
        return "", ""
    entry = (
        f"派单目录第 {routing.entry_code} 条（{routing.basis}）"
        if routing and routing.must_be_department
        else ""
    )
    return entry, duties.forbids(case.category, timezone.localdate(at)) if case.category else ""


def task_of(case: Case, at: datetime) -> Task:
    """A case as a task that may be refused: of the department that the catalogue or a forbidding item names, else of the county. Its words stay out."""
    routing = routing_of(case, at)
    node = tree().by_code.get(routing.lead) if routing is not None else None
    root = root_node()
    giver = node if node is not None and node.kind == "department" else root
    name = case.category.name if case.category else said("没有分类的案件")
    facts = {"kind": case.kind, "urgency": case.urgency, "place_kind": case.place_kind}
    return Task(
        giver.code if giver else "", f"{name}（{case.number}）", "case", case.number, case.category, facts
    )


def may_be_refused(case: Case, at: datetime) -> bool:
    """Whether the lists leave a case to be refused by the unit that has it."""
    if case.lead is None or case.urgency == "critical" or case.kind == "tipoff":
        return False
    task, today = task_of(case, at), timezone.localdate(at)
    cited = duties.citation(
        category=task.category, words=task.title, department=task.department, place=case.lead.path, on=today, is_certain=True, facts=task.facts
    )  # fmt: skip
    return cited.may_refuse and case.lead.kind in GRASSROOTS | STREETS


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
