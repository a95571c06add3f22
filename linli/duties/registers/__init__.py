"""The dispatch catalogue, items, lists, the log of seals and the gate as list pages."""

from __future__ import annotations

from linli.duties.registers.lists import STATUS_TONES, STATUS_WORDS, status_of

__all__ = ["STATUS_TONES", "STATUS_WORDS", "status_of"]
