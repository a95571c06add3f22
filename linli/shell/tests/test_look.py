"""The look holds: contrast, baseline browser, no inline code, icons that exist."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template

from linli.shell.templatetags import icons, words
from linli.shell.templatetags.clockline import ClockLine, Mark, draw

SHELL = Path(__file__).resolve().parents[1]
STATIC = SHELL / "static" / "linli"
TEMPLATES = sorted(SHELL.parent.rglob("templates/**/*.html"))
TEXT_ON_PAPER = [
    (ink, paper)
    for paper in ("surface", "paper", "sunken", "hover", "selected")
    for ink in ("ink", "ink-2", "ink-3", "accent-ink")
] + [(tone, f"{tone}-paper") for tone in ("overdue", "risk", "done")] + [
    (tone, paper) for tone in ("overdue", "risk", "done") for paper in ("surface", "paper", "hover", "selected")
]  # fmt: skip


def tokens(selector: str) -> dict[str, str]:
    """Hex colours of one theme; dark inherits what it does not set."""
    text = (STATIC / "tokens.css").read_text(encoding="utf-8")
    block = text.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


LIGHT = tokens(':root, [data-bs-theme="light"] {')
DARK = {**LIGHT, **tokens('[data-bs-theme="dark"] {')}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_ON_PAPER)
def test_text_can_be_read_on_every_surface(theme: dict[str, str], ink: str, paper: str) -> None:
    assert contrast(theme[ink], theme[paper]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_and_the_white_on_the_primary_button_are_seen(theme: dict[str, str]) -> None:
    assert contrast(theme["control-line"], theme["surface"]) >= 3
    assert contrast("#ffffff", theme["accent"]) >= 4.5


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_styles_use_only_what_the_baseline_browser_knows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for newer in (
        ":has(",
        ":is(",
        ":where(",
        "aspect-ratio",
        "@container",
        "@layer",
        "color-mix",
        "oklch",
        "light-dark",
        "dvh",
    ):
        assert newer not in text, newer


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_carries_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


def test_every_word_of_the_scripts_is_given_to_the_translators() -> None:
    spoken: set[str] = set()
    for path in STATIC.glob("*.js"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        spoken |= set(re.findall(r'"([^"\n]*[\u4e00-\u9fff][^"\n]*)"', text))
    assert spoken == {word for word in words.WORDS if re.search("[\u4e00-\u9fff]", word)}


def test_every_icon_that_a_page_names_is_listed_and_installed() -> None:
    for path in TEMPLATES:
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8")):
            assert icons.shapes(name), f"{name} in {path.name}"


def test_every_listed_icon_is_installed() -> None:
    assert all(icons.shapes(name) for name in icons.listed())


def test_a_page_cannot_use_an_icon_that_is_not_listed() -> None:
    with pytest.raises(LookupError):
        icons.shapes("no-such-icon")


def test_a_state_is_told_by_a_word_and_not_by_colour_alone() -> None:
    shown = Template('{% load ui %}{% badge "overdue" %}').render(Context())
    assert "已逾期" in shown
    assert "<svg" in shown


def test_what_a_person_typed_is_never_taken_for_markup() -> None:
    shown = Template("{% load ui %}{% badge 'plain' word %}{% figure 3 word unit='件' %}").render(
        Context({"word": "<b>x"})
    )
    assert "<b>" not in shown


START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def line(hours: int, due: int, **more: object) -> str:
    marks = [Mark(START + timedelta(hours=due), "办结期限", "overdue" if hours > due else "")]
    return draw(ClockLine(START, START + timedelta(hours=hours), marks, **more))  # type: ignore[arg-type]


def test_a_clock_past_its_deadline_shows_the_part_that_is_late() -> None:
    assert 'class="spent-late"' in line(hours=30, due=20)
    assert 'class="spent-late"' not in line(hours=10, due=20)


def test_a_clock_is_also_a_list_for_those_who_hear_the_page() -> None:
    assert "2026年11月21日 周六 05:00" in line(hours=10, due=20)


def test_a_closed_case_has_no_hand_on_its_clock() -> None:
    assert "现在" in line(hours=10, due=20)
    assert "现在" not in line(hours=10, due=20, closed=True)


def test_words_on_the_clock_do_not_lie_on_each_other() -> None:
    marks = [
        Mark(START + timedelta(minutes=m), name)
        for m, name in ((10, "签收"), (20, "首次联系"), (6000, "办结期限"))
    ]
    shown = draw(ClockLine(START, START + timedelta(hours=1), marks))
    rows = re.findall(r'class="name[^"]*" x="[\d.]+%" y="(\d+)"', shown)
    assert len(set(rows)) == 4
