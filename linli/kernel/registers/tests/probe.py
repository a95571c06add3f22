"""A register made for the kit's own tests, over a temporary table with row policies: one of every kind of column and filter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from linli.kernel.audit.actor import Actor
from linli.kernel.registers.fields import BigramField, TracksChanges
from linli.kernel.registers.kit import (
    Area,
    Cell,
    Choice,
    Column,
    Condition,
    Conditions,
    DateRange,
    Flag,
    Importer,
    Load,
    Node,
    NumberRange,
    Point,
    Register,
    Search,
    Sort,
    Tree,
    one_of,
    parse_date,
    parse_integer,
    register,
)
from linli.kernel.registers.operations import TrackChanges
from linli.kernel.registers.tests.protocol import Sample, sample_for

STATES = {"open": "办理中", "closed": "已办结", "void": "已作废"}
TONES = {"open": "open", "closed": "done", "void": "void"}
STREETS = [("01", "延中"), ("02", "宅吉")]
CLERK = Actor("延中办事员", user_id=None, unit="01", scope="520103/01/", verbs=frozenset({"territory.view"}))
STRANGER = Actor("别处办事员", user_id=None, unit="09", scope="99/09/", verbs=frozenset({"territory.view"}))
EVERYONE = Actor.system("测试")


class Probe(TracksChanges):
    """A row of the test register."""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=80)
    surname = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=10)
    path = models.CharField(max_length=100)
    tags = ArrayField(models.CharField(max_length=10), default=list)
    urgent = models.BooleanField(null=True)
    households = models.IntegerField(null=True)
    opened_on = models.DateField(null=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    grams = BigramField(texts=("code", "title"), names=("surname",))

    class Meta:
        app_label = "registers_probe"


def nodes(actor: Actor) -> list[Node]:
    """The small tree of the test, its grids folded."""
    found = [Node("520103", "全区", "520103/")]
    for code, name in STREETS:
        found.append(Node(code, name, f"520103/{code}/"))
        found += [
            Node(f"{code}{n}", f"{name}第{n}格", f"520103/{code}/{code}{n}/", folded=True) for n in range(4)
        ]
    return found


class ProbeImporter(Importer):
    """Writes probes straight away: the test's stand-in for a room's command."""

    verb = "territory.view"
    batch = 5
    fields = (
        Cell("code", "编号", required=True),
        Cell("title", "标题", required=True),
        Cell("surname", "姓名", masked=True),
        Cell("state", "状态", parse=one_of(STATES), required=True),
        Cell("households", "户数(户)", parse=parse_integer),
        Cell("opened_on", "启用", parse=parse_date),
    )
    key = ("code",)

    def existing(self, keys: Any, actor: Actor) -> Any:
        rows = Probe.objects.filter(code__in=[code for (code,) in keys])
        return {(row.code,): {cell.name: getattr(row, cell.name) for cell in self.fields} for row in rows}

    def check(self, row: Any, actor: Actor) -> list[str]:
        return ["户数不能为负"] if (row.get("households") or 0) < 0 else []

    def apply(self, rows: Any, *, by: Actor, at: datetime) -> None:
        for incoming in rows:
            values = dict(incoming.row)
            code = values.pop("code")
            if incoming.before is None:
                Probe.objects.create(
                    code=code,
                    path="520103/01/",
                    received_at=at,
                    **{**values, "surname": values.get("surname") or ""},
                )
            else:
                Probe.objects.filter(code=code).update(**values)


class ProbeRegister(Register):
    """Every kind of column and filter once."""

    name = "probe"
    title = "试验名册"
    model = Probe
    verb = "territory.view"
    columns = (
        Column("code", "编号", link=True),
        Column("title", "标题"),
        Column(
            "surname",
            "姓名",
            value=lambda row: f"{row.surname[:1]}**" if row.surname else "",
            masked=True,
            person=True,
        ),
        Column("state", "状态", choices=STATES, badge=TONES),
        Column("tags", "标签", shown=False),
        Column("urgent", "紧急", kind="flag"),
        Column("households", "户数", kind="number", measure="户"),
        Column("opened_on", "启用", kind="date"),
        Column("received_at", "受理时间", kind="datetime"),
    )
    filters = (
        Choice("state", "状态", choices=STATES),
        Choice("tag", "标签", field="tags"),
        Tree("unit", "街道", field="path", nodes=nodes),
        Flag("urgent", "紧急"),
        NumberRange("households", "户数", bands=((None, 100), (100, 300), (300, None)), measure="户"),
        DateRange("opened_on", "启用"),
        DateRange("received_at", "受理时间"),
        Conditions(
            "clock",
            "时限",
            {
                "overdue": Condition(
                    "逾期",
                    lambda at: Q(due_at__lt=at),
                    lambda columns, at: columns.between("due_at", None, at),
                ),
                "later": Condition(
                    "未到期",
                    lambda at: Q(due_at__gte=at),
                    lambda columns, at: columns.between("due_at", at, None),
                ),
            },
            columns=(Load("due_at", "due_at", "moment"),),
        ),
        Area("drawn", "圈定范围", base=lambda: "/map/units.geojson", point=Point("lon", "lat")),
        Choice("kept", "保密标签", field="tags", sensitive=True, offered=lambda actor: actor != STRANGER),
    )
    search = Search(texts=("code", "title"), names=("surname",), field="grams")
    sorts = (Sort("received_at", "受理时间"), Sort("households", "户数"))
    default_sort = "-received_at"
    map = Point("lon", "lat")
    scope_columns = ("path",)
    importer = ProbeImporter

    def rows_for(self, actor: Actor) -> Any:
        rows = Probe.objects.all()
        return rows if actor.sees_all else rows.filter(path__under=actor.scope)

    def scope_mask(self, actor: Actor, columns: Any) -> Any:
        return columns.under("path", actor.scope)

    def row_url(self, row: Any) -> str:
        return f"/probe/{row.code}/"


def make_table() -> None:
    """The table, for this connection alone, with a row policy like those of the rooms; and its list, for this test."""
    register(ProbeRegister)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.registers_probe_probe')")
        if cursor.fetchone()[0]:
            return
        cursor.execute("SET LOCAL search_path = pg_temp, public")
        with connection.schema_editor() as editor:
            editor.create_model(Probe)
            for statement in TrackChanges("Probe").statements(Probe):
                editor.execute(statement)
        cursor.execute(
            """ALTER TABLE registers_probe_probe ENABLE ROW LEVEL SECURITY;
            ALTER TABLE registers_probe_probe FORCE ROW LEVEL SECURITY;
            CREATE POLICY see ON registers_probe_probe USING (coalesce(current_setting('linli.all', true), '') = 'on'
              OR coalesce(current_setting('linli.scope', true), '') <> '' AND starts_with(path, current_setting('linli.scope', true)))"""
        )


def make_rows(count: int = 40) -> None:
    """Varied rows, the same every time."""
    now = timezone.now()
    surnames = ["王", "李", "欧阳", "张", ""]
    titles = ["路面积水", "井盖缺失", "=噪音扰民", "垃圾未清,臭", "Wifi杆倾斜"]
    for i in range(count):
        Probe.objects.create(
            code=f"P{i:03}",
            title=f"{titles[i % 5]}{i}",
            surname=(surnames[i % 5] + "某" * (i % 3)) if surnames[i % 5] else "",
            state=list(STATES)[i % 3],
            path=f"520103/{STREETS[i % 2][0]}/{STREETS[i % 2][0]}{i % 4}/",
            tags=[["噪音"], ["积水", "道路"], []][i % 3],
            urgent=[True, False, None][i % 3],
            households=None if i % 7 == 0 else i * 13,
            opened_on=None if i % 5 == 0 else date(2026, 1, 1) + timedelta(days=i * 3),
            received_at=now - timedelta(days=i * 2, minutes=i),
            due_at=None if i % 4 == 0 else now + timedelta(days=i - 20),
            lon=None if i % 6 == 0 else 106.7 + i / 1000,
            lat=None if i % 6 == 0 else 26.6 + i / 1000,
        )


@sample_for("probe")
def probes() -> Sample:
    """The rows of the test register."""
    make_table()
    make_rows()
    return Sample(sees=CLERK, stranger=STRANGER, words="积水", surname="王")
