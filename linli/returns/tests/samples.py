"""Rows for the shared test of registers."""

from __future__ import annotations

from datetime import timedelta

from linli.kernel.registers.tests.protocol import Sample, sample_for
from linli.returns.commands import QueryDraft, ask_query, open_round
from linli.returns.tests.factories import bound, permitted
from tests.cast import MONDAY, assemble


@sample_for("return_forms")
def return_forms() -> Sample:
    """Two permitted forms: everybody with the verb sees all of them."""
    cast = assemble()
    permitted(cast)
    permitted(cast, title="九小场所季报", owner="D03", frequency="quarter")
    return Sample(sees=cast.actors["street"], stranger=cast.actors["security"], words="月报")


@sample_for("returns")
def returns() -> Sample:
    """A month of a form, asked of two communities of one street."""
    cast = assemble()
    form = permitted(cast)
    bound(cast, form)
    open_round(code=form.code, by=cast.actors["clerk"], at=MONDAY)
    return Sample(sees=cast.actors["street"], stranger=cast.actors["builder"], words="友谊花园")


@sample_for("return_queries")
def return_queries() -> Sample:
    """Two queries of a department: everybody with the verb sees what is asked of the registers."""
    cast = assemble()
    for title in ("各社区人口数", "各社区老年人口"):
        draft = QueryDraft(
            title, "统计法", "测算", MONDAY.date() + timedelta(days=90), figures=("people.all",)
        )
        ask_query(draft=draft, by=cast.actors["clerk"], at=MONDAY)
    return Sample(sees=cast.actors["street"], stranger=cast.actors["security"], words="老年")
