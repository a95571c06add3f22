"""Addresses of dwellings as departments write them: one cell, one address, in many spellings of the same door.

Running text is read by ``text.addresses``; here the whole cell is an address, so what stands between the parts that
are known by shape is a name, too. 3栋2单元501, 3-2-501, 3#2-501 and 三栋二单元五楼一号 are one door.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from linli.algorithms.cleaning.cells import PUNCTUATION, text_of, without_value
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused

HAN = "\u4e00-\u9fff"
NUMERALS = "零〇一二两三四五六七八九十百"
DIVISION = re.compile(
    rf"(?:[{HAN}]{{2,7}}?(?:省|自治区))?(?:[{HAN}]{{2,9}}?(?:(?<!城)市(?!场)|自治州|盟|地区))?"
    rf"(?:[{HAN}]{{1,8}}?(?:(?<![小园社景校厂矿库片])区|自治县|县(?!城)|(?<!城)市(?!场)|旗))?"
    rf"(?:[{HAN}]{{1,8}}?(?:街道办事处|街道|镇|乡))?"
    rf"(?:[{HAN}]{{1,10}}?(?:社区居委会|社区|村民委员会|村委会|居委会|(?<!新)(?<!小)村(?!路)))?"
    rf"(?:[{HAN}0-9]{{1,4}}?(?:村民小组|居民小组|组|社|队)(?!区|会))?"
)
ROAD = re.compile(
    rf"([{HAN}A-Za-z0-9]{{1,14}}?(?:大道|大街|胡同|路|街(?!道)|巷|弄(?!\d)))(?=\d|[{HAN}]|$)(?:([东南西北中]|[东南西北]段|[0-9]段)(?=\d))?"
)
NUMBER = re.compile(
    r"(?:门牌)?((?:\d+弄)?\d+(?:-\d+)?(?:附\d+|之\d+)?)号(?:附(\d+)号)?(?!楼|栋|幢|院|线|房|室)"
)
DOOR = re.compile(
    r"(?:(?P<building>[A-Za-z]?\d+|[A-Za-z]|[东南西北])(?:号楼栋|号楼|号栋|号幢|栋楼|栋|幢|座|#楼|#|号院|楼(?=\d+(?:单元|门|-)))[-,]?)?"
    r"(?:(?P<entrance>\d+|[A-Za-z]|[东南西北中])(?:单元|门洞|门栋|梯|单|门(?!牌))[-,]?)?"
    r"(?:(?P<floor>-?\d+)(?:层|楼|[Ff](?=\d))[-,]?)?"
    r"(?:(?P<room>\d+[A-Za-z]?|[A-Za-z]\d+)(?:号房间|号房|号室|室|房|户|号)?)?"
)
DASHED = re.compile(
    r"(?P<building>[A-Za-z]?\d+|[A-Za-z])(?:栋|幢|座|号楼|#)?[-#](?:(?P<entrance>\d+|[A-Za-z])(?:单元)?[-#])?(?:(?P<floor>\d{1,2})[-#])?(?P<room>\d+[A-Za-z]?)(?:室|号|房)?"
)
BUILDING_DASHED = re.compile(
    r"(?P<building>[A-Za-z]?\d+|[A-Za-z])(?:号楼|栋|幢|座|#)(?P<entrance>\d{1,2})(?:单元)?[-#](?:(?P<floor>\d{1,2})[-#])?(?P<room>\d+[A-Za-z]?)(?:室|号|房)?"
)
COUNTED = re.compile(rf"[{NUMERALS}]+(?=栋|幢|座|号|单元|层|楼|室|组|队|社(?!区)|门(?!口)|弄|段)")
BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
STARTS = frozenset("东南西北中")
DIGIT = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


@dataclass(frozen=True, slots=True)
class DwellingAddress:
    """The parts of an address, each empty where not given; numbers are digits.

    ``division`` is everything down to the village group, ``compound`` the name that is left between the road's number
    and the building. ``floor`` follows from a room of three digits or more, and a room counted on its floor (五楼一号)
    is given its full number (501).
    """

    division: str = ""
    road: str = ""
    number: str = ""
    compound: str = ""
    building: str = ""
    entrance: str = ""
    floor: str = ""
    room: str = ""

    @property
    def door(self) -> str:
        """Building, entrance and room with dashes, the key of a door within its compound: 3-2-501."""
        return "-".join(part for part in (self.building, self.entrance, self.room) if part)

    def __str__(self) -> str:
        ends = {"number": "号", "building": "栋", "entrance": "单元", "floor": "层", "room": "室"}
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        if self.room and self.floor == floor_of(self.room):
            parts["floor"] = ""
        return "".join(value + ends.get(name, "") for name, value in parts.items() if value)


def clean_address(cell: object) -> Cleaned[DwellingAddress]:
    """The parts of an address; refused where neither a road, a name nor a door is found in it."""
    if isinstance(cell, DwellingAddress):
        return Cleaned(cell, cell)
    text = text_of(cell)
    if (nothing := without_value(cell, text)) is not None:
        return nothing
    notes = list(text.notes)
    plain, aside = _plain(text.words, notes)
    found = _parsed(plain, notes)
    if not (found.road or found.compound or found.building or found.room or found.number or found.division):
        return refused(cell, Fault.ADDRESS_UNREAD, tuple(notes), text=text.words)
    return Cleaned(cell, found, tuple(notes), aside=aside)


def floor_of(room: str) -> str:
    """The floor that a room's number says: 501 is on 5, 1203 on 12; shorter numbers say none."""
    digits = re.match(r"\d*", room)
    number = digits[0] if digits else ""
    return number[:-2].lstrip("0") if 3 <= len(number) <= 4 else ""


def _plain(words: str, notes: list[Note]) -> tuple[str, tuple[tuple[str, str], ...]]:
    narrow = words.translate(PUNCTUATION)
    aside = tuple(
        ("bracket", inside) for found in BRACKETS.finditer(narrow) if (inside := found[1] or found[2] or "")
    )
    if aside:
        narrow = BRACKETS.sub("", narrow)
        notes.append(Note.ASIDE)
    joined = re.sub(r"[\s,;。，、；]+", "", narrow)
    if joined != narrow and Note.SPACES not in notes:
        notes.append(Note.SPACES)
    counted = COUNTED.sub(lambda found: str(_counted(found[0])), joined)
    if counted != joined:
        notes.append(Note.CHINESE_NUMERALS)
    return counted, aside


def _parsed(plain: str, notes: list[Note]) -> DwellingAddress:
    division = DIVISION.match(plain)
    at = division.end() if division else 0
    road = ROAD.match(plain, at)
    named = road[0] if road else ""
    at = road.end() if road else at
    number = NUMBER.match(plain, at) if road else None
    written = ""
    if number:
        written = number[1] + (f"附{number[2]}" if number[2] else "")
        at = number.end()
    compound, door = _compound_and_door(plain[at:], notes)
    if not number and not road and not door.get("building") and (match := NUMBER.match(plain[at:] or " ")):
        written, compound, door = match[1], *_compound_and_door(plain[at + match.end() :], notes)
    return DwellingAddress(division[0] if division else "", named, written, compound, **_floored(door, notes))


def _compound_and_door(rest: str, notes: list[Note]) -> tuple[str, dict[str, str]]:
    """The longest end that is a door; what stands before it is a name."""
    for at in range(len(rest)):
        if (
            at
            and rest[at - 1].isascii()
            and rest[at - 1].isalnum()
            and rest[at].isascii()
            and rest[at].isalnum()
        ):
            continue
        tail = rest[at:].lstrip("-")
        for shape in (DASHED, BUILDING_DASHED, DOOR):
            if (match := shape.fullmatch(tail)) is not None:
                if shape is not DOOR:
                    notes.append(Note.SHORT_FORM)
                return rest[:at].rstrip("-"), {name: part for name, part in match.groupdict().items() if part}
    return rest, {}


def _floored(door: dict[str, str], notes: list[Note]) -> dict[str, str]:
    found = {name: part.upper() if part.isascii() else part for name, part in door.items()}
    for name in ("building", "entrance"):
        if found.get(name, "").isdecimal():
            found[name] = found[name].lstrip("0") or "0"
    room, floor = found.get("room", ""), found.get("floor", "")
    if floor.isdecimal():
        found["floor"] = floor = floor.lstrip("0") or "0"
        if room.isdecimal() and len(room) <= 2 and floor != "0":
            found["room"] = f"{floor}{int(room):02}"
            notes.append(Note.ROOM_FROM_FLOOR)
    elif room and (above := floor_of(room)):
        found["floor"] = above
    return found


def _counted(han: str) -> int | str:
    """Han numerals to digits, by place (十二, 一百零三) or sign by sign (五〇一)."""
    if not re.search("[十百]", han):
        return "".join(str(DIGIT[sign]) for sign in han)
    total, held = 0, 0
    for sign in han:
        if sign in "十百":
            total += (held or 1) * (10 if sign == "十" else 100)
            held = 0
        else:
            held = DIGIT[sign]
    return total + held
