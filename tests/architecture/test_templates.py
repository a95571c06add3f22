"""Templates: nothing that the content security policy would stop, and no link that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver, reverse

from linli.shell.navigation import items
from tests.architecture.house import ROOT

TEMPLATES = sorted(ROOT.glob("linli/**/templates/**/*.html"))
NAMES = {path: str(path).split("/templates/", 1)[1] for path in TEMPLATES}

INLINE = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:json|geo\+json)\")[^>]*>", re.I
    ),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.I),
    "an inline style sheet": re.compile(r"<style[\s>]", re.I),
    "a style with a value": re.compile(r"style=\"[^\"]*\{\{", re.I),
    "something from another site": re.compile(r"(?:src|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//", re.I),
}
URL = re.compile(r"{%\s*url\s+'([^']+)'|{%\s*url\s+\"([^\"]+)\"")


def names_of_addresses() -> set[str]:
    """Every address that can be named, with its room."""
    found: set[str] = set()

    def walk(resolver: object, prefix: str) -> None:
        for pattern in resolver.url_patterns:  # type: ignore[attr-defined]
            if hasattr(pattern, "url_patterns"):
                space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                walk(pattern, space)
            elif pattern.name:
                found.add(f"{prefix}{pattern.name}")

    walk(get_resolver(), "")
    return found


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds(what: str) -> None:
    found = []
    for path in TEMPLATES:
        text = re.sub(
            r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.S
        )
        found += [f"{path.relative_to(ROOT)}: {match.group()[:60]}" for match in INLINE[what].finditer(text)]
    assert found == []


def test_every_link_names_an_address_that_exists() -> None:
    known = names_of_addresses()
    wrong = []
    for path in TEMPLATES:
        named = {a or b for a, b in URL.findall(path.read_text(encoding="utf-8"))}
        wrong += [f"{path.relative_to(ROOT)}: {name}" for name in named - known]
    assert wrong == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: NAMES[path])
def test_a_template_can_be_read(path: Path) -> None:
    assert engines["django"]
    get_template(NAMES[path])


def test_every_entry_of_the_rail_leads_somewhere() -> None:

    wrong = []
    for item, _url in items():
        try:
            reverse(item.url)
        except NoReverseMatch:
            wrong.append(item.url)
    assert wrong == []
