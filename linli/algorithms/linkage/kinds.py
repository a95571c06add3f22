"""What is linked: how its sources are made ready, which pairs are compared, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from linli.algorithms.linkage import blocking, comparisons, people
from linli.algorithms.linkage.blocking import Rule
from linli.algorithms.linkage.columns import Prepared
from linli.algorithms.linkage.comparisons import Comparison
from linli.algorithms.linkage.frames import Source
from linli.algorithms.linkage.model import DEFAULT, Model


@dataclass(frozen=True, slots=True)
class Kind:
    """``frequent``: by comparison, the column that is counted for each level that is an agreement on a value.

    ``number``: the column with its state that identifies by itself; two valid ones that differ are never one.
    """

    prepare: Callable[[Source], Prepared]
    rules: tuple[Rule, ...]
    comparisons: Mapping[str, Comparison]
    frequent: tuple[str, Mapping[int, str]]
    number: str
    state: str
    contradiction: tuple[str, int]
    agreement: frozenset[int]
    lives_together: bool
    model: Model


PERSON = Kind(
    prepare=people.prepare,
    rules=blocking.PERSON,
    comparisons=comparisons.PERSON,
    frequent=("name", {1: "chars", 2: "sound", 3: "turned", 4: "near"}),
    number="id_key",
    state="id_state",
    contradiction=("citizen_id", 5),
    agreement=frozenset({0, 1, 2, 3, 4, 5, 6}),
    lives_together=True,
    model=DEFAULT,
)
