"""Rows for the shared test of registers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from linli.duties import commands
from linli.duties.models import ListEntry
from linli.duties.tests.factories import AT, READER, STRANGER, SYSTEM, TODAY, county, loaded
from linli.kernel.registers.tests.protocol import Sample, sample_for


@sample_for("catalogue")
def catalogue() -> Sample:
    """The shipped catalogue: everybody with the verb sees all of it."""
    loaded()
    return Sample(sees=READER, stranger=STRANGER, words="路灯")


@sample_for("work_items")
def work_items() -> Sample:
    """The shipped items: everybody with the verb sees all of them."""
    loaded()
    return Sample(sees=READER, stranger=STRANGER, words="探访")


@sample_for("duty_lists")
def duty_lists() -> Sample:
    """The shipped lists: everybody with the verb sees all of them."""
    loaded()
    return Sample(sees=READER, stranger=STRANGER, words="证明")


@sample_for("seal_uses")
def seal_uses() -> Sample:
    """Uses of the seals of a county, seen by who works there."""
    loaded()
    ranges = list(ListEntry.objects.filter(kind="seal"))
    for number in range(12):
        commands.use_seal(
            unit=county(), entry=ranges[number % len(ranges)], used_on=TODAY - timedelta(number), purpose=f"居务公开 {number}",
            document=f"公告第 {number} 号", by=SYSTEM, at=AT,
        )  # fmt: skip
    return Sample(sees=replace(READER, scope="520103/"), stranger=STRANGER, words="公告")
