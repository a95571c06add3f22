"""Requests from a sheet of another system: columns by their many names, dirty texts and dates, what is there already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.text.dirty import clean_text, parse_datetime
from linli.cases import commands, rules
from linli.cases.queries.imported import WordsAndDay, known_numbers, known_words
from linli.duties.models import Category
from linli.duties.queries import categories
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.importing.importer import NEW, REJECTED, SAME, Judged, Key
from linli.kernel.registers.kit import Cell, Importer, Incoming, one_of, parse_decimal, parse_text
from linli.territory.queries.places import find_place
from linli.territory.queries.units import Node, tree

SOURCE = "表格"
LONGEST_TEXT = 10_000
PLACE_WITHIN = 300
"""Where a row names no place, it is looked for in the title and so many characters of the text."""

ONE_DAY = timedelta(days=1)


def parse_words(cell: Any) -> str:
    """Text without the dirt of web pages and old systems."""
    return clean_text(parse_text(cell))


def parse_moment(cell: Any) -> datetime:
    """A date or a moment as people and spreadsheets write it."""
    return parse_datetime(cell)


def parse_category(cell: Any) -> Category:
    """A category that a case can be given, by its code, its name, or the whole way down to it."""
    text = parse_words(cell).replace("/", "›").replace(">", "›").split("›")[-1].strip()
    found = [row for row in categories().leaves() if text in (row.code, row.name)]
    if len(found) != 1:
        raise ValueError(_("没有这个末级分类") if not found else _("有多个同名分类，请填代码"))
    return found[0]


class CaseImporter(Importer):
    """A request a row. A row is known by its source and number, else by its words and the day on which it came in."""

    verb = "case.import"
    fields = (
        Cell("text", gettext_lazy("诉求内容"), parse=parse_words, required=True, also=(
            "内容", "留言详情", "留言内容", "诉求详情", "工单内容", "反映内容", "问题描述", "事件描述", "案件描述", "详情", "描述", "text", "content",
        )),
        Cell("received_at", gettext_lazy("受理时间"), parse=parse_moment, required=True, also=(
            "时间", "留言时间", "来电时间", "登记时间", "创建时间", "上报时间", "提交时间", "日期", "time", "date",
        )),
        Cell("source_id", gettext_lazy("外部编号"), also=("留言编号", "工单编号", "工单号", "流水号", "受理编号", "诉求编号", "案件编号", "编号", "序号", "id")),
        Cell("source", gettext_lazy("外部来源"), parse=parse_words, also=("来源", "来源系统", "平台", "诉求来源")),
        Cell("title", gettext_lazy("标题"), parse=parse_words, also=("主题", "留言主题", "诉求标题", "工单标题", "事由")),
        Cell("kind", gettext_lazy("诉求类型"), parse=one_of(rules.KINDS), also=("类型", "诉求性质")),
        Cell("category", gettext_lazy("分类"), parse=parse_category, also=("分类代码", "问题分类", "诉求分类", "事项分类")),
        Cell("urgency", gettext_lazy("紧急程度"), parse=one_of(rules.URGENCIES)),
        Cell("place_text", gettext_lazy("地点"), parse=parse_words, also=("地址", "事发地址", "事发地点", "诉求地址", "发生地点", "位置")),
        Cell("lon", gettext_lazy("经度"), parse=parse_decimal, also=("lng", "x坐标")),
        Cell("lat", gettext_lazy("纬度"), parse=parse_decimal, also=("y坐标",)),
        Cell("name", gettext_lazy("诉求人"), parse=parse_words, masked=True, also=("姓名", "来电人", "反映人", "联系人", "留言用户", "诉求人姓名")),
        Cell("phone", gettext_lazy("电话"), masked=True, also=("联系电话", "来电号码", "手机", "手机号", "手机号码", "联系方式", "诉求人电话")),
        Cell("address", gettext_lazy("住址"), masked=True, also=("诉求人住址", "联系地址")),
    )  # fmt: skip
    key = ()
    hint = gettext_lazy("同一外部编号，或文字相同且前后不超过一天的，算作已有，不重复登记。")

    def __init__(self, source: str = SOURCE) -> None:
        self.source = source

    def layout(self, heading: Sequence[Any]) -> dict[int, Cell]:
        """Headings are compared without the dirt, without ``*`` and without what stands in brackets."""
        return super().layout(
            [parse_words(cell).replace("*", "").split("(")[0].split("(")[0].strip() for cell in heading]
        )

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """Source, number (the digest where there is none), digest of the words, day."""
        digest = hashlib.md5(row["text"].encode(), usedforsecurity=False).hexdigest()
        day = timezone.localdate(row["received_at"])
        number = row.get("source_id") or f"{day:%Y%m%d}-{digest[:16]}"
        return (row.get("source") or self.source, number[:80], digest, day)

    def known_by(self, row: Mapping[str, Any]) -> Sequence[Any]:
        """The number of the other system, where there is one, and the day; the digest says nothing to people."""
        return row.get("source"), row.get("source_id"), timezone.localdate(row["received_at"])

    def existing(self, keys: Sequence[Key], actor: Actor) -> Mapping[Key, Mapping[str, Any]]:
        """The rows that have a case, each with why."""
        numbers = known_numbers({(source, number) for source, number, _digest, _day in keys})
        words = known_words({(digest, day) for _source, _number, digest, day in keys})
        found: dict[Key, Mapping[str, Any]] = {}
        for source, number, digest, day in keys:
            if (source, number) in numbers:
                found[source, number, digest, day] = {"why": ""}
            elif words & near(digest, day):
                found[source, number, digest, day] = {"why": _("已有文字相同、时间相近的案件")}
        return found

    def compare(
        self,
        judged: Judged,
        row: dict[str, Any],
        there: Mapping[Key, Mapping[str, Any]],
        actor: Actor,
        seen: set[Key],
    ) -> None:
        """Known rows and repetitions inside the file are the same; a reason is given where the numbers differ."""
        key = self.key_of(row)
        number, words = key[:2], key[2:]
        if key in there:
            judged.verdict, judged.reasons = SAME, [why] if (why := there[key]["why"]) else []
        elif number in seen or seen & near(*words):
            again = (
                _("与文件中前面的行编号相同") if number in seen else _("与文件中前面的行文字相同、时间相近")
            )
            judged.verdict, judged.reasons = SAME, [again]
        else:
            judged.reasons = self.check(row, actor)
            judged.verdict = REJECTED if judged.reasons else NEW
            judged.incoming = None if judged.reasons else Incoming(judged.number, row)
        seen.update((number, words))

    def check(self, row: Mapping[str, Any], actor: Actor) -> list[str]:
        """What the loop cannot take."""
        lon, lat = row.get("lon"), row.get("lat")
        found = {
            _("受理时间在将来"): row["received_at"] > timezone.now() + ONE_DAY,
            _("诉求内容超过一万字"): len(row["text"]) > LONGEST_TEXT,
            _("经度和纬度应同时填写"): (lon is None) != (lat is None),
            _("经纬度不在中国范围内"): lon is not None
            and lat is not None
            and not (73 < lon < 136 and 3 < lat < 54),
        }
        return [reason for reason, holds in found.items() if holds]

    def apply(self, rows: Sequence[Incoming], *, by: Actor, at: datetime) -> None:
        """Register the new ones; nothing there is ever changed by a sheet."""
        commands.import_cases([self.intake(incoming.row) for incoming in rows], by=by, at=at)

    def finish(self, counts: Mapping[str, int], *, file_name: str, by: Actor, at: datetime) -> None:
        """One event an import."""
        given = {"count": counts[NEW], "same": counts[SAME], "rejected": counts[REJECTED]}
        commands.record_import(file_name=file_name, **given, by=by, at=at)

    def intake(self, row: Mapping[str, Any]) -> commands.Intake:
        """A row as a request: categorised by its words where it names no category, placed by them where it names no place."""
        source, number, *_words = self.key_of(row)
        said: dict[str, Any] = {
            name: row.get(name) or "" for name in ("title", "kind", "urgency", "place_text")
        }
        reporter: dict[str, Any] = {name: row.get(name) or "" for name in ("name", "phone", "address")}
        point: dict[str, Any] = {
            name: float(row[name]) for name in ("lon", "lat") if row.get(name) is not None
        }
        place = (
            None
            if said["place_text"] or point
            else _place_in(f"{said['title']}\n{row['text'][:PLACE_WITHIN]}")
        )
        return commands.Intake(
            channel="sheet", text=row["text"], category=row.get("category"), place=place, source=source, source_id=number,
            received_at=row["received_at"], reporter=commands.ReporterFacts(**reporter), **said, **point,
        )  # fmt: skip


def near(digest: str, day: date) -> set[WordsAndDay]:
    """The same words on the day before, the day itself and the day after."""
    return {(digest, day - ONE_DAY), (digest, day), (digest, day + ONE_DAY)}


def _place_in(text: str) -> Node | None:
    """The most exact place that a text speaks of."""
    found = find_place(text, limit=1)
    return tree().by_code.get(found[0].unit_code) if found else None
