"""Answers of residents put into one deed: taken, confirmed, refused, or left as a question where two values meet.

An answer carries a token of the value it was based on. If the record says something else by now, and not what was answered,
neither value is lost: the record stays, and what was said becomes a question that shows both.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from linli.kernel.staging import numbers
from linli.registry.commands.deeds import Deed
from linli.registry.commands.living import Spot, confirm, lives_at, reside
from linli.registry.commands.persons import mend
from linli.registry.models import Change, Question, RecordKind
from linli.registry.queries.knowing import Known, known_of, said_in_words, theirs, token_of
from linli.registry.queries.rows import contents_of
from linli.registry.queries.sealed import Opener
from linli.registry.rules.asking import Held, Why, asked_on, can_be_answered
from linli.registry.rules.changes import Contents
from linli.registry.rules.elements import elements, mask_of
from linli.registry.rules.life import Refused
from linli.registry.rules.values import read_values

VALUE, SAME, THEIRS, HERE, NO = "value", "same", "theirs", "here", "no"
"""How one answers: another value; it is still so; it is as the department says; the person lives here; I do not say."""

KIND = RecordKind.PERSON.value
LOOKED_BACK = 50
"""Changes of a record in which the value that an answer was based on is looked for."""


@dataclass(frozen=True)
class Answer:
    """One answer about one element of one person; ``token`` is that of the value that was shown."""

    person: UUID
    element: str
    how: str
    value: str = ""
    token: str = ""


@dataclass(frozen=True)
class Conflict:
    """An answer that was left as a question: what the record says, and what was said, as pages show them."""

    person_id: int
    name: str
    element: str
    ours: str
    theirs: str

    @property
    def title(self) -> str:
        """The element in words."""
        return elements(KIND)[self.element].title


@dataclass
class Taken:
    """What became of the answers: the elements by person, and what was left as a question."""

    answered: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    confirmed: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    refused: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    left: list[Conflict] = field(default_factory=list)

    def done(self, person_id: int) -> set[str]:
        """The elements of a person that are settled."""
        return self.answered[person_id] | self.confirmed[person_id] | self.refused[person_id]


def count(elements_by_person: Mapping[int, set[str]]) -> int:
    """How many answers."""
    return sum(map(len, elements_by_person.values()))


Takes = Callable[[str, Held, str], bool]
"""Whether a new value of an element is taken over what is held, or waits as a question."""


class Answering:
    """The answers given in one home at one time, put into a deed; ``here`` is where the home is."""

    def __init__(self, deed: Deed, person_ids: Sequence[int], here: Spot, takes: Takes) -> None:
        self.deed, self.here, self.takes = deed, here, takes
        self.persons = {pk: deed.person(pk) for pk in person_ids}
        self.known = known_of(person_ids, deed.opener)
        self.pending = {pk: each.pending(deed.on) for pk, each in self.known.items()}
        self.told: dict[int, dict[str, str]] = defaultdict(dict)
        self.waiting: list[tuple[int, str, str]] = []
        self.taken = Taken()

    @property
    def asked(self) -> int:
        """How many things there were to ask."""
        return sum(map(len, self.pending.values()))

    def take(self, answers: Sequence[Answer]) -> Taken:
        """Put the answers into the deed; refuses what cannot be an answer, and says of whom it is."""
        by_uid = {each.person.uid: pk for pk, each in self.known.items()}
        for answer in answers:
            if answer.person not in by_uid:
                raise Refused("有人已不在这一户，请重新打开这一页核对")
            pk = by_uid[answer.person]
            with self._about(pk):
                self._weigh(pk, answer)
        for pk, told in self.told.items():
            with self._about(pk):
                mend(self.deed, self.persons[pk], dict(told))
        for pk, asked in self.pending.items():
            done = self.taken.done(pk)
            if done and {each.element for each in asked} <= done:
                confirm(self.deed, self.persons[pk])
        return self.taken

    def settle(self) -> None:
        """After the deed is closed: what was confirmed is fresh again, questions are answered, what waits is asked."""
        self._confirm()
        for pk in self.known:
            self._settle(pk, self.taken.answered[pk] | self.taken.confirmed[pk], Question.State.ANSWERED)
            self._settle(pk, self.taken.refused[pk], Question.State.REFUSED)
            self._remember_refusals(pk)
        for pk, code, value in self.waiting:
            self._ask(pk, code, value)

    # One answer

    @contextmanager
    def _about(self, pk: int) -> Iterator[None]:
        """A refusal says of whom it is."""
        try:
            yield
        except Refused as refusal:
            raise Refused("%(name)s：%(why)s", name=self.known[pk].person.name, why=str(refusal)) from None

    def _weigh(self, pk: int, answer: Answer) -> None:
        code, held = answer.element, self.known[pk].held.get(answer.element, Held())
        if not can_be_answered(code):
            raise Refused("这一项不在走访中登记")
        seen = answer.token == token_of(pk, code, held.value)
        if answer.how == NO:
            self._refuse(pk, code)
        elif answer.how == SAME:
            self._is_so(pk, answer, held, seen)
        elif code == "address":
            self._lives(pk, answer, seen)
        else:
            self._is_told(pk, code, held, self._value(pk, answer), seen)

    def _is_so(self, pk: int, answer: Answer, held: Held, seen: bool) -> None:
        """What was shown is so; where the record says something else by now, what was shown is what was said."""
        if not seen:
            self._leave(pk, answer.element, self._shown_then(pk, answer.element, answer.token))
        elif held.value:
            self.taken.confirmed[pk].add(answer.element)

    def _is_told(self, pk: int, code: str, held: Held, value: str, seen: bool) -> None:
        if value == held.value:
            self.taken.confirmed[pk].add(code)
        elif seen and self.takes(code, held, value):
            self.told[pk][code] = value
            self.taken.answered[pk].add(code)
        else:
            self._leave(pk, code, value)

    def _value(self, pk: int, answer: Answer) -> str:
        """The answer as the register writes it; what a department said is taken from its question."""
        if answer.how == THEIRS:
            found = next((each.offered for each in self.pending[pk] if each.element == answer.element), "")
            if not found:
                raise Refused("部门提出的问题已经有人核实，请重新打开这一页")
            return found
        if answer.how != VALUE or not answer.value.strip():
            raise Refused("请填写%(title)s", title=elements(KIND)[answer.element].title)
        return read_values(KIND, {answer.element: answer.value}, on=self.deed.on)[answer.element] or ""

    def _refuse(self, pk: int, code: str) -> None:
        one = next((each for each in self.pending[pk] if each.element == code), None)
        asked = asked_on(self.deed.on).get(code)
        if not (one.may_refuse if one else asked is not None and asked.may_refuse):
            raise Refused("%(title)s依法应当登记，不能选“不愿提供”", title=elements(KIND)[code].title)
        self.taken.refused[pk].add(code)

    def _lives(self, pk: int, answer: Answer, seen: bool) -> None:
        """The person lives in this home, from today on if the record does not say so; another place is a move, which waits."""
        lives = lives_at(self.deed, self.persons[pk])
        if answer.how != HERE:
            value = self._value(pk, answer)
            if lives is not None and lives.address == value:
                self.taken.confirmed[pk].add("address")
            elif (
                seen
                and lives is not None
                and lives.dwelling_id is None
                and self.takes("address", self.known[pk].held["address"], value)
            ):
                self.told[pk]["address"] = value
                self.taken.answered[pk].add("address")
            else:
                self._leave(pk, "address", value)
        elif lives is not None and (lives.dwelling_id, lives.address) == (
            self.here.dwelling_id,
            self.here.address,
        ):
            self.taken.confirmed[pk].add("address")
        elif seen:
            reside(self.deed, self.persons[pk], self.here, lives.kind if lives else "usual")
            self.taken.answered[pk].add("address")
        else:
            self._leave(pk, "address", self.here.address)

    # What is left as a question

    def _leave(self, pk: int, code: str, value: str) -> None:
        self.waiting.append((pk, code, value))
        self.taken.left.append(conflict(self.known[pk], code, value))

    def _shown_then(self, pk: int, code: str, token: str) -> str:
        """The value that a page showed when it was confirmed, from the changes since; empty where none has it."""
        rows = Change.objects.filter(record_kind=KIND, record_id=pk).order_by("-pk")[:LOOKED_BACK]
        for row in rows:
            contents = contents_of(row, self.deed.opener)
            for side in (contents.before, contents.after):
                if side.get(code) and token_of(pk, code, side[code]) == token:
                    return str(side[code])
        return ""

    def _ask(self, pk: int, code: str, value: str) -> None:
        """What was said and what the record says, for somebody to look at; it takes the place of an older question of that sort."""
        about = Question.objects.filter(
            record_kind=KIND, record_id=pk, element=code, state=Question.State.OPEN
        )
        about.filter(why=Why.CONFLICT).update(state=Question.State.DROPPED, settled_at=self.deed.at)
        basis = next((each.basis for each in self.pending[pk] if each.element == code), "")
        sealed = self.deed.key.seal(json.dumps({"theirs": value}, ensure_ascii=False), "question")
        Question.objects.create(
            record_kind=KIND, record_id=pk, element=code, why=Why.CONFLICT, basis=basis, sealed=sealed, key_id=self.deed.key.id,
            path=self.persons[pk].path, asked_at=self.deed.at,
        )  # fmt: skip

    # After the deed

    def _confirm(self) -> None:
        confirmed = {pk: codes for pk, codes in self.taken.confirmed.items() if codes}
        ids: Iterable[int] = numbers(Change, len(confirmed)) if confirmed else ()
        Change.objects.bulk_create(
            Change(
                id=int(change_id), record_kind=KIND, record_id=pk, what="confirmed", origin=self.deed.origin,
                by_user_id=self.deed.by.user_id, by_label=self.deed.by.label[:120], at=self.deed.at, on=self.deed.on,
                wrote=mask_of(KIND, codes), sealed=self.deed.key.seal(Contents().dumps(), "change"), key_id=self.deed.key.id,
                path=self.persons[pk].path,
            )
            for change_id, (pk, codes) in zip(ids, confirmed.items(), strict=True)
        )  # fmt: skip

    def _settle(self, pk: int, codes: set[str], state: str) -> None:
        rows = Question.objects.filter(
            record_kind=KIND, record_id=pk, element__in=codes, state=Question.State.OPEN
        )
        rows.update(state=state, settled_at=self.deed.at, settled_by=self.deed.by.label[:120])

    def _remember_refusals(self, pk: int) -> None:
        """A no without a question of a department is remembered too, or it would be asked again tomorrow."""
        gaps = {each.element: each.why for each in self.pending[pk]}
        settled = Question.objects.filter(
            record_kind=KIND, record_id=pk, settled_at=self.deed.at, state=Question.State.REFUSED
        )
        known = set(settled.values_list("element", flat=True))
        Question.objects.bulk_create(
            Question(
                record_kind=KIND, record_id=pk, element=code, why=gaps.get(code, Why.STALE), state=Question.State.REFUSED,
                path=self.persons[pk].path, asked_at=self.deed.at, settled_at=self.deed.at, settled_by=self.deed.by.label[:120],
            )
            for code in self.taken.refused[pk] - known
        )  # fmt: skip


def conflict(known: Known, code: str, value: str) -> Conflict:
    """What the record says and what was said, as pages show them."""
    ours = said_in_words(code, known.held.get(code, Held()).value)
    return Conflict(known.person.pk, known.person.name, code, ours, said_in_words(code, value))


def open_conflicts(left: Sequence[Sequence[int | str]], opener: Opener) -> list[Conflict]:
    """The conflicts of an earlier visit that are still open, named by person and element."""
    known = known_of([int(pk) for pk, _code in left], opener)
    found = []
    for pk, code in left:
        each = known.get(int(pk))
        rows = (
            [row for row in each.questions if row.element == code and row.why == Why.CONFLICT] if each else []
        )
        found += [conflict(each, str(code), theirs(row, opener)) for row in rows if each is not None]
    return found
