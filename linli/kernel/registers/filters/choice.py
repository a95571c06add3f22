"""One of several codes, and a node of a tree of codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    CharField,
    Field,
    Lookup,
    Model,
    Q,
    TextField,
)
from django.utils.translation import gettext as _

from linli.algorithms.facets import AnyOf
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.filters.base import MISSING, SEPARATOR, Ask, Filter, Load, model_field

if TYPE_CHECKING:
    from linli.kernel.registers.engines.store import Columns

Choices = Mapping[Any, Any] | Callable[[Actor], Mapping[Any, Any]] | None


class Under(Lookup):  # type: ignore[type-arg]
    """``field__under=path``: ``starts_with`` is leakproof, so it keeps its index under a row policy; LIKE does not."""

    lookup_name = "under"

    def get_prep_lookup(self) -> str:
        """The path as it is."""
        return str(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The call."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"starts_with({left}, {right})", (*left_params, *right_params)


CharField.register_lookup(Under)
TextField.register_lookup(Under)


class Choice(Filter):
    """One of several codes; ``choices`` None takes the values that are found, as they are."""

    coded = True

    def __init__(self, name: str, label: Any, *, choices: Choices = None, **more: Any) -> None:
        super().__init__(name, label, **more)
        self.choices = choices
        self.target: Field[Any, Any] | None = None

    def bind(self, model: type[Model]) -> None:
        self.target = model_field(model, self.field)

    @property
    def is_array(self) -> bool:
        """Whether a row may have several of the codes at once."""
        return isinstance(self.target, ArrayField)

    def clean(self, values: Sequence[str]) -> tuple[str, ...]:
        known = {str(code) for code in self.choices} if isinstance(self.choices, Mapping) else None
        return tuple(
            value
            for value in super().clean(values)
            if self._fits(value) and (known is None or value in known or value == MISSING)
        )

    def _fits(self, value: str) -> bool:
        target = getattr(self.target, "target_field", self.target)
        numeric = target is not None and target.get_internal_type().endswith(("IntegerField", "AutoField"))
        return (
            len(value) <= 200
            and "\0" not in value
            and (not numeric or value == MISSING or (value.removeprefix("-").isdecimal() and len(value) < 19))
        )

    def q(self, values: Sequence[str], ask: Ask) -> Q:
        codes = [value for value in values if value != MISSING]
        if isinstance(self.target, BooleanField):
            codes = [code == "True" for code in codes]  # type: ignore[misc]
        field = self.field_on(ask)
        found = Q(**{f"{field}__overlap" if self.is_array else f"{field}__in": codes})
        if MISSING not in values:
            return found
        empty = Q(**{f"{field}__isnull": True})
        if self.is_array:
            empty |= Q(**{field: []})
        if isinstance(self.target, CharField | TextField):
            empty |= Q(**{field: ""})
        return found | empty

    def codes(self, values: Sequence[str], columns: Columns, ask: Ask) -> AnyOf:
        wanted = columns.codes(self.name, ["" if value == MISSING else value for value in values])
        return (
            AnyOf(wanted.values | columns.codes_having(self.name, values).values) if self.is_array else wanted
        )

    def loads(self) -> tuple[Load, ...]:
        return (Load(self.name, self.field, "category"),)

    def grouped(self, ask: Ask) -> str:
        return self.field_on(ask)

    def named(self, pairs: Iterable[tuple[Any, int]], ask: Ask) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for text, count in pairs:
            for code in self._items(text):
                counts[MISSING if code is None or code == "" else str(code)] += count
        return dict(counts)

    def _items(self, value: Any) -> Sequence[Any]:
        if isinstance(value, str) and SEPARATOR in value:
            return value.strip(SEPARATOR).split(SEPARATOR)
        return (value or [None]) if isinstance(value, list) else [value]

    def labels(self, actor: Actor) -> Mapping[str, str]:
        found = self.choices(actor) if callable(self.choices) else self.choices or {}
        return {str(code): str(words) for code, words in found.items()}

    def word(self, value: str, labels: Mapping[str, str]) -> str:
        return labels.get(value) or (_("未填") if value == MISSING else value)


@dataclass(frozen=True)
class Node:
    """One node of a tree: its code, its words, and its path of codes, each closed by a slash.

    A ``folded`` one is shown where the node above it, or one beside it, is chosen: there are too many of them for one list.
    """

    code: str
    label: str
    path: str
    folded: bool = False


@dataclass(frozen=True)
class Known:
    """A list of nodes as it is drawn: by code the words, the depth, and of folded ones the path of the node above."""

    nodes: Sequence[Node]
    words: Mapping[str, str]
    depths: Mapping[str, int]
    folded: Mapping[str, str]


class Tree(Filter):
    """A subtree: choosing a node takes every row whose path starts with the node's path."""

    shows_unknown = False
    coded = True

    def __init__(
        self, name: str, label: Any, *, nodes: Callable[[Actor], Sequence[Node]], **more: Any
    ) -> None:
        super().__init__(name, label, **more)
        self.nodes = nodes
        self._read = Known((), {}, {}, {})

    def clean(self, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            value
            for value in super().clean(values)
            if len(value) <= 64 and "/" not in value and "\0" not in value
        )

    def q(self, values: Sequence[str], ask: Ask) -> Q:
        found = Q(pk__in=[])
        for path in self._paths(values, ask.actor):
            found |= Q(**{f"{self.field_on(ask)}__under": path})
        return found

    def codes(self, values: Sequence[str], columns: Columns, ask: Ask) -> AnyOf:
        return columns.codes_under(self.name, self._paths(values, ask.actor))

    def _paths(self, values: Sequence[str], actor: Actor) -> list[str]:
        chosen = set(values)
        return [node.path for node in self.nodes(actor) if node.code in chosen]

    def loads(self) -> tuple[Load, ...]:
        return (Load(self.name, self.field, "category"),)

    def grouped(self, ask: Ask) -> str:
        return self.field_on(ask)

    def named(self, pairs: Iterable[tuple[Any, int]], ask: Ask) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for path, count in pairs:
            for code in filter(None, (path or "").split("/")):
                counts[code] += count
        return dict(counts)

    def labels(self, actor: Actor) -> Mapping[str, str]:
        return self._known(actor).words

    def depth_of(self, actor: Actor) -> Mapping[str, int]:
        return self._known(actor).depths

    def unfolded(self, order: list[str], chosen: Sequence[str], actor: Actor) -> list[str]:
        """Without the folded nodes, but for those that one has come near to."""
        above = self._known(actor).folded
        if not above:
            return order
        paths = {node.path for node in self.nodes(actor) if node.code in set(chosen)}
        near = paths | {_above(path) for path in paths}
        return [code for code in order if code in chosen or above.get(code, "") in {"", *near}]

    def _known(self, actor: Actor) -> Known:
        """What is read from the nodes; worked out again when another list of nodes is given."""
        nodes = self.nodes(actor)
        if self._read.nodes is not nodes:
            top = min((node.path.count("/") for node in nodes), default=1)
            self._read = Known(
                nodes,
                {node.code: node.label for node in nodes},
                {node.code: node.path.count("/") - top for node in nodes},
                {node.code: _above(node.path) for node in nodes if node.folded},
            )
        return self._read


def _above(path: str) -> str:
    """The path of the node above."""
    return path.rstrip("/").rpartition("/")[0] + "/"
