"""The chapter's figures of the territory: units, boundaries, buildings, grids and who works them."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.insight.queries.held import Held, Part, absent, counted
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import register_url
from linli.territory.models import (
    Address,
    BoundaryFinding,
    Building,
    Compound,
    Dwelling,
    GridMember,
    LineageEvent,
)
from linli.territory.queries import coverage
from linli.territory.queries.figures import FIGURES
from linli.territory.queries.units import Node, tree
from linli.territory.rules.kinds import COMMUNITY_KINDS

WALKING = ("worker", "part_time")


def held(actor: Actor, place: Node, day: date) -> dict[str, Held]:
    """Every figure of the territory by its key."""
    return {
        **_units(place),
        **_boundaries(actor, place),
        **_buildings(),
        **_grids(day),
        **_coverage(place),
        **_people(),
    }


def _units(place: Node) -> dict[str, Held]:
    kinds = Counter(node.kind for node in tree().nodes)
    per_street = Counter(node.parent_id for node in tree().below(place.path, *COMMUNITY_KINDS))
    streets = [node for node in tree().nodes if node.id in per_street]
    parts = [
        Part(
            n.name,
            _("%(n)s个") % {"n": per_street[n.id]},
            _list("units", area=[n.code], kind=COMMUNITY_KINDS),
        )
        for n in streets
    ]
    total = sum(per_street.values())
    by_street = Held(
        "、".join(f"{part.label}{part.shown}" for part in parts),
        total,
        _list("units", kind=COMMUNITY_KINDS),
        records=True,
        parts=parts,
    )
    return {
        "streets_count": counted(kinds["subdistrict"], _list("units", kind=["subdistrict"])),
        "towns_count": counted(kinds["township"], _list("units", kind=["township"])),
        "communities_count": counted(kinds["community"], _list("units", kind=["community"])),
        "villages_count": counted(kinds["village"], _list("units", kind=["village"])),
        "communities_by_street": by_street if parts else absent(),
        "unit_changes_count": counted(
            LineageEvent.objects.count(), reverse("territory:lineage"), records=False
        ),
    }


def _list(name: str, **filters: list[str] | tuple[str, ...]) -> str:
    """The list of units or grids in force; grids are so by themselves."""
    return register_url(name, **filters, **({"force": ["now"]} if name == "units" else {}))


def _boundaries(actor: Actor, place: Node) -> dict[str, Held]:
    communities = tree().below(place.path, *COMMUNITY_KINDS)
    areas = FIGURES["area"].values(actor, [place, *communities])
    drawn = sum(node.code in areas for node in communities)
    known = areas.get(place.code)
    map_url = reverse("territory:map")
    findings = BoundaryFinding.objects.count()
    return {
        "area_total": Held(f"{known:,.2f}", url=map_url) if known else absent(_("没有县级边界")),
        "units_without_boundary_count": counted(len(communities) - drawn, map_url, records=False)
        if drawn
        else absent(_("没有边界")),
        "boundary_faults_count": counted(findings, register_url("boundary_findings"))
        if drawn
        else absent(_("没有边界")),
    }


def _buildings() -> dict[str, Held]:
    compounds, buildings, dwellings = (
        Compound.objects.count(),
        Building.objects.count(),
        Dwelling.objects.count(),
    )
    if not compounds:
        return {
            key: absent(_("尚未登记")) for key in ("compounds_count", "buildings_count", "dwellings_count")
        }
    return {
        "compounds_count": counted(compounds, register_url("compounds")),
        "buildings_count": counted(buildings),
        "dwellings_count": counted(dwellings),
    }


def _grids(day: date) -> dict[str, Held]:
    kinds = Counter(node.kind for node in tree().nodes)
    grids = {node.code for node in tree().nodes if node.kind == "grid"}
    url = register_url("grids", kind=["grid"])
    if not grids:
        keys = (
            "grids_count",
            "micro_grids_count",
            "dedicated_grids_count",
            "grid_leaders_count",
            "grid_leader_rate",
        )
        return {key: absent(_("网格尚未划分")) for key in keys}
    return {
        "grids_count": counted(kinds["grid"], url),
        "micro_grids_count": counted(kinds["micro_grid"], register_url("grids", kind=["micro_grid"])),
        "dedicated_grids_count": counted(
            kinds["dedicated_grid"], register_url("grids", kind=["dedicated_grid"])
        ),
        **_workers(grids, url, day),
    }


def _workers(grids: set[str], url: str, day: date) -> dict[str, Held]:
    serving = GridMember.objects.serving_on(day).filter(grid__kind="grid")
    if not serving.exists():
        keys = (
            "grid_leaders_count",
            "grid_leader_rate",
            "grid_workers_count",
            "grid_workers_average",
            "grids_without_worker_count",
        )
        return {key: absent(_("尚未登记")) for key in keys}
    led = serving.filter(is_leader=True).values("grid_id").distinct().count()
    walking = serving.filter(role__in=WALKING)
    people = walking.aggregate(n=Count("user_id", distinct=True))["n"]
    posts, staffed = walking.count(), walking.values("grid_id").distinct().count()
    whole = Part(_("全部综合网格"), f"{len(grids):,}", url)
    return {
        "grid_leaders_count": counted(led, url, records=False),
        "grid_leader_rate": Held(
            f"{100 * led / len(grids):.1f}",
            url=url,
            numerator=Part(_("有在任网格长的网格"), f"{led:,}"),
            denominator=whole,
        ),
        "grid_workers_count": counted(people, url, records=False),
        "grid_workers_average": Held(
            f"{posts / len(grids):.2f}",
            url=url,
            numerator=Part(_("在任网格员的任职数"), f"{posts:,}"),
            denominator=whole,
        ),
        "grids_without_worker_count": counted(len(grids) - staffed, url, records=False),
    }


def _coverage(place: Node) -> dict[str, Held]:
    total = coverage.coverage_total(coverage.coverage_by_community(place.path))
    url = reverse("territory:coverage")
    addresses = Address.objects.filter(valid_to=None)
    known = addresses.count()
    covered, whole = (total.area_m2 - total.without_area_m2) / 1e6, total.area_m2 / 1e6
    return {
        "grid_area_rate": absent(_("没有边界")) if total.area_rate is None or not total.grids else Held(
            f"{100 * total.area_rate:.1f}", url=url, numerator=Part(_("有网格的面积（平方公里）"), f"{covered:,.2f}", url),
            denominator=Part(_("有边界的社区和村的面积（平方公里）"), f"{whole:,.2f}", url),
        ),
        "addresses_count": counted(known, register_url("addresses")) if known else absent(_("尚未登记")),
        "addresses_without_grid_count": counted(addresses.filter(unit=None).count(), register_url("addresses", grid=["no"])) if known else absent(),
    }  # fmt: skip


def _people() -> dict[str, Held]:
    why = _("户和人的名册尚未启用")
    return {"households_count": absent(why), "people_count": absent(why)}
