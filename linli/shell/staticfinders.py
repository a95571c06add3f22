"""Serves the listed files of ``node_modules``, and no others, below ``vendor/``.

Icons are named in ``icons.txt``, one a line; each is served as ``vendor/icons/<name>.svg``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"
ICON_NAMES = Path(__file__).parent / "icons.txt"
FILES = {
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "vendor/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/tabler.min.js.map": "@tabler/core/dist/js/tabler.min.js.map",
    "vendor/maplibre-gl-csp.js": "maplibre-gl/dist/maplibre-gl-csp.js",
    "vendor/maplibre-gl-csp.js.map": "maplibre-gl/dist/maplibre-gl-csp.js.map",
    "vendor/maplibre-gl-csp-worker.js": "maplibre-gl/dist/maplibre-gl-csp-worker.js",
    "vendor/maplibre-gl-csp-worker.js.map": "maplibre-gl/dist/maplibre-gl-csp-worker.js.map",
    "vendor/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
}


def listed_files() -> dict[str, Path]:
    """Every served name with the file behind it, icons included."""
    served = {name: NODE_MODULES / source for name, source in FILES.items()}
    for name in icon_names():
        served[f"vendor/icons/{name}.svg"] = NODE_MODULES / "@tabler/icons/icons/outline" / f"{name}.svg"
    return served


def icon_names() -> list[str]:
    """The names in ``icons.txt``; blank lines and lines that start with # are left out."""
    lines = ICON_NAMES.read_text(encoding="utf-8").split() if ICON_NAMES.exists() else []
    return [line for line in lines if not line.startswith("#")]


class ListedFiles(FileSystemStorage):
    """A read-only storage whose names are the served ones."""

    def __init__(self) -> None:
        super().__init__(location=str(NODE_MODULES))
        self.files = listed_files()

    def path(self, name: str) -> str:
        return str(self.files[name])


class NodeModulesFinder(BaseFinder):
    """Finds ``vendor/...`` for the page and for collectstatic."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = ListedFiles()

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """A listed file that is not there is found before a page misses it."""
        missing = [name for name, path in self.storage.files.items() if not path.exists()]
        if not missing:
            return []
        hint = "Run npm ci --ignore-scripts, or correct icons.txt."
        return [Error(f"Not in node_modules: {', '.join(missing)}", hint=hint, id="linli.E001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = self.storage.files.get(path)
        if source is None or not source.exists():
            return []
        return [str(source)] if find_all else str(source)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for name in self.storage.files:
            if not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.storage
