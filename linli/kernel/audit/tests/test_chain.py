"""The chain shows what was removed, altered or cut."""

from __future__ import annotations

import time

import pytest
from django.db import connection, transaction

from linli.kernel.audit import queries, subscriptions
from linli.kernel.audit.commands import seal_next
from linli.kernel.audit.kinds import UnknownEvent
from linli.kernel.audit.models import Event, Seal
from linli.kernel.audit.record import Entry, OutsideTransaction, Subject, record, record_all
from tests.cast import MONDAY, TESTER
from tests.database import as_owner

SUBJECT = Subject("account", 1, "何敏")


def say(count: int = 1) -> None:
    """Some events of one transaction."""
    with transaction.atomic():
        record_all(
            [Entry("account.signed_in", SUBJECT, note=str(n)) for n in range(count)], by=TESTER, at=MONDAY
        )


def nobody(task: str, ids: list[int], delay: int) -> None:
    """Nobody listens."""


def seal(defer: subscriptions.Defer = nobody) -> int:
    """Seal what is final."""
    return seal_next(at=MONDAY, defer=defer)


def seal_all(count: int, defer: subscriptions.Defer = nobody) -> int:
    """Seal until so many are; an older transaction of another test on the same server holds them back for a while."""
    sealed, give_up = 0, time.monotonic() + 60
    while sealed < count and time.monotonic() < give_up:
        sealed += seal(defer)
    return sealed


@pytest.fixture
def chain(transactional_db: None, sealing_role: None) -> None:
    """Five sealed events, written in two transactions."""
    say(2)
    say(3)
    assert seal_all(5) == 5


@pytest.mark.django_db(transaction=True)
class TestTheChain:
    """Seen by the one who verifies it."""

    def test_a_whole_chain_yields_nothing(self, chain: None) -> None:
        assert list(queries.verify()) == []

    def test_an_altered_event_shows(self, chain: None) -> None:
        as_owner("UPDATE audit_event SET note = 'x' WHERE id = (SELECT min(id) FROM audit_event)")
        assert any("改动" in finding.words for finding in queries.verify())

    def test_a_removed_event_shows(self, chain: None) -> None:
        as_owner("DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)")
        assert any("删除" in finding.words for finding in queries.verify())

    def test_a_cut_tail_shows_by_the_published_head(self, chain: None) -> None:
        as_owner(
            "DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event);"
            "DELETE FROM audit_seal WHERE position = 5;"
            "UPDATE audit_head SET position = 4, digest = (SELECT digest FROM audit_seal WHERE position = 4)"
        )
        assert [finding.words for finding in queries.verify()] == ["已公布的第 5 环不在库中：链尾被截断"]

    def test_sealing_goes_on_where_it_stopped(self, chain: None) -> None:
        say(1)
        assert seal_all(1) == 1
        assert seal() == 0
        assert Seal.objects.count() == 6
        assert list(queries.verify()) == []

    def test_an_event_of_a_running_transaction_is_not_sealed_yet(self, chain: None) -> None:
        with transaction.atomic():
            record("account.signed_in", subject=SUBJECT, by=TESTER, at=MONDAY)
            assert seal() == 0
        assert seal_all(1) == 1

    def test_listeners_get_each_event_once(self, chain: None, monkeypatch: pytest.MonkeyPatch) -> None:
        heard: list[list[int]] = []
        listener = subscriptions.Subscription("account.signed_in", "a task")
        monkeypatch.setattr(subscriptions, "SUBSCRIPTIONS", [listener])
        say(3)
        seal_all(3, lambda task, ids, delay: heard.append(ids))
        seal(lambda task, ids, delay: heard.append(ids))
        assert sorted(event_id for ids in heard for event_id in ids) == sorted(
            Seal.objects.filter(position__gt=5).values_list("event_id", flat=True)
        )
        assert sum(len(ids) for ids in heard) == 3


@pytest.mark.django_db(transaction=True)
def test_an_event_cannot_be_written_outside_a_transaction() -> None:
    with pytest.raises(OutsideTransaction):
        record("account.signed_in", subject=SUBJECT, by=TESTER, at=MONDAY)


@pytest.mark.django_db
def test_an_undeclared_event_cannot_be_written() -> None:
    with pytest.raises(UnknownEvent):
        record("account.teleported", subject=SUBJECT, by=TESTER, at=MONDAY)


@pytest.mark.django_db
def test_an_event_is_undone_with_its_change() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("account.signed_in", subject=SUBJECT, by=TESTER, at=MONDAY)
        raise ZeroDivisionError
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET note = ''", "DELETE FROM audit_event", "DELETE FROM audit_seal"]
)
def test_the_web_role_can_neither_change_nor_remove_what_is_written(statement: str) -> None:
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
