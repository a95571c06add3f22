"""The interface as its document says it is: the document is kept, and every answer keeps to it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as trying
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linli.cases.api import api
from linli.kernel.accounts import tokens
from tests.cast import MONDAY, START, Cast

KEPT = Path(__file__).parent / "openapi.json"
VERBS = [
    "case.view",
    "case.take",
    "case.screen",
    "case.dispatch",
    "case.merge",
    "case.reassign",
    "case.handle",
]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
quickly = trying(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def document() -> dict[str, Any]:
    """The document as plain values."""
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str, ensure_ascii=False))
    return found


def test_the_document_is_the_one_that_other_systems_were_given() -> None:
    """Whoever changes the interface on purpose writes it anew with LINLI_WRITE_SNAPSHOTS=1."""
    text = json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("LINLI_WRITE_SNAPSHOTS"):
        KEPT.write_text(text, encoding="utf-8")
    assert KEPT.read_text(encoding="utf-8") == text


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whatever_is_sent_is_answered_as_the_document_says(cast: Cast, settings: Any) -> None:
    settings.API_PER_MINUTE = 1_000_000
    # The caller within the process does not unpack what came compressed, as every caller over a line does.
    headers = {"Authorization": f"Bearer {machine(cast)}", "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == sum(len(methods) for methods in document()["paths"].values())
    for operation in operations:
        fuzz(operation, headers)


def fuzz(operation: Any, headers: dict[str, str]) -> None:
    """Send what the document allows, and then what it does not; no answer may be a fault or undocumented."""
    for mode in GenerationMode:

        @given(case=operation.as_strategy(generation_mode=mode))
        @quickly
        def run(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        run()


def machine(cast: Cast) -> str:
    """A token of the county with the verbs of the loop."""
    _, text = tokens.make_token(
        name="模糊测试", unit_code="520103", scope="520103/", verbs=VERBS, starts_on=START, ends_on=START.replace(year=2036),
        by=cast.actors["security"], at=MONDAY,
    )  # fmt: skip
    return text
