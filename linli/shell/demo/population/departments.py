"""What five departments have on file of the same people: five layouts, each with mistakes of its own.

公安户籍 is a CSV in GB18030; 民政低保 a workbook with a title, a merged header, a line of units and a footer; 卫健老年人 an
OpenDocument sheet; 人社失业登记 a workbook with a sheet for each street; 社区摸底 was filled in by hand. Each also has people
who are not in the registers. All of it is invented, and every file says so.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import xlsxwriter

from linli.registry.rules.tables import titles
from linli.shell.demo.population.identity import BATCHES
from linli.shell.demo.population.opendocument import write_ods
from linli.shell.demo.population.people import Population, invent
from linli.shell.demo.population.slips import Care, Hand, any_form

MOST = 20_000
"""Rows of one file."""
SURVEYED = 3_000
STRANGERS = 0.03
"""Of the rows, how many are of people whom the registers do not have."""
OLD = 65
WORKING = range(18, 60)
NOTE = "演示数据，全部虚构"

Person = dict[str, Any]
Cells = list[object]


@dataclass(frozen=True)
class Truth:
    """One row of a file: which person it is of ("" for nobody in the registers), and what is wrong in it."""

    file: str
    sheet: str
    row: int
    uid: str
    slips: str


@dataclass(frozen=True)
class Writer:
    """What a file is written from: people by household, homes, strangers, the day, and one seed for all of it."""

    people: Sequence[Person]
    homes: dict[int, Person]
    strangers: Sequence[Person]
    root: str
    on: date
    seed: int

    @cached_property
    def dwellings(self) -> list[int]:
        """The numbers of the homes."""
        return list(self.homes)

    def rng(self, name: str) -> Random:
        """The chance of one file."""
        return Random(f"{self.seed}/{name}")


def writer(
    people: pl.DataFrame, homes: pl.DataFrame, *, root: str, division: str, on: date, seed: int
) -> Writer:
    """Make ready what the files are written from; ``people`` and ``homes`` as ``known`` reads them."""
    count = max(40, int(len(people) * STRANGERS))
    near = homes.sample(min(len(homes), count), seed=seed)
    made = invent(near, count, seed=seed, on=on, division=division, batch=BATCHES - 1)
    return Writer(
        people.to_dicts(),
        {row["dwelling_id"]: row for row in homes.to_dicts()},
        in_words(made).to_dicts(),
        root,
        on,
        seed,
    )


def in_words(made: Population) -> pl.DataFrame:
    """Invented people with the columns of ``known.known_people``; nobody in the registers is meant."""
    return made.persons.with_columns(
        uid=pl.lit(""),
        sex=pl.col("sex").replace_strict(titles("sexes")),
        education=pl.col("education").replace_strict(titles("educations")),
        relation=made.memberships["relation"].replace_strict(titles("relations")),
        number=made.households["number"].gather(made.persons["household"]),
        home=pl.col("dwelling_id"), registered=pl.col("dwelling_id"), outside=pl.lit(""),
        street=pl.lit(""), community=pl.lit(""), groups=pl.lit(None),
    )  # fmt: skip


def write_all(source: Writer, folder: Path) -> dict[Path, list[Truth]]:
    """Write the five files; returns their rows."""
    folder.mkdir(parents=True, exist_ok=True)
    return dict(write(source, folder) for write in (police, civil_affairs, health, labour, community))


def write_truth(files: dict[Path, list[Truth]], path: Path) -> None:
    """Write which person each row is of, for measuring how well an import finds them."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["文件", "工作表", "行号", "人员标识", "差错"])
        lines.writerows(
            [row.file, row.sheet, row.row, row.uid, row.slips] for rows in files.values() for row in rows
        )


def address_of(source: Writer, dwelling: int | None, style: str) -> str:
    """A home as an office writes it: ``full`` with 室, ``dashed`` as 3-2-501."""
    home = source.homes.get(dwelling or 0)
    if home is None:
        return ""
    if style == "dashed":
        parts = (home["building"].removesuffix("栋"), home["entrance"].removesuffix("单元"), home["room"])
        return f"{home['compound']}{'-'.join(parts)}"
    return (
        f"{source.root}{home['road']}{home['compound']}{home['building']}{home['entrance']}{home['room']}室"
    )


def police(source: Writer, folder: Path) -> tuple[Path, list[Truth]]:
    """公安户籍: whole households in the order of their numbers; the dead are often still there."""
    rng = source.rng("police")
    hand = Hand(Care(homophone=0.004, swapped=0.001, old_phone=0.12, no_phone=0.35, old_address=0.02), rng)
    chosen = _households(source.people, MOST, rng, lambda person: person["population"] != "floating")
    path, rows, lines = folder / "公安_户籍人口.csv", [], []
    for person in _with_strangers(source, chosen, rng):
        hand.new_row()
        where = hand.address(
            person["outside"] or address_of(source, person["registered"], "full"), _elsewhere(source, rng)
        )
        lines.append(
            [
                person["number"], person["relation"], hand.name(person["name"]), person["sex"], hand.document(person["document"]),
                f"{hand.birth(person['birth']):%Y%m%d}", where, hand.phone(person["phones"]), person["education"], person["work"],
            ]
        )  # fmt: skip
        rows.append(Truth(path.name, "", len(lines) + 1, person["uid"], "、".join(hand.slips)))
    heads = (
        "户号",
        "与户主关系",
        "姓名",
        "性别",
        "公民身份号码",
        "出生日期",
        "户籍地址",
        "联系电话",
        "文化程度",
        "服务处所",
    )
    with path.open("w", encoding="gb18030", newline="", errors="replace") as file:
        out = csv.writer(file)
        out.writerow(heads)
        out.writerows(lines)
    return path, rows


def civil_affairs(source: Writer, folder: Path) -> tuple[Path, list[Truth]]:
    """民政低保: title, unit, a header of two merged lines, a total and a footer."""
    rng = source.rng("civil affairs")
    hand = Hand(Care(homophone=0.012, swapped=0.006, old_phone=0.1, no_phone=0.06, old_address=0.06), rng)
    chosen = [p for p in source.people if _in_groups(p, "minimum_allowance", "extreme_hardship")][:MOST]
    path, rows = folder / "民政_最低生活保障对象.xlsx", []
    groups = (("序号", ("",)), ("申请人信息", ("姓名", "身份证号", "联系电话", "与户主关系")), ("居住地址", ("",)),
              ("保障信息", ("保障类别", "月保障金额", "批准年月")))  # fmt: skip
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("在保对象")
        middle = book.add_format({"align": "center", "bold": True, "border": 1})
        sheet.merge_range(
            0,
            0,
            0,
            8,
            f"{source.root}最低生活保障和特困供养对象花名册（{source.on.year}年{source.on.month}月）",
            middle,
        )
        sheet.merge_range(1, 0, 1, 8, f"填报单位：{source.root}民政局（{NOTE}）            单位：人、元")
        _two_line_header(sheet, 2, groups, middle)
        line, total = 4, 0
        for person in _with_strangers(source, chosen, rng):
            hand.new_row()
            hardship = _in_groups(person, "extreme_hardship")
            money = rng.randrange(180, 900, 5)
            total += money
            cells: Cells = [
                line - 3, hand.name(person["name"]), hand.document(person["document"]), hand.phone(person["phones"]),
                person["relation"], hand.address(address_of(source, person["home"], "full"), _elsewhere(source, rng)),
                "特困供养" if hardship else "低保", money, f"{source.on.year - rng.randrange(6)}年{rng.randrange(1, 13)}月",
            ]  # fmt: skip
            sheet.write_row(line, 0, cells)
            line += 1
            rows.append(Truth(path.name, "在保对象", line, person["uid"], "、".join(hand.slips)))
        sheet.write_row(line, 0, ["合计", f"{line - 4}人", "", "", "", "", "", total, ""])
        sheet.merge_range(
            line + 1, 0, line + 1, 8, f"填表人：{NOTE}      审核人：      填表日期：{source.on:%Y年%m月%d日}"
        )
    return path, rows


def health(source: Writer, folder: Path) -> tuple[Path, list[Truth]]:
    """卫健老年人: an OpenDocument sheet of the old, with a title of two lines and ages beside the birth dates."""
    rng = source.rng("health")
    hand = Hand(
        Care(
            homophone=0.02,
            swapped=0.008,
            no_id=0.03,
            old_phone=0.15,
            no_phone=0.15,
            old_address=0.08,
            wrong_birth=0.02,
        ),
        rng,
    )
    chosen = [p for p in source.people if _age(p, source.on) >= OLD and p["path"] and p["state"] != "left"][
        :MOST
    ]
    path = folder / "卫健_老年人健康管理.ods"
    heads: Cells = [
        "档案编号",
        "姓名",
        "性别",
        "出生日期",
        "年龄",
        "身份证号码",
        "家属电话",
        "现居住地址",
        "居住情况",
        "随访日期",
    ]
    lines: list[Cells] = [
        [f"{source.root}{OLD}岁及以上老年人健康管理台账"], [f"填报单位：{source.root}卫生健康局（{NOTE}）"], heads,
    ]  # fmt: skip
    rows = []
    for person in _with_strangers(source, chosen, rng, range(OLD, 200)):
        hand.new_row()
        birth = hand.birth(person["birth"])
        lines.append(
            [
                f"{len(lines) - 2:08d}", hand.name(person["name"]), person["sex"], birth, _age(person, source.on),
                hand.document(person["document"]), hand.phone(person["phones"]),
                hand.address(address_of(source, person["home"], "full"), _elsewhere(source, rng)),
                "独居" if _in_groups(person, "elderly_alone") else rng.choice(("与子女同住", "与配偶同住", "其他")),
                source.on - timedelta(days=rng.randrange(365)),
            ]
        )  # fmt: skip
        rows.append(Truth(path.name, "老年人", len(lines), person["uid"], "、".join(hand.slips)))
    write_ods(path, "老年人", lines, merged_rows=2)
    return path, rows


def labour(source: Writer, folder: Path) -> tuple[Path, list[Truth]]:
    """人社失业登记: a sheet for each street, dates as dates, the id under the name of the social security number."""
    rng = source.rng("labour")
    hand = Hand(Care(homophone=0.01, swapped=0.003, old_phone=0.1, no_phone=0.04, old_address=0.1), rng)
    flexible = {"灵活就业", "自由职业", "个体经营"}
    chosen = [p for p in source.people if p["path"] and p["state"] == "present" and (_in_groups(p, "unemployed") or p["work"] in flexible)][:MOST]  # fmt: skip
    by_street: dict[str, list[Person]] = defaultdict(list)
    for person in _with_strangers(source, chosen, rng, WORKING):
        by_street[person["street"] or (chosen[0]["street"] if chosen else "其他")].append(person)
    path, rows = folder / "人社_就业失业登记.xlsx", []
    heads = (
        "序号",
        "姓名",
        "社会保障号码",
        "性别",
        "文化程度",
        "手机号码",
        "登记类别",
        "登记日期",
        "常住地址",
        "备注",
    )
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        for street, people in sorted(by_street.items()):
            sheet = book.add_worksheet(street[:31])
            sheet.write(0, 0, f"{street}就业失业登记台账（{NOTE}）")
            sheet.write_row(1, 0, heads)
            for line, person in enumerate(people, 2):
                hand.new_row()
                registered = "失业登记" if _in_groups(person, "unemployed") else "灵活就业登记"
                cells: Cells = [
                    line - 1, hand.name(person["name"]), hand.document(person["document"]), person["sex"], person["education"],
                    hand.phone(person["phones"]), registered, None,
                    hand.address(address_of(source, person["home"], "full"), _elsewhere(source, rng)), "",
                ]  # fmt: skip
                sheet.write_row(line, 0, cells)
                sheet.write_datetime(line, 7, _moment(source.on - timedelta(days=rng.randrange(900))), day)
                rows.append(Truth(path.name, street, line + 1, person["uid"], "、".join(hand.slips)))
    return path, rows


def community(source: Writer, folder: Path) -> tuple[Path, list[Truth]]:
    """社区摸底: filled in at the doors of a few communities, by many hands."""
    rng = source.rng("community")
    hand = Hand(
        Care(homophone=0.04, spaced_name=0.5, swapped=0.012, short_id=0.04, no_id=0.25, old_phone=0.06, no_phone=0.2,
             dashed_phone=0.3, old_address=0.0, wrong_birth=0.02), rng,
    )  # fmt: skip
    here = [p for p in source.people if p["path"] and p["state"] == "present"]
    places = sorted({p["community"] for p in here})
    rng.shuffle(places)
    chosen: list[Person] = []
    for place in places:
        if len(chosen) < SURVEYED:
            chosen += [p for p in here if p["community"] == place]
    path, rows = folder / "社区_入户摸底表.xlsx", []
    heads = ("门牌", "姓名", "身份证", "出生年月", "电话", "家庭关系", "居住性质", "备注")
    kinds = {"registered": "自住", "apart": "人户分离", "floating": "租房"}
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("Sheet1"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write(0, 0, f"社区入户摸底登记表（{NOTE}）")
        sheet.write_row(1, 0, heads)
        for line, person in enumerate(_with_strangers(source, chosen, rng), 2):
            hand.new_row()
            birth = hand.birth(person["birth"])
            sheet.write_row(
                line, 0,
                [address_of(source, person["home"], "dashed"), hand.name(person["name"]), hand.document(person["document"]), "",
                 hand.phone(person["phones"]), person["relation"], kinds.get(person["population"], ""),
                 rng.choice(("", "", "", "", "白天不在家", "邻居代答", "下次再核"))],
            )  # fmt: skip
            if rng.random() < 0.15:
                sheet.write_datetime(line, 3, _moment(birth), day)
            elif rng.random() < 0.85:
                sheet.write_string(line, 3, any_form(birth, rng))
            rows.append(Truth(path.name, "Sheet1", line + 1, person["uid"], "、".join(hand.slips)))
    return path, rows


def write_big(frames: Iterable[pl.DataFrame], homes: pl.DataFrame, root: str, path: Path) -> int:
    """The police layout for very many rows, in UTF-8 and without slips: for measuring how fast a file is taken in.

    ``frames`` are people as ``known.known_people`` or ``in_words`` gives them; returns how many rows were written.
    """
    where = homes.select(
        "dwelling_id",
        address=pl.lit(root) + pl.col("road") + pl.col("compound") + pl.col("building") + pl.col("entrance") + pl.col("room") + "室",
    )  # fmt: skip
    count = 0
    with path.open("wb") as file:
        for frame in frames:
            table = (
                frame.join(where, left_on="home", right_on="dwelling_id", how="left", maintain_order="left")
                .join(where, left_on="registered", right_on="dwelling_id", how="left", maintain_order="left", suffix="_of_hukou")
                .select(
                    pl.col("number").alias("户号"), pl.col("relation").alias("与户主关系"), pl.col("name").alias("姓名"),
                    pl.col("sex").alias("性别"), pl.col("document").alias("公民身份号码"),
                    pl.col("birth").dt.strftime("%Y-%m-%d").alias("出生日期"),
                    pl.when(pl.col("outside") != "").then("outside").otherwise("address_of_hukou").alias("户籍地址"),
                    pl.col("address").alias("现住址"), pl.col("phones").alias("联系电话"), pl.col("education").alias("文化程度"),
                    pl.col("work").alias("服务处所"),
                )
            )  # fmt: skip
            table.write_csv(file, include_header=count == 0, include_bom=count == 0)
            count += len(table)
    return count


def _households(
    people: Sequence[Person], most: int, rng: Random, fits: Callable[[Person], bool]
) -> list[Person]:
    """Whole households by chance, in their order, with so many people at most."""
    numbers = sorted({person["number"] for person in people if fits(person)})
    share = min(1.0, most / max(1, sum(map(fits, people))) * 0.99)
    kept = {number for number in numbers if rng.random() < share}
    return [person for person in people if person["number"] in kept and fits(person)][:most]


def _with_strangers(
    source: Writer, chosen: Sequence[Person], rng: Random, ages: range = range(200)
) -> Iterator[Person]:
    """The chosen people, with some of the given ages between them whom the registers do not have."""
    strangers = [person for person in source.strangers if _age(person, source.on) in ages]
    for person in chosen:
        yield person
        if strangers and rng.random() < STRANGERS:
            yield rng.choice(strangers)


def _elsewhere(source: Writer, rng: Random) -> Callable[[], str]:
    return lambda: address_of(source, rng.choice(source.dwellings), "full")


def _in_groups(person: Person, *groups: str) -> bool:
    return any(group in (person["groups"] or ()) for group in groups)


def _age(person: Person, on: date) -> int:
    birth: date = person["birth"]
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _moment(day: date) -> Any:
    return pl.Series([day]).cast(pl.Datetime).item()


def _two_line_header(sheet: Any, top: int, groups: Sequence[tuple[str, Sequence[str]]], style: Any) -> None:
    column = 0
    for title, below in groups:
        last = column + len(below) - 1
        if below == ("",):
            sheet.merge_range(top, column, top + 1, column, title, style)
        else:
            sheet.merge_range(top, column, top, last, title, style)
            sheet.write_row(top + 1, column, below, style)
        column = last + 1
