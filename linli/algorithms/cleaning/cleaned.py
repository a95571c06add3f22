"""What becomes of a cell: a value, what was done to reach it, what stood beside it, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Note(StrEnum):
    """What was done to a cell, or what a reader should know of its value. The words are in ``words``."""

    FULL_WIDTH = "full_width"
    INVISIBLE = "invisible"
    SPACES = "spaces"
    DASHES = "dashes"
    APOSTROPHE = "apostrophe"
    PLACEHOLDER = "placeholder"
    ASIDE = "aside"
    ID_15_TO_18 = "id_15_to_18"
    LOWER_CASE = "lower_case"
    PLACE_UNKNOWN = "place_unknown"
    MAYBE_ROUNDED = "maybe_rounded"
    KIND_BY_SHAPE = "kind_by_shape"
    EXCEL_SERIAL = "excel_serial"
    TWO_DIGIT_YEAR = "two_digit_year"
    YEAR_LAST = "year_last"
    CHINESE_NUMERALS = "chinese_numerals"
    TIME_DROPPED = "time_dropped"
    ZERO_PARTS = "zero_parts"
    COUNTRY_CODE = "country_code"
    LEADING_ZERO = "leading_zero"
    NO_AREA_CODE = "no_area_code"
    REPEATED = "repeated"
    REST_UNREAD = "rest_unread"
    INNER_SPACES = "inner_spaces"
    MIDDLE_DOT = "middle_dot"
    TITLE = "title"
    FORMER_NAME = "former_name"
    CODE_AND_WORD = "code_and_word"
    ZERO_PADDED = "zero_padded"
    WORD_PART = "word_part"
    SHORT_FORM = "short_form"
    ROOM_FROM_FLOOR = "room_from_floor"
    UNIT = "unit"


class Fault(StrEnum):
    """Why a cell gives no value. The words are in ``words``."""

    MASKED = "masked"
    DIGITS_LOST = "digits_lost"
    ID_LENGTH = "id_length"
    ID_SIGNS = "id_signs"
    ID_MISREAD = "id_misread"
    ID_BIRTH = "id_birth"
    ID_CHECKSUM = "id_checksum"
    DOCUMENT_UNREAD = "document_unread"
    DATE_UNREAD = "date_unread"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_AMBIGUOUS = "date_ambiguous"
    DATE_OTHER_CALENDAR = "date_other_calendar"
    DATE_IN_FUTURE = "date_in_future"
    DATE_TOO_OLD = "date_too_old"
    PHONE_UNREAD = "phone_unread"
    PHONE_LENGTH = "phone_length"
    PHONE_DUMMY = "phone_dummy"
    NOT_A_NAME = "not_a_name"
    NAME_HAS_DIGITS = "name_has_digits"
    NAME_INCOMPLETE = "name_incomplete"
    NAME_TOO_LONG = "name_too_long"
    NAME_OF_ORGANISATION = "name_of_organisation"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_WORD_NEAR = "unknown_word_near"
    CODE_AND_WORD_DIFFER = "code_and_word_differ"
    ADDRESS_UNREAD = "address_unread"
    USCC_LENGTH = "uscc_length"
    USCC_SIGNS = "uscc_signs"
    USCC_MISREAD = "uscc_misread"
    USCC_CHECKSUM = "uscc_checksum"
    OLD_ORGANISATION_CODE = "old_organisation_code"
    OLD_REGISTRATION_NUMBER = "old_registration_number"
    NUMBER_UNREAD = "number_unread"
    NUMBER_UNIT = "number_unit"
    NUMBER_NOT_WHOLE = "number_not_whole"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and the values that its sentence names."""

    code: Fault
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cleaned(Generic[Value]):
    """A cell and what it says.

    ``raw`` is the cell as it came. ``value`` is None where the cell is empty or has a ``problem``. ``notes`` come in
    the order in which things were done. ``aside`` holds what stood in the cell and is not part of the value, as pairs
    of kind and text. ``suggestions`` are values that a person may choose instead; none of them is taken silently.
    """

    raw: object
    value: Value | None = None
    notes: tuple[Note, ...] = ()
    problem: Problem | None = None
    aside: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[Value, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether the cell says nothing at all: no value, and nothing wrong with that."""
        return self.value is None and self.problem is None


def refused(
    raw: object,
    code: Fault,
    notes: tuple[Note, ...] = (),
    *,
    suggestions: tuple[Value, ...] = (),
    aside: tuple[tuple[str, str], ...] = (),
    **values: object,
) -> Cleaned[Value]:
    """A cell without a value, and why."""
    return Cleaned(raw, None, notes, Problem(code, values), aside, suggestions)
