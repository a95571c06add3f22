"""Rows for the shared test of registers."""

from __future__ import annotations

from linli.duties.tests.factories import READER, STRANGER, loaded
from linli.kernel.registers.tests.protocol import Sample, sample_for


@sample_for("catalogue")
def catalogue() -> Sample:
    """The shipped catalogue: everybody with the verb sees all of it."""
    loaded()
    return Sample(sees=READER, stranger=STRANGER, words="路灯")
