"""Examples of properties are not timed: a busy machine is no fault of the rule under test."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
