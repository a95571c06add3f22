"""What one person does not decide alone: asked, decided by a second person, used up, ended; and the emergency access."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from linli.cases import policy
from linli.cases.models import Case
from linli.cases.tests.personal import of_cases
from linli.kernel.accounts.verbs import VERBS, NotAllowed
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.models import Event
from linli.kernel.audit.record import Subject
from linli.kernel.norms.commands import Change, set_norm
from linli.kernel.notices.models import Notice
from linli.kernel.privacy import commands, queries
from linli.kernel.privacy.models import Request
from linli.kernel.protection.tasks import tell_one
from tests.cast import MONDAY, Cast
from tests.lists import enter

pytestmark = pytest.mark.django_db


def people(count: int, first: int = 1) -> list[Subject]:
    """So many persons."""
    return [Subject("case", number, f"案件{number}") for number in range(first, first + count)]


def look(by: Actor, subjects: list[Subject], minutes: int = 0) -> Request | None:
    """Look at the reporters of some cases."""
    at = MONDAY + timedelta(minutes=minutes)
    return commands.log_reveals(subjects=subjects, field="电话", purpose="contact", by=by, at=at)


def asked(by: Actor, count: int = 9, fingerprint: str = "", **more: object) -> Request:
    """A request to look at so many."""
    return commands.ask(
        kind=str(more.pop("kind", "reveal")), selection="第一网格独居老人", count=count, purpose="visit", reason="入户走访",
        fingerprint=fingerprint, by=by, at=MONDAY, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def agreed(row: Request, by: Actor) -> Request:
    """The same, approved."""
    return commands.decide(request_id=row.pk, approve=True, answer="", by=by, at=MONDAY)


def test_a_few_persons_are_looked_at_without_asking_and_more_need_a_second_person(cast: Cast) -> None:
    clerk = cast.actors["clerk"]
    look(clerk, people(5))
    with pytest.raises(commands.ApprovalNeeded) as refused:
        look(clerk, people(6))
    assert refused.value.count == 6
    assert Event.objects.filter(name="privacy.revealed").count() == 5


def test_the_same_person_again_is_not_another_person_of_the_hour(cast: Cast) -> None:
    clerk = cast.actors["clerk"]
    for start in range(1, 31, 5):
        look(clerk, people(5, start))
    look(clerk, people(5))
    with pytest.raises(commands.ApprovalNeeded):
        look(clerk, people(1, 99))
    look(clerk, people(1, 99), minutes=61)


def test_a_county_gives_a_role_another_figure(cast: Cast) -> None:
    change = Change(
        key="protection.reveal.at_once", value=50, unit="person", source="区大数据局通知",
        valid_from=MONDAY.date(), match={"role": "hotline_operator"},
    )  # fmt: skip
    set_norm(change=change, by=cast.actors["admin"], at=MONDAY)
    look(cast.actors["operator"], people(20))
    with pytest.raises(commands.ApprovalNeeded):
        look(cast.actors["clerk"], people(20))


def test_an_approval_holds_for_exactly_what_was_asked_and_is_used_up(cast: Cast) -> None:
    clerk, these = cast.actors["clerk"], people(9)
    row = asked(clerk, 9, commands.fingerprint_of(these))
    with pytest.raises(commands.ApprovalNeeded):
        look(clerk, these)
    agreed(row, cast.actors["supervisor"])
    with pytest.raises(commands.ApprovalNeeded):
        look(clerk, people(9, 50))
    assert look(clerk, list(reversed(these))) == row
    with pytest.raises(commands.ApprovalNeeded):
        look(clerk, these)
    assert Event.objects.filter(after__request=str(row.pk)).count() == 9


def test_an_approval_ends_by_itself(cast: Cast) -> None:
    clerk, these = cast.actors["clerk"], people(9)
    agreed(asked(clerk, 9), cast.actors["supervisor"])
    with pytest.raises(commands.ApprovalNeeded):
        look(clerk, these, minutes=4 * 60 + 1)


@pytest.mark.parametrize(
    ("asker", "decider", "may"),
    [
        ("clerk", "supervisor", True),
        ("clerk", "leader", True),
        ("builder", "head", True),
        ("clerk", "head", False),
        ("community", "street", False),
        ("supervisor", "supervisor", False),
        ("supervisor", "leader", True),
        ("clerk", "auditor", False),
        ("clerk", "security", False),
    ],
)
def test_a_second_person_above_both_decides_and_nobody_the_own(
    cast: Cast, asker: str, decider: str, may: bool
) -> None:
    row = asked(cast.actors[asker])
    assert (row in queries.waiting_for(cast.actors[decider])) is may
    if may:
        assert agreed(row, cast.actors[decider]).state == "approved"
    else:
        with pytest.raises(commands.NotYours):
            agreed(row, cast.actors[decider])


def test_the_table_itself_refuses_one_person_as_both(cast: Cast) -> None:
    row = agreed(asked(cast.actors["clerk"]), cast.actors["leader"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=row.pk).update(decided_by=row.asked_by)


def test_a_no_says_why_and_a_request_needs_a_reason_and_a_purpose(cast: Cast) -> None:
    row = asked(cast.actors["clerk"])
    with pytest.raises(commands.ReasonNeeded):
        commands.decide(request_id=row.pk, approve=False, answer=" ", by=cast.actors["leader"], at=MONDAY)
    commands.decide(request_id=row.pk, approve=False, answer="人数过多", by=cast.actors["leader"], at=MONDAY)
    with pytest.raises(commands.NotDecidable):
        agreed(row, cast.actors["supervisor"])
    for purpose, reason in (("好奇", "看看"), ("visit", " ")):
        with pytest.raises(commands.ReasonNeeded):
            commands.ask(
                kind="reveal",
                selection="",
                count=1,
                purpose=purpose,
                reason=reason,
                by=cast.actors["clerk"],
                at=MONDAY,
            )


def test_a_request_goes_its_way_on_the_pages(cast: Cast) -> None:
    clerk, leader = enter(cast, "builder"), enter(cast, "head")
    address = reverse("protection:ask", args=["reveal"])
    assert clerk.get(address).status_code == 200
    wrong = clerk.post(address, {"selection": "", "count": "9", "purpose": "visit", "reason": "走访"})
    assert wrong.status_code == 422
    clerk.post(address, {"selection": "独居老人", "count": "9", "purpose": "visit", "reason": "走访"})
    row = Request.objects.get()
    assert row.asked_by == cast.users["builder"].pk
    waiting = leader.get(reverse("protection:requests")).content.decode()
    assert "等我审批" in waiting and "独居老人" in waiting
    leader.post(reverse("protection:request", args=[row.pk]), {"answer": "同意", "approve": "1"})
    row.refresh_from_db()
    assert row.state == "approved"
    assert enter(cast, "stranger").get(reverse("protection:request", args=[row.pk])).status_code == 404
    clerk.post(reverse("protection:end", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "ended"


def test_the_reporter_of_one_case_too_many_is_not_shown_and_the_page_says_what_to_do(cast: Cast) -> None:
    of_cases(cast)
    operator = cast.actors["operator"]
    for start in range(9001, 9031, 5):
        commands.log_reveals(
            subjects=people(5, start), field="电话", purpose="contact", by=operator, at=timezone.now()
        )
    case = Case.objects.filter(kind="complaint", taken_by=operator.user_id).first()
    assert case is not None
    address = reverse("cases:reporter", args=[case.number])
    answer = enter(cast, "operator").post(address, {"purpose": "contact"})
    assert answer.status_code == 422
    assert "批量查看申请" in answer.content.decode() and "王秀英" not in answer.content.decode()


# --- Emergency access ---------------------------------------------------------------------------------------------------


def access_of(cast: Cast, who: str = "community", unit: str = "520103019002") -> Request:
    """An approved access of one of the cast to another community, from now on."""
    row = commands.ask(
        kind="access", selection="友谊花园社区", count=0, purpose="emergency", reason="转移群众", reach=cast.unit(unit).path,
        by=cast.actors[who], at=timezone.now(),
    )  # fmt: skip
    return commands.decide(
        request_id=row.pk, approve=True, answer="", by=cast.actors["leader"], at=timezone.now()
    )


def seen(client: object, cast: Cast) -> list[int]:
    """The cases of the neighbouring community that a page lists."""
    body = client.get("/list/cases/", {"q": "", "size": "200"}, follow=True).content.decode()  # type: ignore[attr-defined]
    path = cast.unit("520103019002").path
    there = Case.objects.filter(place_path=path, kind="complaint", audience=[])
    return [case.pk for case in there if case.number in body]


def test_an_access_opens_the_other_territory_for_one_session_and_each_page_is_written_down(
    cast: Cast,
) -> None:
    of_cases(cast)
    row, client = access_of(cast), enter(cast, "community")
    assert seen(client, cast) == []
    client.post(reverse("protection:open_access", args=[row.pk]))
    assert seen(client, cast) != []
    assert seen(enter(cast, "community"), cast) == [], "another session is as before"
    looks = Event.objects.filter(name="privacy.access_read", subject_id=row.pk)
    assert looks.filter(after__path="/list/cases/").exists()
    assert all("紧急访问" in event.actor_label for event in looks)
    page = enter(cast, "auditor").get(reverse("protection:request", args=[row.pk])).content.decode()
    assert "/list/cases/" in page
    client.post(reverse("protection:close_access"))
    assert seen(client, cast) == []


def test_under_an_access_one_looks_and_changes_nothing(cast: Cast) -> None:
    of_cases(cast)
    row, client, own = access_of(cast), enter(cast, "community"), cast.actors["community"].verbs
    client.post(reverse("protection:open_access", args=[row.pk]))
    answer = client.get("/list/cases/", {"q": "", "size": "200"})
    looking: Actor = answer.wsgi_request.actor  # type: ignore[attr-defined]
    assert {"case.view", "registry.view"} <= looking.verbs < own
    assert {verb for verb in looking.verbs if "查" not in VERBS[verb]} == set()
    assert looking.verbs.isdisjoint(
        {"registry.change", "case.reclassify", "case.handle", "case.export", "registry.export"}
    )
    there = Case.objects.filter(
        place_path=cast.unit("520103019002").path, kind="complaint", audience=[]
    ).first()
    with pytest.raises(NotAllowed):
        policy.require(looking, "case.reclassify", there)


def test_an_access_ends_by_itself_and_when_it_is_ended(cast: Cast) -> None:
    of_cases(cast)
    for shut in ("time", "hand"):
        row, client = access_of(cast), enter(cast, "community")
        client.post(reverse("protection:open_access", args=[row.pk]))
        assert seen(client, cast) != []
        if shut == "time":
            Request.objects.filter(pk=row.pk).update(valid_until=timezone.now())
        else:
            commands.end(request_id=row.pk, by=cast.actors["leader"], at=timezone.now())
        assert seen(client, cast) == []


def test_an_access_that_was_not_approved_or_is_somebody_elses_opens_nothing(cast: Cast) -> None:
    of_cases(cast)
    row = asked(cast.actors["community"], 0, kind="access", reach=cast.unit("520103019002").path)
    client = enter(cast, "community")
    client.post(reverse("protection:open_access", args=[row.pk]))
    assert seen(client, cast) == []
    other = access_of(cast)
    stranger = enter(cast, "grid")
    stranger.post(reverse("protection:open_access", args=[other.pk]))
    assert stranger.session.get("privacy_access") is None


def test_who_approves_an_access_stands_above_both_territories(cast: Cast) -> None:
    row = asked(cast.actors["builder"], 0, kind="access", reach=cast.unit("520103019002").path)
    with pytest.raises(commands.NotYours):
        agreed(row, cast.actors["head"])
    assert agreed(row, cast.actors["leader"]).state == "approved"


def test_the_deciders_the_asker_and_the_leaders_of_the_county_are_told(cast: Cast) -> None:
    row = access_of(cast)
    for name in ("privacy.request_made", "privacy.request_approved"):
        tell_one(Event.objects.get(name=name), row, timezone.now())
    told = set(Notice.objects.values_list("template", "user__username"))
    assert ("privacy.request_made", "leader") in told and ("privacy.request_made", "supervisor") in told
    assert ("privacy.request_approved", "community") in told
    assert ("privacy.access_approved", "leader") in told
