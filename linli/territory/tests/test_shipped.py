from __future__ import annotations

from collections import Counter

import pytest

from linli.territory import commands
from linli.territory.models import LineageEvent, Unit
from linli.territory.queries.shipped import read_shipped_list, shipped_places
from linli.territory.rules.past import PastEvent
from linli.territory.rules.tables import UnreadableList
from linli.territory.tests.district import AT, BY

COUNTS = {
    "520103": (18, 162, {"subdistrict": 17, "township": 1}),
    "330421": (9, 174, {"subdistrict": 3, "township": 6}),
    "420923": (13, 195, {"township": 12, "special_area": 1}),
    "511724": (31, 324, {"subdistrict": 3, "township": 28}),
    "2108": (70, 849, {"subdistrict": 27, "township": 38, "special_area": 5}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", COUNTS)
def test_each_of_the_five_places_loads_whole_and_once(code: str) -> None:
    streets, communities, kinds = COUNTS[code]
    root = commands.load_district(code=code, by=BY, at=AT)
    found = Counter(Unit.objects.below(root.path).values_list("kind", flat=True))
    assert root.kind == ("city" if code == "2108" else "county")
    assert found["county"] == (6 if code == "2108" else 1)
    assert found["community"] + found["village"] == communities
    assert {kind: found[kind] for kind in kinds} == kinds and sum(kinds.values()) == streets
    total = Unit.objects.count()
    assert commands.load_district(code=code, by=BY, at=AT) == root and Unit.objects.count() == total


def test_a_place_that_is_not_shipped_is_refused_in_words() -> None:
    with pytest.raises(UnreadableList, match="导入本地的代码表"):
        read_shipped_list("110101")
    assert len(shipped_places()) == 5


@pytest.mark.django_db
def test_history_told_by_a_report_is_written_down_once() -> None:
    commands.load_district(code="330421", by=BY, at=AT)
    event = PastEvent(
        "330421:jiahu",
        "split",
        None,
        "2019年以来",
        ("330421003005",),
        ("330421003008", "330421003009"),
        "嘉湖社区",
        "惠丰、惠园",
        "",
        "S4",
    )
    assert commands.record_history(events=[event], by=BY, at=AT) == 1
    assert commands.record_history(events=[event], by=BY, at=AT) == 0
    row = LineageEvent.objects.get()
    assert row.when == "2019年以来" and row.links.count() == 3
