"""What goes wrong when an office writes people down: misheard names, swapped digits, old addresses, numbers left out."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random

from linli.algorithms.linkage.sounds import sounds
from linli.algorithms.linkage.synthetic import DATA
from linli.shell.demo.population.identity import PHONE_PREFIX


@dataclass(frozen=True)
class Care:
    """How carefully an office writes: the share of rows in which each thing goes wrong."""

    homophone: float = 0.01
    spaced_name: float = 0.0
    swapped: float = 0.005
    short_id: float = 0.0
    no_id: float = 0.0
    old_phone: float = 0.05
    no_phone: float = 0.1
    dashed_phone: float = 0.0
    old_address: float = 0.05
    wrong_birth: float = 0.005


@dataclass
class Hand:
    """Writes the values of one row after another and remembers what it got wrong in ``slips``, by the words of the truth file."""

    care: Care
    rng: Random
    slips: list[str] = field(default_factory=list)

    def new_row(self) -> None:
        """Begin with nothing wrong."""
        self.slips = []

    def name(self, name: str) -> str:
        """A name, perhaps with a character that sounds the same, perhaps with a space between two characters."""
        if self._slips(self.care.homophone, "同音字"):
            at = self.rng.randrange(1, len(name))
            others = alike().get(name[at], "")
            name = name[:at] + self.rng.choice(others) + name[at + 1 :] if others else name
        if len(name) == 2 and self._slips(self.care.spaced_name, "姓名带空格"):
            name = f"{name[0]}　{name[1]}"
        return name

    def document(self, number: str) -> str:
        """An id, perhaps missing, with two digits swapped, or as it was written until 1999."""
        if self._slips(self.care.no_id, "无证件号码"):
            return ""
        if number[6:8] == "19" and self._slips(self.care.short_id, "15位号码"):
            return number[:6] + number[8:17]
        if self._slips(self.care.swapped, "号码换位"):
            at = self.rng.randrange(10, 16)
            return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        return number

    def phone(self, phones: str | None) -> str:
        """The first phone, perhaps one that is no longer used."""
        if not phones or self._slips(self.care.no_phone, "无电话"):
            return ""
        phone = phones.split("、")[0]
        if self._slips(self.care.old_phone, "旧电话"):
            phone = f"{PHONE_PREFIX}{self.rng.randrange(10**8):08d}"
        if self._slips(self.care.dashed_phone, "电话带短横"):
            phone = f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
        return phone

    def address(self, now: str, before: Callable[[], str]) -> str:
        """Where somebody lives, or used to."""
        return before() if self._slips(self.care.old_address, "旧地址") else now

    def birth(self, birth: date) -> date:
        """A birth date, perhaps with month and day the wrong way round."""
        if (
            birth.day <= 12
            and birth.day != birth.month
            and self._slips(self.care.wrong_birth, "出生日期有误")
        ):
            return birth.replace(month=birth.day, day=birth.month)
        return birth

    def _slips(self, share: float, words: str) -> bool:
        if self.rng.random() >= share:
            return False
        self.slips.append(words)
        return True


DATE_FORMS = (
    "{y}.{m}.{d}",
    "{y}-{m:02}-{d:02}",
    "{y}年{m}月{d}日",
    "{y}{m:02}{d:02}",
    "{y}/{m}/{d}",
    "{y}.{m}",
    "{s:02}.{m}.{d}",
)


def any_form(birth: date, rng: Random) -> str:
    """A date as one of many hands writes it."""
    form = rng.choice(DATE_FORMS[:-1] if birth.year >= 2000 else DATE_FORMS)
    return form.format(y=birth.year, m=birth.month, d=birth.day, s=birth.year % 100)


@cache
def alike() -> dict[str, str]:
    """For the characters of given names the others that sound the same."""
    with (DATA / "given_names.csv").open(encoding="utf-8") as file:
        characters = [row["character"] for row in csv.DictReader(file)]
    by_sound: dict[int, list[str]] = defaultdict(list)
    table = sounds().syllable
    for character in characters:
        by_sound[int(table[ord(character)])].append(character)
    return {
        character: "".join(other for other in by_sound[int(table[ord(character)])] if other != character)
        for character in characters
    }
