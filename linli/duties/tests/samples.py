"""Rows for the shared test of registers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from linli.duties import commands
from linli.duties.models import Application, Bypass, ListEntry, Refusal
from linli.duties.tests.factories import AT, READER, STRANGER, SYSTEM, TODAY, county, loaded
from linli.kernel.calendar.importers import load as load_calendar
from linli.kernel.norms.importers import load as load_norms
from linli.kernel.registers.tests.protocol import Sample, sample_for
from linli.territory.models import Unit


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


GATE = replace(READER, scope="520103/")
"""Somebody of the county."""


def department() -> Unit:
    """A department of the county."""
    loaded()
    return Unit.objects.get(code="D09")


@sample_for("gate_applications")
def gate_applications() -> Sample:
    """Applications of a department in several states."""
    load_norms(by=SYSTEM, at=AT)
    load_calendar(by=SYSTEM, at=AT)
    owner = department()
    for number in range(12):
        Application.objects.create(
            number=f"ZR2026-{number:03d}", department=owner, title=f"摸底登记 {number}", kind=("task", "survey")[number % 2], what="登记", basis="条例",
            places=["520103/"], starts_on=TODAY, ends_on=TODAY + timedelta(90), often="month", alternatives="没有", made_at=AT,
            state=("applied", "published", "refused")[number % 3], due_at=AT + timedelta(number),
        )  # fmt: skip
    return Sample(sees=GATE, stranger=STRANGER, words="摸底")


@sample_for("gate_refusals")
def gate_refusals() -> Sample:
    """Tasks of a department that the county's unit refused."""
    owner = department()
    for number in range(12):
        Refusal.objects.create(
            number=f"JS2026-{number:03d}", unit=county(), path="520103/", department=owner, channel=("group", "phone")[number % 2],
            title=f"截图上报 {number}", ground="unlisted", citation="清单中没有条目列明此事", refused_at=AT - timedelta(number),
        )  # fmt: skip
    return Sample(sees=GATE, stranger=STRANGER, words="截图")


@sample_for("gate_bypasses")
def gate_bypasses() -> Sample:
    """Emergencies that run, wait for their review, or were reviewed."""
    owner = department()
    for number in range(12):
        day = TODAY - timedelta(4 * number)
        Bypass.objects.create(
            number=f"YJ2026-{number:03d}", department=owner, title=f"巡查 {number}", places=["520103/"], reason="预警", starts_on=day,
            ends_on=day + timedelta(5), opened_at=AT, opened_by="负责人", review_by=day + timedelta(15),
        )  # fmt: skip
    return Sample(sees=GATE, stranger=STRANGER, words="巡查")
