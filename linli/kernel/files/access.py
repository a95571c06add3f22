"""Who may see the files of a subject: each room answers for its own kinds."""

from __future__ import annotations

from collections.abc import Callable

from linli.kernel.audit.actor import Actor

CanSee = Callable[[Actor, int], bool]

_KINDS: dict[str, CanSee] = {}


def register(kind: str, can_see: CanSee) -> None:
    """Let a room say who may see the files of its subjects; called in its ``policy.py``."""
    _KINDS[kind] = can_see


def may_see(actor: Actor, kind: str, subject_id: int) -> bool:
    """Whether an actor may see the files of a subject; nobody may where no room answers for the kind."""
    answer = _KINDS.get(kind)
    return answer is not None and answer(actor, subject_id)
