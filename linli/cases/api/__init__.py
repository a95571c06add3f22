"""The interface for machines: typed, documented by OpenAPI, idempotent, paged, scoped and limited."""

from linli.cases.api.endpoints import api

__all__ = ["api"]
