"""A household register of 1.35 million rows taken in, and the same rows again; django-import-export as the baseline.

``bin/linli bench intake [ROWS [new]]`` on an installation of its own after ``migrate``, or after ``demo load``; with ``new`` the
first file alone. Invented residents, seeded: three to a home and a household, one cell in twenty in one of the odd ways of
writing, one number in two thousand with a wrong check digit, one row in a thousand without a number. The file is GB18030. It
goes the whole way through the commands that the pages and the worker call: uploaded (sealed), laid out, examined (cleaned,
placed, linked, compared; every row sealed), confirmed, written. Then the same rows in another order, and with a new phone in
every twentieth. The row policies, encryption and fsync are on.

The baseline is a ``ModelResource`` of django-import-export with its defaults on a bare table of the same columns, 20,000 rows in
the same run, into the table when it is empty. Seconds are of the clock; beside them those of the processors: of this process,
and of the database where it runs on this machine.
"""

from __future__ import annotations

import io
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psycopg
import tablib
from django.db import connection, models, transaction
from django.utils import timezone
from import_export import resources

from benchmarks.cleaning import ids_of, names_of, with_odd
from linli.kernel.accounts.models import Post, User
from linli.kernel.accounts.queries import actor_for
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy.context import set_viewer
from linli.registry import tasks
from linli.registry.commands import intakes
from linli.registry.commands.intakes.reading import examine_file
from linli.registry.models import Intake, Person, Source
from linli.registry.queries.files import read_file
from linli.territory.models import Building, Compound, Dwelling, Entrance, Unit

ROWS = 1_350_000
BASELINE = 20_000
SEED = 29
ODD, WRONG, WITHOUT, CHANGED = 20, 2_000, 1_000, 20
FILE_DATE = date(2026, 11, 1)
BENCH = Actor.system("测量")
COLUMNS = {
    "姓名": "name", "公民身份号码": "document", "性别": "sex", "出生日期": "birth", "联系电话": "phones", "户号": "household_number",
    "与户主关系": "relation", "现住址": "address", "文化程度": "education",
}  # fmt: skip
YARDS = [one + two for one in ("锦绣", "友谊", "冠竹", "山水", "金阳", "云岩", "观山", "花溪", "东山", "黔灵", "甲秀", "南明", "中天", "水口", "省府", "都司", "普陀", "宝山", "盐务", "飞山") for two in ("家园", "花园", "新村", "小区", "雅苑", "华庭", "名居", "新城", "公寓", "苑", "园", "里", "大院", "佳苑", "豪庭", "新居", "嘉园", "山庄", "人家", "广场")]  # fmt: skip
DOORS = 1_200
"""Homes of a compound: ten buildings of three entrances of ten floors with four doors."""


def main(arguments: list[str]) -> dict[str, object]:
    """Measure, print the table, and return the figures."""
    rows = int(arguments[0]) if arguments else ROWS
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # a job's, not a page's
    with _seeing():
        if Person.objects.exists():
            sys.exit("需要一个没有人员的数据库 / a database without persons is needed")
        source, post = _prepare(rows)
    table = residents(rows)
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {rows:,} rows")
    print(f"{'':<34}{'seconds':>9}{'rows/s':>10}{'python s':>10}{'database s':>12}", flush=True)
    base = _baseline(table[: min(BASELINE, rows)])
    files = {
        "new": (table, FILE_DATE),
        "all the same": (table.sample(fraction=1.0, shuffle=True, seed=SEED), FILE_DATE + timedelta(days=1)),
        "5 % changed": (_changed(table), FILE_DATE + timedelta(days=2)),
    }
    found: dict[str, Any] = {}
    for name, (rows_of_file, day) in files.items():
        if arguments[1:] and name not in arguments[1:]:
            continue
        found[name] = _take_in(name, _csv(rows_of_file), source, day, post)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = found["new"]["seconds"]
    ratio = rows / whole / (base["rows"] / base["seconds"])
    print(f"most memory of the process: {peak:,.0f} MB; load {os.getloadavg()[0]:.1f}")
    print(f"{rows / whole:,.0f} rows a second, {ratio:.1f} times django-import-export")
    return {"rows": rows, "files": found, "baseline": base, "ratio": round(ratio, 1), "megabytes": round(peak), "load": os.getloadavg()}  # fmt: skip


@contextmanager
def _seeing(actor: Actor = BENCH) -> Iterator[None]:
    with transaction.atomic():
        set_viewer(actor)
        yield


@dataclass
class Meter:
    """Seconds of the clock and of the processors, phase by phase."""

    rows: int
    phases: dict[str, dict[str, float]] = field(default_factory=dict)

    def run(self, name: str, call: Callable[[], Any]) -> Any:
        """Do it, measured, and print its line."""
        start, own, base = time.perf_counter(), time.process_time(), database_seconds()
        result = call()
        self.add(name, time.perf_counter() - start, time.process_time() - own, database_seconds() - base)
        return result

    def add(self, name: str, seconds: float, python: float, database: float) -> None:
        """A line of the table."""
        self.phases[name] = {"seconds": round(seconds, 2), "python": round(python, 2), "database": round(database, 2)}  # fmt: skip
        print(f"{name:<34}{seconds:>9.2f}{self.rows / seconds:>10,.0f}{python:>10.2f}{database:>12.2f}", flush=True)  # fmt: skip


def database_seconds() -> float:
    """Processor seconds of the server and all its processes; 0 where it is on another machine."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            parent = int(_stat(cursor.fetchone()[0])[1])
        server = _stat(parent)
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        ticks = sum(map(int, server[11:15])) + sum(sum(map(int, _stat(int(pid))[11:13])) for pid in children)
        return ticks / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


def _stat(pid: int) -> list[str]:
    """The fields of a process after its name: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _take_in(name: str, content: bytes, source: Source, day: date, post: Post) -> dict[str, Any]:
    """A file from its bytes to the last row written."""
    by = actor_for(post)
    meter = Meter(content.count(b"\n") - 1)
    print(f"{name}, {len(content) / 1e6:,.0f} MB", flush=True)
    start, own, base = time.perf_counter(), time.process_time(), database_seconds()

    def arrive() -> Intake:
        with _seeing(by):
            made = intakes.upload(source=source, file_name=f"{name}.csv", content=content, file_date=day, by=by, at=timezone.now())  # fmt: skip
            file = read_file(content)
            return intakes.set_layout(
                intake_id=made.pk, fingerprint=file.fingerprint, columns={column: COLUMNS[column] for column in file.columns}, by=by,
                at=timezone.now(),
            )  # fmt: skip

    intake = meter.run("  uploaded, laid out", arrive)
    with _seeing(by):
        set_viewer(by)
        meter.run("  read, examined", lambda: examine_file(intake, by=by, at=timezone.now()))
        intakes.confirm(intake_id=intake.pk, by=by, at=timezone.now())
    meter.run("  written", lambda: tasks.write_intake(intake_id=str(intake.pk)))
    meter.add("  together", time.perf_counter() - start, time.process_time() - own, database_seconds() - base)
    with _seeing():
        intake.refresh_from_db()
        print("  " + ", ".join(f"{verdict} {count:,}" for verdict, count in intake.counts.items() if count))
    assert intake.state == Intake.State.DONE, intake.problem
    return {"rows": meter.rows, **meter.phases["  together"], "phases": meter.phases, "counts": intake.counts}


def residents(rows: int) -> pl.DataFrame:
    """Invented residents, household by household, the head first."""
    random = np.random.default_rng(SEED)
    at = np.arange(rows)
    born, order = np.divmod(random.choice(33_000 * 999, rows, replace=False), 999)
    birth, order = (np.datetime64("1936-01-01") + born).astype(str), order + 1
    ids = ids_of(birth, order)
    homes = [home_text(home) for home in range(rows // 3 + 1)]
    phones = [f"126{number:08d}" for number in random.integers(0, 100_000_000, rows).tolist()]
    for row in np.flatnonzero(random.integers(0, WRONG, rows) == 0).tolist():
        ids[row] = ids[row][:17] + ("0" if ids[row][17] != "0" else "1")
    for row in np.flatnonzero(random.integers(0, WITHOUT, rows) == 0).tolist():
        ids[row] = ""
    columns = {
        "姓名": with_odd(random, names_of(random, rows), lambda one: (f"{one[0]}　{one[1:]}", f" {one}"), ODD),
        "公民身份号码": with_odd(random, ids, lambda one: (f"{one[:6]} {one[6:]}", one.lower(), f"'{one}"), ODD),
        "性别": np.where(order % 2 == 1, "男", "女").tolist(),
        "出生日期": with_odd(random, birth.tolist(), lambda one: (one.replace("-", "."), one.replace("-", ""), f"{one[:4]}年{one[5:7]}月{one[8:]}日"), ODD),
        "联系电话": with_odd(random, phones, lambda one: (f"+86 {one}", f"{one[:3]}-{one[3:7]}-{one[7:]}"), ODD),
        "户号": [f"5201{home:08d}" for home in (at // 3).tolist()],
        "与户主关系": np.array(["户主", "配偶", "子"])[at % 3].tolist(),
        "现住址": with_odd(random, [homes[home] for home in (at // 3).tolist()], lambda one: (one.replace("栋", "幢"), one.removesuffix("室")), ODD),
        "文化程度": np.array(["大学专科", "初中", "小学", ""])[random.integers(0, 4, rows)].tolist(),
    }  # fmt: skip
    return pl.DataFrame({name: pl.Series(cells, dtype=pl.String) for name, cells in columns.items()})


def home_text(home: int) -> str:
    """The address of a home of ``_prepare``."""
    yard, door = divmod(home, DOORS)
    building, rest = divmod(door, 120)
    entrance, room = divmod(rest, 40)
    part = yard // len(YARDS)
    return f"{YARDS[yard % len(YARDS)]}{'二三四五'[part - 1] + '期' if part else ''}{building + 1}栋{entrance + 1}单元{room // 4 + 1}{room % 4 + 1:02d}室"


def _changed(table: pl.DataFrame) -> pl.DataFrame:
    """Every twentieth with another phone."""
    other = "126" + pl.int_range(pl.len()).mod(100_000_000).cast(pl.String).str.zfill(8)
    return table.with_columns(pl.when(pl.int_range(pl.len()) % CHANGED == 0).then(other).otherwise(pl.col("联系电话")).alias("联系电话"))  # fmt: skip


def _csv(table: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    for part in table.iter_slices(100_000):
        written.write(part.write_csv(include_header=written.tell() == 0).encode("gb18030"))
    return written.getvalue()


def _prepare(rows: int) -> tuple[Source, Post]:
    """The homes that the file names, in the grids of the district or in grids made here; a source, and who imports."""
    today = timezone.localdate()
    grids = list(Unit.objects.filter(kind="grid").order_by("path")) or _make_grids(today)
    county = Unit.objects.get(path=grids[0].path.split("/")[0] + "/")
    yards = [
        Compound(name=home_text(at * DOORS).partition("1栋")[0], unit=grids[at % len(grids)].parent, management="property")
        for at in range(rows // 3 // DOORS + 1)
    ]  # fmt: skip
    Compound.objects.bulk_create(yards)
    buildings = Building.objects.bulk_create(
        [Building(compound=yard, unit=grids[at % len(grids)], name=f"{n + 1}栋", lon=106.7, lat=26.6) for at, yard in enumerate(yards) for n in range(10)]
    )  # fmt: skip
    entrances = Entrance.objects.bulk_create(
        [Entrance(building=building, name=f"{n + 1}单元") for building in buildings for n in range(3)]
    )
    for start in range(0, len(entrances), 1000):
        Dwelling.objects.bulk_create(
            [Dwelling(entrance=entrance, room=f"{n // 4 + 1}{n % 4 + 1:02d}", floor=n // 4 + 1) for entrance in entrances[start : start + 1000] for n in range(40)]
        )  # fmt: skip
    user, _ = User.objects.get_or_create(username="bench_intake", defaults={"display_name": "测量"})
    post, _ = Post.objects.get_or_create(
        user=user, role="registry_keeper", unit_code=county.code, ends_on=None,
        defaults={"unit_name": county.name, "scope": county.path, "starts_on": today},
    )  # fmt: skip
    source = intakes.make_source(
        title="户籍人口", kind="police", record_kind="person", unit=county, basis="《户口登记条例》第三条", purpose="人口信息核对",
        until=today + timedelta(days=365), by=BENCH, at=timezone.now(),
    )  # fmt: skip
    return source, post


def _make_grids(today: date) -> list[Unit]:
    """A county of nine streets of ten communities of six grids."""

    def made(code: str, kind: str, parent: Unit | None) -> Unit:
        path = (parent.path if parent else "") + code + "/"
        return Unit.objects.create(
            code=code, name=f"{kind}{code}", kind=kind, parent=parent, path=path, valid_from=today
        )

    county = made("520103", "county", None)
    found = []
    for street in range(1, 10):
        above = made(f"520103{street:03d}", "street", county)
        for community in range(1, 11):
            between = made(f"{above.code}{community:03d}", "community", above)
            found += [made(f"{between.code}{grid:03d}", "grid", between) for grid in range(1, 7)]
    return found


class Bare(models.Model):
    """The baseline's table: the columns of the file, found by the number."""

    name = models.CharField(max_length=60)
    document = models.CharField(max_length=60, db_index=True)
    sex = models.CharField(max_length=10)
    birth = models.CharField(max_length=40)
    phones = models.CharField(max_length=60)
    household_number = models.CharField(max_length=40)
    relation = models.CharField(max_length=20)
    address = models.CharField(max_length=200)
    education = models.CharField(max_length=20)

    class Meta:
        app_label = "registry"
        db_table = "bench_bare_person"


def _baseline(table: pl.DataFrame) -> dict[str, float]:
    """A plain ModelResource: reads the rows, looks each one up by its number, saves it."""

    class BareResource(resources.ModelResource):  # type: ignore[misc]
        class Meta:
            model = Bare
            import_id_fields = ("document",)
            exclude = ("id",)

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        columns = ", ".join(f"{name} varchar NOT NULL" for name in COLUMNS.values())
        owner.execute("DROP TABLE IF EXISTS bench_bare_person")
        owner.execute(f"CREATE TABLE bench_bare_person (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, {columns})")  # type: ignore[arg-type]  # fmt: skip
        owner.execute("CREATE INDEX ON bench_bare_person (document)")
        owner.execute("GRANT ALL ON bench_bare_person TO PUBLIC")
        owner.execute("GRANT ALL ON SEQUENCE bench_bare_person_id_seq TO PUBLIC")
    meter = Meter(len(table))
    plain = table.rename(COLUMNS).filter(pl.col("document") != "").unique("document", maintain_order=True)

    def take_in() -> None:
        data = tablib.Dataset().load(plain.write_csv(), format="csv")
        BareResource().import_data(data, raise_errors=True)

    meter.run("django-import-export, bare table", take_in)
    return {"rows": len(plain), **meter.phases["django-import-export, bare table"]}
