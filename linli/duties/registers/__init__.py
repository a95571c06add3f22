"""The dispatch catalogue, items, lists, the log of seals and the gate as list pages."""

from __future__ import annotations

from linli.duties.registers.gate import ApplicationRegister, BypassRegister, RefusalRegister
from linli.duties.registers.lists import (
    STATUS_TONES,
    STATUS_WORDS,
    CatalogueRegister,
    ItemRegister,
    ListRegister,
    SealRegister,
    status_of,
)

__all__ = [
    "STATUS_TONES", "STATUS_WORDS", "ApplicationRegister", "BypassRegister", "CatalogueRegister", "ItemRegister", "ListRegister",
    "RefusalRegister", "SealRegister", "status_of",
]  # fmt: skip
