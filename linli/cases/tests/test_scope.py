"""Both walls say the same: the policy's question and the database's answer, for every role at every unit."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.cases import policy
from linli.cases.models import Case, Reporter
from linli.kernel.accounts.roles import roles
from linli.kernel.accounts.verbs import VERBS
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import context
from linli.kernel.privacy.commands import make_key
from tests.cast import MONDAY, TESTER, UNITS, Cast

CODES = [code for code, _, _, _ in UNITS]
TAKERS = (None, 101, 102)


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    """Cases of every place, with and without a unit, tip-offs and others, each with a reporter."""
    key = make_key(subject="reporter")
    places = [cast.unit(code) for code in CODES if not code.startswith("D")]
    shapes = product(places, ("complaint", "tipoff"), ((), ("D01",), ("520103019001", "D02")), TAKERS)
    made = Case.objects.bulk_create(
        Case(
            number=f"T{n:06d}", public_code=f"CODE{n:08d}", channel="hotline", kind=kind, title="题", text="文", place_id=place.id,
            place_path=place.path, audience=list(audience), taken_by=taker, received_at=MONDAY,
        )
        for n, (place, kind, audience, taker) in enumerate(shapes)
    )  # fmt: skip
    Reporter.objects.bulk_create(
        Reporter(
            case=case,
            key_id=key.id,
            name=key.seal("王秀英", "name"),
            is_tipoff=case.kind == "tipoff",
            taken_by=case.taken_by,
        )
        for case in made
    )
    return made


def agree(actor: Actor, cases: list[Case]) -> None:
    """What the database lets through is what the policy says, by both of its questions, for cases and for reporters."""
    context.set_viewer(TESTER)
    asked = set(policy.visible_to(actor).values_list("pk", flat=True))
    named = {case.pk for case in cases if policy.sees_reporter(actor, case)}
    context.set_viewer(actor)
    through = set(Case.objects.values_list("pk", flat=True))
    people = set(Reporter.objects.values_list("case_id", flat=True))
    context.set_viewer(TESTER)
    assert through == asked == {case.pk for case in cases if policy.sees(actor, case)}, actor
    assert people == named, actor


@pytest.mark.django_db
@pytest.mark.parametrize("role", roles())
def test_policy_and_database_agree_for_a_role_at_every_unit(cast: Cast, cases: list[Case], role: str) -> None:
    for code, taker in product(CODES, (101, 999)):
        agree(
            Actor(
                "甲",
                user_id=taker,
                role=role,
                unit=code,
                scope=cast.unit(code).path,
                verbs=roles()[role].verbs,
            ),
            cases,
        )


@pytest.mark.django_db
def test_policy_and_database_agree_for_any_actor(cast: Cast, cases: list[Case]) -> None:
    @given(
        unit=st.sampled_from(["", *CODES]), scope=st.sampled_from(["", *CODES]), user=st.sampled_from([None, 101, 102, 999]),
        verbs=st.frozensets(st.sampled_from(sorted(VERBS))),
    )  # fmt: skip
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(unit: str, scope: str, user: int | None, verbs: frozenset[str]) -> None:
        path = cast.unit(scope).path if scope else ""
        agree(Actor("乙", user_id=user, role="x", unit=unit, scope=path, verbs=verbs), cases)

    holds()


@pytest.mark.django_db
def test_nobody_sees_nothing_and_the_public_sees_nothing(cases: list[Case]) -> None:
    for viewer in (None, Actor.public()):
        context.set_viewer(viewer)
        assert (Case.objects.count(), Reporter.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_street_does_not_see_the_next_street_by_a_code_that_begins_alike(cases: list[Case]) -> None:
    Case.objects.filter(pk=cases[0].pk).update(
        place_path="520103/5201030190/", audience=[], taken_by=None, kind="complaint"
    )
    actor = Actor(
        "丙", user_id=1, role="x", unit="520103019", scope="520103/520103019/", verbs=frozenset({"case.view"})
    )
    context.set_viewer(actor)
    assert not Case.objects.filter(pk=cases[0].pk).exists()


@pytest.mark.django_db
def test_a_case_in_sight_only_can_be_changed_by_nobody_who_does_not_see_it(cases: list[Case]) -> None:
    context.set_viewer(Actor("丁", user_id=1, role="x", unit="D03", scope="", verbs=frozenset({"case.view"})))
    assert Case.objects.update(title="改") == 0
    assert Case.objects.all().delete()[0] == 0
