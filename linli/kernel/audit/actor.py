"""Who acts: the one value that every command, policy and event takes as ``by``."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """A person acting in one post, a job, or a member of the public.

    ``scope`` is the code path of the unit whose subtree the post covers (``520103/520103001/``); it is empty for
    actors that have no territory. ``unit`` is the code of the unit itself. ``verbs`` are the verbs of the role.
    """

    label: str
    user_id: int | None = None
    post_id: int | None = None
    role: str = ""
    unit: str = ""
    scope: str = ""
    verbs: frozenset[str] = field(default=frozenset())
    sees_all: bool = False

    def may(self, verb: str) -> bool:
        """Whether the role grants the verb. Whether it holds for one row is the room's policy to say."""
        return self.sees_all or verb in self.verbs

    @classmethod
    def system(cls, label: str) -> Actor:
        """A job of the system itself, named in words: ``Actor.system("自动派遣")``."""
        return cls(label=label, role="system", sees_all=True)

    @classmethod
    def public(cls, label: str = "来访群众") -> Actor:
        """A resident without an account: may report, track and rate through the public doors only."""
        return cls(label=label, role="public", verbs=frozenset({"case.report_public"}))
