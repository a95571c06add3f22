"""Households: relations of GB/T 4761 seen from another head, who becomes head next, and what holds of every household."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from linli.registry.rules.ages import age_on

HEAD, SPOUSE, RELATIVE, STRANGER = "02", "10", "97", "99"
HUSBAND, WIFE = "11", "12"
SON, DAUGHTER, SON_IN_LAW, DAUGHTER_IN_LAW = "20", "30", "28", "38"
GRANDCHILD, PARENT, GRANDPARENT, SIBLING = "40", "50", "60", "70"
MALE, FEMALE = "1", "2"
ADULT = 18
"""Who is younger becomes head of a household only where nobody else is left (Civil Code art. 17)."""


@dataclass(frozen=True)
class Member:
    """A member as the rules see one."""

    person_id: int
    relation: str
    sex: str = ""
    birth: date | None = None


def is_head(relation: str) -> bool:
    """Both 本人 and 户主 stand for the head."""
    return relation in ("01", HEAD)


def generation_of(relation: str) -> str:
    """The first digit says it: 1 spouse, 2 and 3 children, 4 grandchildren, 5 parents, 6 grandparents, 7 siblings, 9 others."""
    return relation[:1]


def spouse_by_sex(sex: str) -> str:
    """How a spouse stands to the head."""
    return {MALE: HUSBAND, FEMALE: WIFE}.get(sex, SPOUSE)


def child_by_sex(sex: str) -> str:
    """How a child stands to the head."""
    return DAUGHTER if sex == FEMALE else SON if sex == MALE else RELATIVE


def spouse_of(relation: str, sex: str) -> str:
    """How somebody of a sex who marries a member of that relation stands to the head."""
    if is_head(relation):
        return spouse_by_sex(sex)
    if generation_of(relation) in "23":
        return {MALE: SON_IN_LAW, FEMALE: DAUGHTER_IN_LAW}.get(sex, RELATIVE)
    return RELATIVE


def child_of(relation: str, sex: str) -> str:
    """How a child of a member of that relation stands to the head."""
    if is_head(relation) or generation_of(relation) == "1":
        return child_by_sex(sex)
    return GRANDCHILD if generation_of(relation) in "23" else RELATIVE


def seen_from(new_head: str, relation: str, sex: str = "") -> str:
    """The relation of a member to a new head, both given as relations to the old one.

    Only what follows with certainty is said; every other relative is 其他亲属, and who was none stays none.
    """
    if relation in ("98", STRANGER) or new_head in ("98", STRANGER):
        return relation if relation == "98" else STRANGER
    if is_head(new_head):
        return relation
    return _SEEN.get((_group(new_head), _group(relation)), _by_sex)(sex)


def _group(relation: str) -> str:
    if is_head(relation):
        return "head"
    if relation in (SON_IN_LAW, DAUGHTER_IN_LAW):
        return "in-law"
    names = {
        "1": "spouse",
        "2": "child",
        "3": "child",
        "4": "grandchild",
        "5": "parent",
        "6": "grandparent",
        "7": "sibling",
    }
    return names.get(generation_of(relation), "other")


def _by_sex(sex: str) -> str:
    return RELATIVE


def _parent(sex: str) -> str:
    return {MALE: "51", FEMALE: "52"}.get(sex, PARENT)


_SEEN: dict[tuple[str, str], Callable[[str], str]] = {
    ("spouse", "head"): spouse_by_sex,
    ("spouse", "child"): child_by_sex,
    ("spouse", "grandchild"): lambda sex: GRANDCHILD,
    ("child", "head"): _parent,
    ("child", "spouse"): _parent,
    ("child", "child"): lambda sex: SIBLING,
    ("child", "parent"): lambda sex: GRANDPARENT,
    ("parent", "head"): child_by_sex,
    ("parent", "sibling"): child_by_sex,
    ("parent", "parent"): spouse_by_sex,
    ("parent", "child"): lambda sex: GRANDCHILD,
    ("sibling", "head"): lambda sex: SIBLING,
    ("sibling", "sibling"): lambda sex: SIBLING,
    ("sibling", "parent"): _parent,
    ("sibling", "grandparent"): lambda sex: GRANDPARENT,
    ("grandchild", "head"): lambda sex: GRANDPARENT,
    ("grandchild", "spouse"): lambda sex: GRANDPARENT,
    ("grandparent", "head"): lambda sex: GRANDCHILD,
    ("grandparent", "sibling"): lambda sex: GRANDCHILD,
}
"""What follows, by how the new head and the member stood to the old head; a spouse's children count as children. A
grandchild's parents are left out: of which child?"""


def next_head(members: Sequence[Member], on: date) -> int | None:
    """Who becomes head when the head is gone: the spouse, else the eldest adult relative, else the eldest; None for nobody."""
    if not members:
        return None
    return min(members, key=lambda each: _claim(each, on)).person_id


def _claim(member: Member, on: date) -> tuple[bool, bool, bool, date, int]:
    born = member.birth or on
    is_minor = member.birth is not None and age_on(born, on) < ADULT
    is_stranger = member.relation in ("98", STRANGER)
    return (is_minor, is_stranger, generation_of(member.relation) != "1", born, member.person_id)


def heads_of(members: Iterable[Member]) -> list[int]:
    """Who is called head; a household has one at most."""
    return [member.person_id for member in members if is_head(member.relation)]
