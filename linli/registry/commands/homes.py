"""A household in hand: its members, and what follows for its size, its head and the relations to the head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model

from linli.registry.models import Household, Membership
from linli.registry.rules import households
from linli.registry.rules.changes import Values
from linli.registry.rules.households import Member
from linli.registry.rules.life import Refused

Put = Callable[[Model, Values], None]
"""How the deed sets values of a row in hand."""


@dataclass
class Home:
    """A household with its members as they were; who joins comes behind, who leaves stays with a last day."""

    row: Household
    members: list[Membership]

    @property
    def current(self) -> list[Membership]:
        """Who belongs to it."""
        return [each for each in self.members if each.valid_to is None]

    def has(self, person_id: int) -> bool:
        """Whether a person belongs to it."""
        return any(each.person_id == person_id for each in self.current)

    def member(self, person_id: int) -> Membership:
        """The membership of a person; refuses one who does not belong to it."""
        for each in self.current:
            if each.person_id == person_id:
                return each
        raise Refused("这个人现在不是这一户的成员")

    def relation_of_head(self) -> str:
        """What members call the head of the house, and the head itself."""
        return next((m.relation for m in self.current if m.person_id == self.row.head_id), households.HEAD)

    def headed_by(self, person_id: int, put: Put) -> None:
        """Make a member the head, and say all relations anew from there."""
        new = self.member(person_id).relation
        for each in self.current:
            seen = households.seen_from(new, each.relation, each.person.sex)
            put(each, {"relation": households.HEAD if each.person_id == person_id else seen})
        put(self.row, {"head": person_id})

    def settle(self, on: date, put: Put) -> None:
        """Size and head as the members are; a household without any has ended."""
        current = self.current
        if not current:
            put(self.row, {"size": 0, "head": None, "state": Household.State.ENDED})
            return
        put(self.row, {"size": len(current)})
        if self.row.head_id is not None and not self.has(self.row.head_id):
            members = [Member(m.person_id, m.relation, m.person.sex, m.person.birth) for m in current]
            head = households.next_head(members, on)
            assert head is not None, "somebody is left"
            self.headed_by(head, put)
