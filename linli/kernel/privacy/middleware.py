"""One request, one transaction: sign-in, decision, event and page are kept or undone together."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from linli.kernel.audit.record import REQUEST_ID
from linli.kernel.privacy import context


class RequestTransaction:
    """Opens the transaction of a request; an answer of 500 or more undoes it.

    A new transaction has no viewer and sees nothing until it is told one; a nested one (in tests) is cleared first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = REQUEST_ID.set(uuid4())
        nested = connection.in_atomic_block
        try:
            with transaction.atomic():
                before = context.read_settings() if nested else None
                if nested:
                    context.set_viewer(None)
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                elif before is not None:
                    context.write_settings(before)
            return response
        finally:
            REQUEST_ID.reset(token)
