"""Every write of this room, one module a noun."""

from __future__ import annotations

from linli.assessment.commands.checking import confirm
from linli.assessment.commands.counting import count
from linli.assessment.commands.refused import Refused
from linli.assessment.commands.reporting import report, take_back
from linli.assessment.commands.suggesting import Answer, answer, suggest, withdraw

__all__ = ["Answer", "Refused", "answer", "confirm", "count", "report", "suggest", "take_back", "withdraw"]
