"""The words of text messages to a reporter's own phone; they lie in ``data/texts.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from linli.cases import rules
from linli.cases.models import Case
from linli.cases.queries.public import STATES

TEXTS = Path(__file__).parent.parent / "data" / "texts.toml"


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def words_with_code(case: Case, secret: str) -> str:
    """The text that brings a one-time code."""
    return str(_texts()["code"]["words"]).format(number=case.number, code=secret)


def words_of_answer(case: Case, main: Case) -> str:
    """The text that brings the answer of a case, which is that of the main one; neutral where the matter may not be named."""
    answer = " ".join(case.result.split())
    if not answer or not rules.may_be_named_in_a_text(case.kind, case.is_secret, main.kind):
        return str(_texts()["answer_neutral"]["words"]).format(number=case.number)
    longest = int(_texts()["longest"])
    cut = answer if len(answer) <= longest else answer[: longest - 1] + "…"
    return str(_texts()["answer"]["words"]).format(number=case.number, state=STATES[main.state], answer=cut)
