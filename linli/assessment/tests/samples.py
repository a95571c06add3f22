"""Rows for the shared test of registers."""

from __future__ import annotations

from datetime import timedelta

from linli.assessment import commands
from linli.assessment.commands import Answer
from linli.assessment.tests.factories import NEXT, OWN, told
from linli.kernel.registers.tests.protocol import Sample, sample_for
from tests.cast import MONDAY, assemble


@sample_for("burden_reports")
def burden_reports() -> Sample:
    """Two years of two communities of one street."""
    cast = assemble()
    for code in (OWN, NEXT):
        told(cast, code)
        told(cast, code, 2025)
    return Sample(sees=cast.actors["street"], stranger=cast.actors["clerk"], words="友谊")


@sample_for("burden_suggestions")
def burden_suggestions() -> Sample:
    """Some that wait and some that were answered: who answers sees all, who may not look none."""
    cast = assemble()
    for number in range(8):
        at = MONDAY + timedelta(hours=number)
        row = commands.suggest(
            topic="form",
            about="D01",
            text=f"第{number}条：两张表并成一张",
            by=cast.actors["community"],
            at=at,
        )
        if number % 2:
            answer = Answer("adopted", "下月起并表。", f"第{number}条：两张表并成一张")
            commands.answer(number=row.number, answer=answer, by=cast.actors["keeper"], at=at)
    stranger = cast.actors["security"]
    return Sample(sees=cast.actors["keeper"], stranger=type(stranger)("外人", role="none"), words="并表")
