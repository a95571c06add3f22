"""A property fails by a counterexample alone, never because the machine was busy."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, settings

from tests.architecture.house import ROOT, committed

TIMED = re.compile(r"\bdeadline=(?!None\b)")


def test_no_property_is_judged_by_the_clock() -> None:
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check


def test_no_test_gives_a_property_a_time_of_its_own() -> None:
    tests = [path for path in committed() if path.suffix == ".py" and path.name.startswith("test_")]
    found = [str(path.relative_to(ROOT)) for path in tests if TIMED.search(path.read_text(encoding="utf-8"))]
    assert found == []
