"""Verbs, roles, events: what is declared is granted, said and documented."""

from __future__ import annotations

import re
import string
from collections import Counter
from itertools import combinations

import pytest
from django.utils.module_loading import autodiscover_modules

from linli.cases.states import TABLE
from linli.kernel.accounts.roles import roles
from linli.kernel.accounts.verbs import VERBS
from linli.kernel.audit.kinds import KINDS
from linli.kernel.audit.subscriptions import SUBSCRIPTIONS
from tests.architecture.house import ROOT

autodiscover_modules("events", "policy", "tasks")

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOT_FOR_ROLES = {"case.report_public"}
"""The verb of a resident without an account."""

APART = {"administration": {"account.manage"}, "security": {"security.manage"}, "audit": {"audit.view"}}
"""三员分立: no role holds verbs of two of these."""


def test_every_verb_that_a_role_grants_is_declared() -> None:
    assert {verb for role in roles().values() for verb in role.verbs} - set(VERBS) == set()


def test_every_declared_verb_is_granted_to_somebody() -> None:
    granted = {verb for role in roles().values() for verb in role.verbs}
    assert set(VERBS) - granted - NOT_FOR_ROLES == set()


@pytest.mark.parametrize("one, other", [*combinations(APART, 2)])
def test_administration_security_and_audit_are_kept_apart(one: str, other: str) -> None:
    assert [
        role.title for role in roles().values() if role.verbs & APART[one] and role.verbs & APART[other]
    ] == []


def test_every_verb_is_explained_in_chinese() -> None:
    assert [verb for verb, words in VERBS.items() if not CHINESE.search(words)] == []


def test_every_role_is_explained_in_chinese() -> None:
    assert [
        role.code
        for role in roles().values()
        if not (CHINESE.search(role.title) and CHINESE.search(role.description))
    ] == []


def test_every_arrow_of_a_case_asks_for_a_declared_verb() -> None:
    assert {transition.permission for transition in TABLE.transitions} - set(VERBS) == set()


def test_every_arrow_of_a_case_records_a_declared_event() -> None:
    assert {transition.event for transition in TABLE.transitions} - set(KINDS) == set()


def test_every_event_is_said_in_a_chinese_sentence() -> None:
    assert [kind.name for kind in KINDS.values() if not CHINESE.search(kind.sentence)] == []


def test_every_sentence_of_an_event_can_be_filled() -> None:
    for kind in KINDS.values():
        names = [name for _, name, _, _ in string.Formatter().parse(kind.sentence) if name is not None]
        assert all(name.isidentifier() for name in names), kind.name


def test_who_listens_listens_to_a_declared_event() -> None:
    assert {listener.event for listener in SUBSCRIPTIONS} - set(KINDS) == set()


def test_every_declared_event_is_recorded_somewhere() -> None:
    said = Counter(re.findall(r"\"([a-z_]+\.[a-z_]+)\"", "".join(
        path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("linli/**/*.py")) if "tests" not in path.parts
    )))  # fmt: skip
    by_table = {transition.event for transition in TABLE.transitions}
    assert [name for name in KINDS if said[name] < 2 and name not in by_table] == []
