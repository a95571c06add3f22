from __future__ import annotations

from django.apps import AppConfig

from linli.algorithms.burden import KINDS
from linli.assessment.rules import check_rate
from linli.kernel.norms.checks import declare_check
from linli.kernel.norms.words import declare_names


class AssessmentConfig(AppConfig):
    name = "linli.assessment"
    label = "assessment"
    verbose_name = "减负"

    def ready(self) -> None:
        """Say what the parts of an estimated figure are called on the page of norms, and what they must be."""
        declare_names({"low": "至少", "likely": "大约", "high": "至多"})
        for kind in KINDS:
            declare_check(f"duties.burden.minutes.{kind}", check_rate)
