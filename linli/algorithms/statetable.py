"""A state machine as one table: buttons, API choices, diagram and tests are derived from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linli.algorithms.text.sentences import Refusal, said


class NotPossible(Refusal):
    """The verb does not lead anywhere from the present state; the text says what state that is."""


@dataclass(frozen=True)
class State:
    """One state: its code, what it is called, which stage of the work it belongs to, and whether it ends the work."""

    code: str
    label: str
    stage: str
    final: bool = False


@dataclass(frozen=True)
class Transition:
    """One arrow.

    ``permission`` is the verb a role must grant. ``guard`` names a rule that must hold besides. ``clocks`` says what
    happens to clocks, in words like ``"start resolve"``, ``"stop sign"``. ``undoes`` names the verbs it takes back, between spaces.
    ``why`` cites the rule or the reason for the arrow.
    """

    verb: str
    sources: tuple[str, ...]
    target: str
    label: str
    permission: str
    event: str
    why: str
    guard: str = ""
    needs_note: bool = False
    clocks: tuple[str, ...] = ()
    undoes: str = ""
    by_system: bool = False


@dataclass(frozen=True)
class StateTable:
    """All states and arrows of one kind of thing."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        codes = [state.code for state in self.states]
        pairs = [(t.verb, source) for t in self.transitions for source in t.sources]
        unknown = {c for t in self.transitions for c in (*t.sources, t.target)} - set(codes)
        if unknown or len(set(codes)) != len(codes) or len(set(pairs)) != len(pairs):
            raise ValueError(f"unknown or repeated states or arrows: {sorted(unknown)}")

    def state(self, code: str) -> State:
        """The state of that code."""
        return next(state for state in self.states if state.code == code)

    def find(self, verb: str, source: str) -> Transition:
        """The arrow of that verb out of that state, or ``NotPossible``."""
        for transition in self.transitions:
            if transition.verb == verb and source in transition.sources:
                return transition
        label = next((t.label for t in self.transitions if t.verb == verb), verb)
        raise NotPossible(
            "当前为“%(state)s”，不能%(label)s", state=said(self.state(source).label), label=said(label)
        )

    def leaving(self, source: str) -> Iterator[Transition]:
        """Every arrow out of a state, in the order of the table."""
        return (transition for transition in self.transitions if source in transition.sources)

    def stuck(self) -> list[str]:
        """States that are not final and that no person can leave: there must be none."""
        return [
            state.code
            for state in self.states
            if not state.final and not any(not t.by_system for t in self.leaving(state.code))
        ]

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, for the room's README."""
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{state.label}" as {state.code}' for state in self.states]
        lines += [f"    {s} --> {t.target}: {t.label}" for t in self.transitions for s in t.sources]
        return "\n".join(lines)
