"""Rooms, their doors, their drawers, and the order of their tables. The layers themselves are kept by import-linter."""

from __future__ import annotations

from itertools import product

import grimp
import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

from tests.architecture.house import drawer_of, folder, room_of, rooms

OPEN = {"commands", "queries", "events", "models"}

KERNEL_DOORS = {
    "linli.kernel.accounts": {"backend", "limits", "policy", "requests", "tokens", "units", "verbs"},
    "linli.kernel.audit": {"actor", "kinds", "record", "subscriptions"},
    "linli.kernel.files": {"access", "forms", "rules"},
    "linli.kernel.jobs": {"job"},
    "linli.kernel.norms": {"checks", "formula", "freshness", "importers", "places", "rules", "words"},
    "linli.kernel.privacy": {
        "access",
        "catalogue",
        "context",
        "crypto",
        "indexes",
        "keyring",
        "limits",
        "marks",
        "purposes",
        "retention",
        "walls",
    },
    "linli.kernel.registers": {
        "engines",
        "fields",
        "filters",
        "importing",
        "kit",
        "operations",
        "register",
        "search",
        "views",
    },
}
"""What the kernel offers to every room besides."""

OTHER_DOORS = {
    "linli.cases": {"policy"},  # figures ask the same second question: which cases may this person see
    "linli.territory": {"rules"},  # the pure table of the kinds of units
}
"""Doors between rooms that are exceptions: this list may only shrink."""

DRAWERS = {
    "__init__", "apps", "README", "models", "states", "rules", "norms", "commands", "queries", "events", "registers",
    "importers", "forms", "views", "api", "urls", "tasks", "policy", "data", "templates", "migrations", "tests",
    "static", "templatetags", "navigation", "workbench", "search", "personal",
}  # fmt: skip
"""The drawers of architecture.md, and what the shell collects (navigation, workbench, search)."""

OWN_DRAWERS = {
    "linli.kernel.accounts": {"backend", "limits", "middleware", "requests", "roles", "sessions", "tokens", "units", "verbs"},
    "linli.kernel.audit": {"actor", "chain", "kinds", "record", "subscriptions"},
    "linli.kernel.calendar": {"pages"},
    "linli.kernel.files": {"access", "documents", "images", "store", "uploads"},
    "linli.kernel.jobs": {"job", "worker"},
    "linli.kernel.norms": {"FORMAT", "checks", "formula", "freshness", "places", "words"},
    "linli.kernel.notices": {"wording"},
    "linli.kernel.privacy": {"access", "catalogue", "context", "crypto", "grants", "indexes", "keyring", "limits", "marks", "middleware", "purposes", "retention", "walls"},
    "linli.kernel.registers": {
        "columns", "drawing", "engines", "export_views", "exporting", "fields", "filters", "import_views", "importing", "kit", "operations", "page",
        "register", "selection",
    },
    "linli.cases": {"letters", "telling"},
    "linli.insight": {"claims", "expressions", "outline", "places"},
}  # fmt: skip
"""Nouns that a room's own work needs a drawer for."""


def test_an_import_across_rooms_ends_at_a_door() -> None:
    graph = grimp.build_graph("linli", exclude_type_checking_imports=True)
    wrong = []
    for importer in graph.modules:
        here = room_of(importer)
        if here is None or here == "linli.shell" or ".tests" in importer:
            continue
        for target in graph.find_modules_directly_imported_by(importer):
            there = room_of(target)
            if there is None or there == here:
                continue
            doors = OPEN | KERNEL_DOORS.get(there, set()) | OTHER_DOORS.get(there, set())
            if drawer_of(target) not in doors:
                wrong.append(f"{importer} → {target}")
    assert wrong == []


def test_every_door_leads_somewhere() -> None:
    named = [
        (room, door)
        for doors in (KERNEL_DOORS, OTHER_DOORS)
        for room, names in doors.items()
        for door in names
    ]
    assert [(room, door) for room, door in named if not any(folder(room).glob(f"{door}*"))] == []


@pytest.mark.parametrize("room", rooms())
def test_a_room_has_only_known_drawers(room: str) -> None:
    if room == "linli.shell":
        pytest.skip("the shell is the frame, not a room of the domain")
    found = {path.name.split(".")[0] for path in folder(room).iterdir() if path.name != "__pycache__"}
    assert found - DRAWERS - OWN_DRAWERS.get(room, set()) == set()


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_module_is_a_box_for_odds_and_ends(name: str) -> None:
    found = [
        path for room in rooms() for path in folder(room).rglob(f"{name}*") if path.suffix in {".py", ""}
    ]
    assert found == []


def test_tables_refer_to_rooms_below_their_own() -> None:
    order = {room: height for height, room in enumerate(rooms())}
    wrong = []
    for model in apps.get_models():
        here = room_of(model.__module__)
        fields = [f for f in model._meta.get_fields() if isinstance(f, ForeignKey | ManyToManyField)]
        for field in fields:
            there = room_of(field.related_model.__module__)
            if here and there and order[there] > order[here]:
                wrong.append(f"{model.__name__}.{field.name} → {field.related_model.__name__}")
    assert wrong == []


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_what_it_is_for(room: str) -> None:
    assert (folder(room) / "README.md").exists()


def test_no_two_rooms_share_a_label() -> None:
    labels = [config.label for config in apps.get_app_configs()]
    assert [a for a, b in product(labels, labels) if a is not b and a == b] == []
