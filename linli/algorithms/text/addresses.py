"""Roads, compounds and house numbers in running text: known names first, else by the shape of the words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from linli.algorithms.text.dirty import HALF_WIDTH
from linli.algorithms.text.words import WordFinder

HAN = "\u4e00-\u9fff"
ROAD = re.compile(rf"[{HAN}]{{1,8}}?(?:大道|大街|路|街(?!道)|巷|弄)")
COMPOUND = re.compile(
    rf"[{HAN}A-Za-z0-9·]{{2,10}}?(?:小区|花园|家园|佳园|公寓|新村|山庄|大厦|佳苑|名苑|雅苑|宿舍)"
)
TAIL = re.compile(
    r"\s*(?:(?P<number>\d+(?:-\d+)?|[一二三四五六七八九十百]+)\s*号(?!楼|线|院))?"
    rf"(?P<between>[{HAN}A-Za-z0-9·]{{0,8}}?)"
    r"(?:(?P<building>[0-9A-Za-z一二三四五六七八九十]+)\s*(?:栋|幢|号楼|座))?"
    r"(?:(?P<entrance>[0-9A-Za-z一二三四五六七八九十]+)\s*单元)?"
    r"(?:(?P<room>\d{3,4})\s*(?:室|房|号)?(?!\d))?"
)
LEAD = re.compile(
    r".*(?:位于|坐落|街道|社区|[省市区县镇乡]|[在于到至从和与及跟往对沿向去是的了有住由过经给把被因为]|进入|导致|影响|周边|穿越|占用|修建|左转|右转|左拐|右拐|距离|临时|反映|投诉|增加|附近|旁边|对面|这条|那条)"
)
PLAIN = (
    "马路",
    "道路",
    "公路",
    "铁路",
    "泥路",
    "油路",
    "巴路",
    "土路",
    "小路",
    "大路",
    "走路",
    "线路",
    "电路",
    "思路",
    "条路",
    "修路",
    "出路",
    "网路",
    "此路",
    "上路",
    "老路",
    "头路",
    "速路",
    "字路",
    "有路",
    "让路",
    "对路",
    "禁停路",
    "进出路",
    "干路",
    "支路",
    "步行街",
    "大街",
    "小街",
    "上街",
    "逛街",
    "临街",
    "直街",
    "小巷",
    "后花园",
    "共花园",
    "中花园",
    "员工宿舍",
    "学生宿舍",
    "工宿舍",
    "单身公寓",
    "平层公寓",
    "变公寓",
    "本小区",
    "该小区",
    "我小区",
    "们小区",
    "各小区",
    "整个小区",
    "个小区",
    "旧小区",
    "住宅小区",
    "宅小区",
    "安置小区",
    "高层小区",
    "居民小区",
    "周边小区",
    "其他小区",
    "些小区",
    "进入小区",
    "导致小区",
    "影响小区",
    "距离小区",
    "建小区",
    "大小区",
    "改善小区",
    "出入小区",
    "内小区",
    "然而小区",
    "多小区",
)
PLAIN_START = ("的", "其", "仍", "今天", "现有", "沟通")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address as written; empty where not given. ``start`` is its place in the text."""

    start: int
    road: str = ""
    number: str = ""
    compound: str = ""
    building: str = ""
    entrance: str = ""
    room: str = ""

    @property
    def is_precise(self) -> bool:
        """Whether it names a house or a building, and not only a road or a compound."""
        return bool(self.number or self.building)


class AddressReader:
    """Reads addresses, knowing the road and compound names of a place (it works without them, less well)."""

    def __init__(self, roads: Iterable[str] = (), compounds: Iterable[str] = ()) -> None:
        self._roads = frozenset(roads)
        self._compounds = frozenset(compounds)
        self._known = WordFinder(self._roads | self._compounds)

    def read(self, text: str) -> list[Address]:
        """All addresses of a text in order; a compound right after a road's number belongs to it."""
        plain = text.translate(HALF_WIDTH)
        names = sorted([*self._known_names(plain), *self._shaped_names(plain)])
        addresses: list[Address] = []
        taken = -1
        for start, name, is_road in names:
            if start < taken:
                continue
            address, taken = self._read_one(plain, start, name, is_road)
            addresses.append(address)
        return addresses

    def _known_names(self, text: str) -> list[tuple[int, str, bool]]:
        return [(at, word, word in self._roads) for at, word in self._known.find(text)]

    def _shaped_names(self, text: str) -> list[tuple[int, str, bool]]:
        known = [(at, at + len(word)) for at, word in self._known.find(text)]
        found = []
        for shape, is_road in ((ROAD, True), (COMPOUND, False)):
            for match in shape.finditer(text):
                lead = LEAD.match(match[0][:-2])
                name = match[0][lead.end() :] if lead else match[0]
                start = match.end() - len(name)
                if _is_name(name) and not any(low < match.end() and start < high for low, high in known):
                    found.append((start, name, is_road))
        return found

    def _read_one(self, text: str, start: int, name: str, is_road: bool) -> tuple[Address, int]:
        end = start + len(name)
        tail = TAIL.match(text, end)
        assert tail is not None
        parts = {key: value or "" for key, value in tail.groupdict().items()}
        between = parts.pop("between")
        if not is_road:
            return (
                (Address(start, compound=name), end)
                if between
                else (Address(start, compound=name, **parts), tail.end())
            )
        compound = self._compound_at(text, tail.end("number") + 1 if parts["number"] else end)
        if compound:
            at = text.index(compound, end)
            inner, taken = self._read_one(text, at, compound, is_road=False)
            return Address(
                start, name, parts["number"], compound, inner.building, inner.entrance, inner.room
            ), taken
        if between:
            return Address(start, name, parts["number"]), tail.end("number") if parts["number"] else end
        return Address(start, road=name, **parts), tail.end()

    def _compound_at(self, text: str, at: int) -> str:
        known = next(((place, word) for place, word in self._known.find(text[at : at + 16])), None)
        if known and known[0] == 0 and known[1] in self._compounds:
            return known[1]
        match = COMPOUND.match(text, at)
        return match[0] if match and LEAD.match(match[0][:-2]) is None and _is_name(match[0]) else ""


def _is_name(name: str) -> bool:
    return len(name) >= 3 and not name.endswith(PLAIN) and not name.startswith(PLAIN_START)
