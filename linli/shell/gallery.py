"""What the gallery shows: invented cases of one invented afternoon, so that every component is seen at work."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import cos, pi, sin
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.shell.templatetags.clockline import ClockLine, Mark


class SampleForm(forms.Form):
    """Each kind of control once."""

    text = forms.CharField(label=_("诉求内容"), widget=forms.Textarea(attrs={"maxlength": 500, "rows": 3}))
    place = forms.CharField(label=_("地点"), max_length=80)
    phone = forms.CharField(label=_("联系电话"), required=False, max_length=20)
    kind = forms.ChoiceField(
        label=_("类型"), choices=[("help", _("求助")), ("complaint", _("投诉")), ("advice", _("建议"))]
    )
    reply = forms.ChoiceField(
        label=_("要不要答复"),
        widget=forms.RadioSelect,
        choices=[("phone", _("打电话答复")), ("none", _("不用答复"))],
    )


ROWS = [
    (
        "YY20261122-0417",
        "盐务街 22 号门前井盖翘起，夜里有老人绊倒",
        "公用设施 · 雨水井盖",
        "延中街道",
        "risk",
        -95,
        25,
    ),
    (
        "YY20261122-0416",
        "金龙小区 3 栋电梯停运两天，七楼住户下不来",
        "房屋物业 · 电梯",
        "宅吉街道",
        "overdue",
        -2900,
        -80,
    ),
    (
        "YY20261122-0409",
        "黔灵东路菜场外占道卖菜，公交车进不了站",
        "街面秩序 · 占道经营",
        "黔灵东路街道",
        "open",
        -180,
        300,
    ),
    (
        "YY20261122-0398",
        "夜间施工噪声，住宅楼离工地不到三十米",
        "施工管理 · 夜间施工",
        "中华北路街道",
        "open",
        -240,
        720,
    ),
    ("YY20261122-0391", "省府北街路灯连着五盏不亮", "公用设施 · 路灯", "中山东路街道", "done", -400, 0),
    ("YY20261122-0388", "咨询高龄津贴怎样申请", "民政 · 高龄津贴", "普陀路街道", "done", -420, 0),
    (
        "YY20261121-0375",
        "小区化粪池外溢，物业说没有钱修",
        "房屋物业 · 化粪池",
        "三桥路街道",
        "risk",
        -1500,
        55,
    ),
]
UNITS = ["延中", "宅吉", "普陀路", "中华北路", "黔灵东路", "中山东路", "威清门", "头桥", "三桥路", "北京路", "市西河", "贵乌路",
         "八鸽岩", "大营路", "水东路", "盐务街", "文昌阁", "黔灵镇"]  # fmt: skip


def sample() -> dict[str, Any]:
    """Context of the gallery."""
    now = timezone.now().replace(second=0, microsecond=0)
    return {
        "title": _("组件样例"),
        "rows": [_row(now, *row) for row in ROWS],
        "clock": _clock(now),
        "late": _late_clock(now),
        "events": _events(now),
        "facets": _facets(),
        "chips": [
            {"key": _("街道"), "words": _("延中、宅吉"), "remove_url": "?"},
            {"key": _("状态"), "words": _("逾期"), "remove_url": "?"},
            {"key": _("受理"), "words": _("近 30 天"), "remove_url": "?"},
        ],
        "columns": [
            {"label": _("社区")},
            {"label": _("受理"), "numeric": True, "sort_url": "?", "sorted": "descending"},
        ],
        "page": Paginator(range(20_417), 50).get_page(3),
        "form": SampleForm({"text": "", "place": _("盐务街 22 号"), "kind": "help"}),
        "blank": SampleForm(auto_id="blank_%s"),
        "daily": _daily(now),
        "kinds": _kinds(),
        "areas": _areas(),
        "legend": {
            "title": _("在办案件"),
            "unit": _("件"),
            "classes": [
                {"n": 6, "label": "120–186", "count": 3},
                {"n": 4, "label": "60–119", "count": 6},
                {"n": 2, "label": "12–59", "count": 9},
            ],
        },
        "past": now - timedelta(minutes=7),
        "yesterday": now - timedelta(days=1),
        "far": datetime(2026, 11, 22, 14, 30, tzinfo=timezone.get_current_timezone()),
        "soon": now + timedelta(minutes=135),
        "over": now - timedelta(hours=53),
    }


def _row(
    now: datetime, code: str, text: str, kind: str, unit: str, tone: str, came: int, due: int
) -> dict[str, Any]:
    return {
        "code": code,
        "text": text,
        "kind": kind,
        "unit": unit,
        "tone": tone,
        "came": now + timedelta(minutes=came),
        "due": now + timedelta(minutes=due) if due else None,
        "current": code.endswith("0417"),
    }


def _clock(now: datetime) -> ClockLine:
    start = now - timedelta(hours=26)
    return ClockLine(
        start=start,
        now=now,
        marks=[
            Mark(start + timedelta(minutes=40), "签收", "done"),
            Mark(start + timedelta(hours=7), "首次联系", "done"),
            Mark(now + timedelta(hours=3), "办结期限", "risk"),
        ],
        pauses=[(start + timedelta(hours=10), start + timedelta(hours=16))],
    )


def _late_clock(now: datetime) -> ClockLine:
    start = now - timedelta(days=6)
    return ClockLine(
        start=start,
        now=now,
        marks=[
            Mark(start + timedelta(hours=2), "签收", "done"),
            Mark(start + timedelta(hours=30), "首次联系", "done"),
            Mark(start + timedelta(days=4), "办结期限", "overdue"),
        ],
    )


def _events(now: datetime) -> list[dict[str, Any]]:
    return [
        {"at": now - timedelta(minutes=20), "who": "延中街道办事处", "what": "申请延期", "tone": "risk", "icon": "clock-pause",
         "text": "井座要重做，水泥养护两天；已用围挡和夜间灯围住。"},
        {"at": now - timedelta(hours=5), "who": "区综合执法局", "what": "签收", "tone": "open", "icon": "circle-check"},
        {"at": now - timedelta(hours=25), "who": "指挥中心", "what": "派遣", "icon": "send",
         "text": "依派遣目录第 114 条：道路雨水井盖破损，由综合执法局主办，街道协办。"},
        {"at": now - timedelta(hours=26), "who": "热线受理台", "what": "立案", "icon": "phone-incoming"},
    ]  # fmt: skip


def _facets() -> list[dict[str, Any]]:
    def choices(pairs: list[tuple[str, int]], chosen: set[str]) -> list[dict[str, Any]]:
        return [{"value": name, "label": name, "count": n, "checked": name in chosen} for name, n in pairs]

    units = [
        (f"{name}街道" if name != "黔灵镇" else name, (i * 37 + 11) % 190) for i, name in enumerate(UNITS)
    ]
    states = [
        ("待派遣", 23),
        ("待签收", 41),
        ("办理中", 612),
        ("待核查", 87),
        ("逾期", 36),
        ("已办结", 19_204),
    ]
    sources = [("热线", 11_206), ("网格员上报", 5_310), ("网页", 2_811), ("社区窗口", 702), ("领导批示", 0)]
    return [
        {"key": "unit", "label": _("街道"), "choices": choices(units, {"延中街道", "宅吉街道"}), "chosen": 2},
        {"key": "state", "label": _("状态"), "choices": choices(states, {"逾期"}), "chosen": 1},
        {"key": "source", "label": _("来源"), "choices": choices(sources, set()), "chosen": 0, "open": True},
        {
            "key": "kind",
            "label": _("类型"),
            "choices": choices([("投诉", 6_120), ("求助", 9_413)], set()),
            "chosen": 0,
        },
    ]


def _daily(now: datetime) -> dict[str, Any]:
    days = [timezone.localtime(now - timedelta(days=29 - i)).date() for i in range(30)]
    received = [214 + round(46 * sin(i / 2.1)) + i % 7 * 5 for i in range(30)]
    closed = [196 + round(40 * sin((i - 2) / 2.1)) + i % 5 * 6 for i in range(30)]
    return {
        "kind": "line",
        "label": "日期",
        "unit": "件",
        "labels": [f"{d.month}月{d.day}日" for d in days],
        "series": [{"name": "受理", "values": received}, {"name": "办结", "values": closed}],
    }


def _kinds() -> dict[str, Any]:
    names = [
        "占道经营与流动摊贩",
        "噪声扰民",
        "物业与电梯",
        "路面与井盖",
        "环境卫生",
        "停车与交通秩序",
        "供水供气供电",
    ]
    return {
        "kind": "bar",
        "label": "类别",
        "unit": "件",
        "labels": names,
        "series": [{"name": "本月受理", "values": [1284, 1102, 946, 733, 688, 540, 212]}],
        "urls": ["#kinds"] * len(names),
    }


def _areas() -> dict[str, Any]:
    """Invented six-sided areas around the district's centre; no real boundary."""
    features = []
    for i, name in enumerate(UNITS):
        row, column = divmod(i, 6)
        x, y = 106.66 + (column + row % 2 / 2) * 0.0208, 26.64 - row * 0.0162
        ring = [[x + 0.012 * sin(k * pi / 3), y + 0.0108 * cos(k * pi / 3)] for k in range(7)]
        values = {"name": name, "open": (i * 37 + 11) % 190 if i != 13 else None, "url": f"#{name}"}
        features.append(
            {"type": "Feature", "properties": values, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        )
    return {"type": "FeatureCollection", "features": features}
