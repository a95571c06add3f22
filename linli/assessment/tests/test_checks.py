"""The self-check: every rule has its source, live looks find what is planted, a word of a person ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.assessment import commands
from linli.assessment.queries import checks
from linli.assessment.queries.checks import BROKEN, KEPT, LOOKS, NOT_APPLYING, OPEN, rules, tables_with
from linli.kernel.accounts.models import User
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def state_of(code: str, days: int = 0) -> str:
    found = checks.checked(MONDAY + timedelta(days=days))
    return next(each.state for each in found if each.rule.code == code)


def test_every_rule_says_where_it_stands_what_is_done_and_leads_somewhere() -> None:
    assert len({rule.code for rule in rules()}) == len(rules()) >= 16
    for rule in rules():
        assert rule.requires and rule.does and rule.clause and rule.document.date, rule.code
        assert not rule.check or rule.check in LOOKS, rule.code
        assert not rule.page or reverse(rule.page), rule.code
    assert {rule.check for rule in rules() if rule.check} == LOOKS.keys()
    assert {rule.document.number for rule in rules()} >= {"国办函〔2026〕12号"}


def test_the_product_keeps_what_code_can_look_at(cast: Cast) -> None:
    looked = {each.rule.code: each.state for each in checks.checked(MONDAY) if each.rule.check}
    kept = {
        "level",
        "forms",
        "once",
        "checkin",
        "ranking",
        "likes",
        "tracks",
        "complaint",
        "instant",
        "install",
    }
    assert {code for code, state in looked.items() if state == KEPT} >= kept
    assert BROKEN not in looked.values()


def test_a_look_finds_a_table_that_has_a_place_for_it() -> None:
    assert "accounts.User.last_login" in tables_with(re.compile("^last_login$"))
    assert tables_with(re.compile("no such field")) == []


def test_a_late_answer_breaks_the_rule_of_complaints_and_an_answer_mends_it(cast: Cast) -> None:
    row = commands.suggest(topic="other", text="少开会", by=cast.actors["community"], at=MONDAY)
    assert (state_of("complaint"), state_of("complaint", 60)) == (KEPT, BROKEN)
    answer = commands.Answer("adopted", "每周三不开会。", "少开会")
    commands.answer(number=row.number, answer=answer, by=cast.actors["keeper"], at=MONDAY)
    assert state_of("complaint", 60) == KEPT


def test_accounts_that_nobody_uses_are_for_a_person_to_look_at(cast: Cast) -> None:
    User.objects.update(last_login=MONDAY - timedelta(days=100))
    assert state_of("install") == OPEN
    commands.confirm(rule="install", state=KEPT, note="逐个核对，都在岗", by=cast.actors["keeper"], at=MONDAY)
    assert state_of("install") == KEPT


def test_a_word_of_a_person_holds_for_a_year(cast: Cast) -> None:
    assert state_of("filing") == OPEN
    commands.confirm(rule="filing", state=KEPT, note="备案号 1", by=cast.actors["keeper"], at=MONDAY)
    assert (state_of("filing"), state_of("filing", 365), state_of("filing", 366)) == (KEPT, KEPT, OPEN)
    commands.confirm(
        rule="filing", state=BROKEN, note="变更未报", by=cast.actors["keeper"], at=MONDAY + timedelta(days=1)
    )
    assert state_of("filing", 2) == BROKEN


def test_what_does_not_apply_is_said_to_be_so(cast: Cast) -> None:
    assert state_of("groups") == NOT_APPLYING
    with pytest.raises(commands.Refused):
        commands.confirm(rule="groups", state=KEPT, note="看过", by=cast.actors["keeper"], at=MONDAY)
