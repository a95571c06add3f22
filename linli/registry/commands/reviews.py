"""Deciding whether two records, or a record and a row of a file, are one person: carried out at once, taken back at any time.

A risky merge (one document under two names, two records of the register) is proposed by one person and carried out by another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import record
from linli.kernel.privacy.commands import open_key
from linli.kernel.privacy.context import door
from linli.registry import policy
from linli.registry.commands.deeds import Deed
from linli.registry.commands.living import (
    Place,
    confirm,
    end_ties,
    join,
    leave,
    lives_at,
    reside,
    spot_of,
    ties,
)
from linli.registry.commands.looking import subject_of
from linli.registry.commands.undoing import undo_change
from linli.registry.models import Care, Change, Pair, Person, RawRow, RecordKind
from linli.registry.queries.judging import Offer, compare_persons
from linli.registry.queries.linking import duplicates
from linli.registry.queries.rows import values_of
from linli.registry.rules.changes import PERSON_ELEMENTS
from linli.registry.rules.elements import codes_of
from linli.registry.rules.life import LIVING, REGISTERED, Refused
from linli.registry.rules.rows import MISSPELT, OF_ANOTHER
from linli.registry.rules.tables import titles

SAME, DIFFERENT = "same", "different"
WORDS = {SAME: "同一人", DIFFERENT: "不是同一人"}


@transaction.atomic
def decide(*, pair_id: int, same: bool, by: Actor, at: datetime) -> Pair:
    """Say of a pair that it is one person, or two. A risky "same" waits for a second person, who may also say no."""
    pair = _open_pair(pair_id, by)
    if pair.state == Pair.State.OPEN and pair.risky and same:
        pair.state = Pair.State.PROPOSED
        _sign(pair, by, at, first=True)
    else:
        _sign(pair, by, at, first=pair.state == Pair.State.OPEN)
        pair.change = (_same if same else _different)(pair, by, at)
        pair.state = Pair.State.SAME if same else Pair.State.DIFFERENT
    pair.save()
    words = "提请合并，待复核" if pair.state == Pair.State.PROPOSED else WORDS[SAME if same else DIFFERENT]
    record("registry.pair_decided", subject=subject_of(pair.left), by=by, at=at, after={"decision": words})
    return pair


def _open_pair(pair_id: int, by: Actor) -> Pair:
    pair = _locked(pair_id)
    if pair is not None and pair.state == Pair.State.FORESEEN:
        raise Refused("这个文件还没有导入完成，导入后再核对")
    if pair is None or pair.state not in (Pair.State.OPEN, Pair.State.PROPOSED):
        raise Refused("这一对已经有人核对过了，请看下一对")
    policy.require(by, "registry.approve" if pair.state == Pair.State.PROPOSED else "registry.review")
    if pair.state == Pair.State.PROPOSED and pair.first_user_id == by.user_id:
        raise Refused("有风险的合并须由另一个人复核；您是提请人，不能自己复核")
    return pair


def _locked(pair_id: int) -> Pair | None:
    """The pair with its row and file, locked; the file is otherwise seen by nobody but who brought it."""
    if not Pair.objects.filter(pk=pair_id).exists():
        return None
    with door(policy.REVIEW):
        return (
            Pair.objects.select_for_update(of=("self",))
            .select_related("left", "row__intake__source")
            .get(pk=pair_id)
        )


def _sign(pair: Pair, by: Actor, at: datetime, *, first: bool) -> None:
    if first:
        pair.first_by, pair.first_user_id, pair.first_at = by.label[:120], by.user_id, at
    else:
        pair.second_by, pair.second_at = by.label[:120], at


def _same(pair: Pair, by: Actor, at: datetime) -> Change | None:
    if pair.row is None:
        return _merge(pair, by, at)
    others = Pair.objects.filter(row=pair.row, state__in=(Pair.State.OPEN, Pair.State.PROPOSED)).exclude(
        pk=pair.pk
    )
    with door(policy.REVIEW):
        others.update(state=Pair.State.UNDONE)
    return _take_row(pair, by, at)


def _different(pair: Pair, by: Actor, at: datetime) -> Change | None:
    """Two people: a row with no other candidate left becomes a person of its own, unless its document is another's, or misspelt."""
    if pair.row is None:
        return None
    with door(policy.REVIEW):
        waits = Pair.objects.filter(row=pair.row, state__in=(Pair.State.OPEN, Pair.State.PROPOSED)).exclude(
            pk=pair.pk
        )
        if waits.exists():
            return None
    clean, at_home = _opened(pair.row)
    if _is_held(clean.get("document", ""), pair):
        _settle(pair.row, RawRow.Verdict.REJECTED, None, [f"document:{OF_ANOTHER}"])
        return None
    if MISSPELT in pair.row.reasons:
        _settle(pair.row, RawRow.Verdict.REJECTED, None)
        return None
    deed = _deed(pair, by, at)
    person = deed.make(Person(), {**_own(clean), "confirmed_on": deed.on.isoformat()})
    _homes(deed, person, clean, at_home, clean)
    deed.settle()
    changes = deed.close("registry.person_added", about=person, subject=subject_of(person))
    _settle(pair.row, RawRow.Verdict.NEW, person.pk)
    return changes[0] if changes else None


def _take_row(pair: Pair, by: Actor, at: datetime) -> Change | None:
    """The person takes from the row what precedence gives."""
    assert pair.row is not None
    clean, at_home = _opened(pair.row)
    deed = _deed(pair, by, at)
    person = deed.person(pair.left_id)
    intake = pair.row.intake
    with door(policy.REVIEW):
        offer = Offer(intake.pk, intake.source.kind, intake.file_date, timezone.localdate(at))
        values = pl.DataFrame({code: [value] for code, value in clean.items()}, schema_overrides={})
        compared = compare_persons(values, pl.Series([person.pk]), offer)
    taken = set(codes_of(RecordKind.PERSON, int(compared.take[0])))
    deed.put(person, {code: value for code, value in _own(clean).items() if code in taken})
    confirm(deed, person)
    _homes(deed, person, clean, at_home, taken)
    deed.settle()
    changes = deed.close(
        "registry.person_changed",
        about=person,
        subject=subject_of(person),
        after={"elements": "核对后的内容"},
    )
    _settle(pair.row, RawRow.Verdict.CHANGED if changes else RawRow.Verdict.SAME, person.pk)
    return changes[0] if changes else None


def _merge(pair: Pair, by: Actor, at: datetime) -> Change | None:
    """The right record goes into the left: what the left lacks it takes; homes, household and care groups follow."""
    deed = Deed("persons_merged", origin="community", by=by, at=at, on=timezone.localdate(at))
    assert pair.right_id is not None
    right, left = deed.person(pair.right_id), deed.person(pair.left_id)
    held, other = values_of(left, deed.opener), values_of(right, deed.opener)
    deed.put(right, {"state": Person.State.MERGED, "merged_into": left.pk})
    lacking = {
        code: other[code]
        for code in PERSON_ELEMENTS
        if held.get(code) is None and other.get(code) is not None
    }
    deed.put(left, lacking)
    for kinds in (LIVING, (REGISTERED,)):
        theirs = next((row for row in ties(deed, right) if row.kind in kinds), None)
        if theirs is not None and not any(row.kind in kinds for row in ties(deed, left)):
            reside(
                deed,
                left,
                spot_of(Place(theirs.dwelling_id, theirs.address, _unit(theirs.path))),
                theirs.kind,
            )
    end_ties(deed, right, list(titles("residence_kinds")))
    home = leave(deed, right)
    if home is not None and deed.home_of(left) is None:
        join(deed, home, left, "99")
    _move_cares(deed, right, left)
    deed.settle()
    changes = deed.close("registry.persons_merged", about=left, subject=subject_of(left))
    return changes[0] if changes else None


def _move_cares(deed: Deed, right: Person, left: Person) -> None:
    """Care groups follow whoever merges, unseen: nobody learns of them by it. One that the left record is in already stays."""
    with door(policy.REVIEW):
        held = set(Care.objects.filter(person=left, valid_to=None).values_list("mark", flat=True))
        for row in Care.objects.select_for_update().filter(person=right).order_by("pk"):
            if row.valid_to is not None or row.mark not in held:
                deed.put(deed.take(row), {"person": left.pk})


@transaction.atomic
def undo_decision(*, pair_id: int, by: Actor, at: datetime) -> Pair:
    """Take a decision back: what it wrote is as before, and the pair waits again."""
    policy.require(by, "registry.review")
    pair = _locked(pair_id)
    if pair is None or pair.state not in (Pair.State.SAME, Pair.State.DIFFERENT, Pair.State.PROPOSED):
        raise Refused("这一对还没有核对，没有什么可撤销")
    if pair.change_id is not None:
        undo_change(change_id=pair.change_id, by=by, at=at)
    if pair.row is not None:
        _settle(pair.row, RawRow.Verdict.REVIEW, None)
        with door(policy.REVIEW):
            Pair.objects.filter(row=pair.row, state=Pair.State.UNDONE).update(state=Pair.State.OPEN)
    pair.state, pair.change = Pair.State.OPEN, None
    pair.first_by = pair.second_by = ""
    pair.first_user_id = pair.first_at = pair.second_at = None
    pair.save()
    record("registry.undone", subject=subject_of(pair.left), by=by, at=at, after={"what": "核对疑似同一人"})
    return pair


def _deed(pair: Pair, by: Actor, at: datetime) -> Deed:
    assert pair.row is not None
    return Deed("reviewed", origin=pair.row.intake.source.kind, by=by, at=at, on=pair.row.intake.file_date)


def _opened(row: RawRow) -> tuple[dict[str, str], dict[str, Any]]:
    """The cleaned values of a row and where its addresses lead; refuses what has expired."""
    if row.sealed is None:
        raise Refused("这一行的原始内容已过保留期，不能再核对")
    told = json.loads(open_key(row.intake.key_id).unseal(bytes(row.sealed), "raw row"))
    return told["clean"], told["at"]


def _own(clean: Mapping[str, str]) -> dict[str, str]:
    """The values that are kept in the row of a person; the document says its own kind."""
    return {
        code: value for code, value in clean.items() if code in PERSON_ELEMENTS and code != "document_kind"
    }


def _homes(
    deed: Deed, person: Person, clean: Mapping[str, str], at_home: Mapping[str, Any], taken: Any
) -> None:
    for code, kind in (
        ("address", clean.get("residence_kind") or "usual"),
        ("registered_address", REGISTERED),
    ):
        if code in taken and clean.get(code):
            dwelling, path = at_home.get(code) or (None, "")
            reside(deed, person, spot_of(Place(dwelling, clean[code], _unit(path or ""))), kind)
    there = lives_at(deed, person)
    if "residence_kind" in taken and "address" not in taken and there is not None:
        deed.put(there, {"kind": clean["residence_kind"]})


def _unit(path: str) -> str:
    """The code of the unit that a path ends in."""
    return path.rstrip("/").rpartition("/")[2]


def _is_held(document: str, pair: Pair) -> bool:
    """Whether the row's document is that of the record it was compared with."""
    return bool(document) and any(
        name == "citizen_id" and level == "same" for name, level, _bits in pair.grounds
    )


def _settle(row: RawRow, verdict: str, record_id: int | None, reasons: list[str] | None = None) -> None:
    with door(policy.REVIEW):
        RawRow.objects.filter(pk=row.pk).update(
            verdict=verdict, record_id=record_id, **({"reasons": [*row.reasons, *reasons]} if reasons else {})
        )


@transaction.atomic
def find_duplicates(*, by: Actor, at: datetime) -> int:
    """Look for persons who stand twice in the register; each new pair waits for a person. Returns how many there are."""
    known = {
        (each.left_id, each.right_id) for each in Pair.objects.exclude(right=None).only("left_id", "right_id")
    }
    found = [
        each
        for each in duplicates()
        if (each.record, each.row) not in known and (each.row, each.record) not in known
    ]
    paths = dict(Person.objects.filter(pk__in=[each.record for each in found]).values_list("pk", "path"))
    Pair.objects.bulk_create(
        Pair(
            left_id=each.record, right_id=each.row, weight=each.bits, probability=each.probability, grounds=each.grounds,
            risky=True, path=paths.get(each.record, ""), found_at=at,
        )
        for each in found
    )  # fmt: skip
    return len(found)
