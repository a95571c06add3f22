"""The words of the pages: all gathered, all in traditional characters and in English, none shown without being a message."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.template import autoreload
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext, trans_real

from linli.registry.rules import tables
from linli.returns.models import Template
from linli.returns.queries.filled import places_of
from linli.shell import navigation
from linli.shell.templatetags import ui
from linli.shell.tests import pseudo
from linli.shell.wording import catalogues
from linli.shell.wording.catalogues import Message
from linli.shell.wording.templates import extract
from linli.shell.wording.traditional import traditional
from tests.cast import Cast
from tests.journeys.scenery import full
from tests.journeys.test_pages import PAGES

SAMPLES = {"/gallery/"}
"""Pages of invented samples."""
HOLES = re.compile(r"%%?\(\w+\)[sd]|\{\w+\}")
CHINESE = re.compile("[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = re.compile(
    r"CGCS2000|WGS84|GCJ\S*|BD-09|\{\w+\}|Alt|API|XLSX?|CSV|ODS|GeoJSON|URL|JSON|PDF|Word|docx|UTF-8|GB18030|JPG|PNG|WebP|holi(?:day-cn)?|Apprise|dingtalk|wecombot|bot|mailto|Excel|Esc|"
    r"Ctrl|Enter|English|Linli|bin/linli(?: \w+)*|bin/run|zhangsan|code|name|[a-z_]+\.[a-z_.]+"
)


@pytest.fixture(scope="module")
def messages() -> dict[Message, set[str]]:
    return catalogues.gather()


def found(template: str) -> list[object]:
    return [message for _line, _name, message, _notes in extract(io.BytesIO(template.encode()), {}, (), {})]


HALF = re.compile(r"H ?[(,:;?!]|[),:;?!] ?H|\(H|H\)".replace("H", "[\u4e00-\u9fff]"))
EXAMPLES = re.compile(r"[a-z]+://\S+|://")
"""Addresses are written as machines read them."""


def test_chinese_sentences_have_the_full_stops_commas_and_brackets_of_chinese(
    messages: dict[Message, set[str]],
) -> None:
    single = {text if isinstance(text, str) else text[0] for text in messages}
    assert [text for text in sorted(single) if HALF.search(EXAMPLES.sub("", text))] == []


def test_a_template_says_its_messages_and_those_it_gives_to_tags() -> None:
    assert found('{% translate "收件" %}{% badge "risk" "督办" %}{% empty "没有" action="新增" %}') == [
        "收件",
        "督办",
        "没有",
        "新增",
    ]
    assert found('{% include "x.html" with title=_("标题") %}{{ x|default:_("无") }}') == ["标题", "无"]
    assert found("{# 说明 #}{% comment %}{% translate '旧' %}{% endcomment %}") == []


def test_a_sentence_keeps_its_variables_and_its_plural() -> None:
    assert found("{% blocktranslate with n=x %}共 {{ n }} 件，占 5%{% endblocktranslate %}") == [
        "共 %(n)s 件，占 5%%"
    ]
    assert found("{% blocktranslate trimmed %}\n  一行\n  两行\n{% endblocktranslate %}") == ["一行 两行"]
    counted = "{% blocktranslate count n=x %}一件{% plural %}{{ n }} 件{% endblocktranslate %}"
    assert found(counted) == [("一件", "%(n)s 件")]


def test_traditional_characters_keep_the_words_of_the_mainland_and_the_names_in_braces() -> None:
    assert traditional("社区网格员核实信息，{name}办理") == "社區網格員核實信息，{name}辦理"
    assert traditional("格线") == "網格" and traditional("%(里)s 里面") == "%(里)s 裡面"


def test_the_traditional_catalogue_holds_every_message_as_it_is_today(
    messages: dict[Message, set[str]],
) -> None:
    kept = catalogues.path_of("zh_Hant").read_bytes()
    assert catalogues.as_text(catalogues.made_traditional(messages)) == kept, "run bin/linli words"


def test_english_has_words_for_every_message(messages: dict[Message, set[str]]) -> None:
    kept = read_po(io.BytesIO(catalogues.path_of("en").read_bytes()))
    rows = {message: kept.get(message if isinstance(message, str) else message[0]) for message in messages}
    assert [message for message, row in rows.items() if row is None] == [], "run bin/linli words"
    assert [message for message, row in rows.items() if row and not (row.string and all(row.string))] == []
    assert catalogues.coverage("en", messages).share == 1


def test_translations_use_the_same_placeholders_as_their_messages(messages: dict[Message, set[str]]) -> None:
    for row in catalogues.refreshed("en", messages):
        for said in () if not row.id else (row.string,) if isinstance(row.string, str) else row.string:
            message = row.id if isinstance(row.id, str) else row.id[-1]
            assert sorted(HOLES.findall(said)) == sorted(HOLES.findall(message)), message


def test_english_keeps_chinese_only_where_it_quotes_it(messages: dict[Message, set[str]]) -> None:
    """Headings of a file, names and examples stay as they are; any other Chinese was forgotten."""
    for row in catalogues.refreshed("en", messages):
        for said in (row.string,) if isinstance(row.string, str) else row.string:
            assert all(run in str(row.id) for run in CHINESE.findall(said)), row.id


def test_the_reader_chooses_the_language_and_the_browser_does_not(client: Client, db: None) -> None:
    page = client.get("/accounts/sign-in/", HTTP_ACCEPT_LANGUAGE="en", follow=True)
    assert page["Content-Language"] == "zh-hans"
    client.post("/language/", {"language": "zh-hant", "next": "/"})
    assert client.get("/accounts/sign-in/", follow=True)["Content-Language"] == "zh-hant"
    client.cookies["django_language"] = "xx"
    assert client.get("/accounts/sign-in/", follow=True)["Content-Language"] == "zh-hans"


# --- Walking the pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages: dict[Message, set[str]]
) -> Iterator[None]:
    """Pages in the language of tests."""
    folder = tmp_path / "marked"
    pseudo.write(folder, messages)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [folder])
    forget_words()
    translation.activate("zh-hans")
    assert gettext("工作台") == "⟦工作台⟧"
    yield
    translation.deactivate()
    forget_words()


def forget_words() -> None:
    """Read the catalogues again, and draw again what was kept of them."""
    trans_real._translations.clear()
    trans_real._default = None
    autoreload.reset_loaders()
    for drawn in (navigation.looks, navigation.eyes, navigation.drawn, ui._part, ui._drawn):
        drawn.cache_clear()


def data() -> list[str]:
    """Every value of the database, the longest first: what people or shipped tables wrote is not a message."""
    values: set[str] = set()
    for model in apps.get_models():
        columns = [
            f.name for f in model._meta.concrete_fields if isinstance(f, (models.CharField, models.TextField))
        ]
        if model.__module__.startswith("linli.") and columns:
            values.update(
                value
                for row in model._default_manager.values_list(*columns)
                for value in row
                if value and len(value) > 1
            )
        for field in model._meta.concrete_fields:
            if isinstance(field, ArrayField) and isinstance(field.base_field, models.CharField):
                rows = model._default_manager.values_list(field.name, flat=True)
                values.update(value for row in rows for value in row or () if len(value) > 1)
    for (
        template
    ) in Template.objects.all():  # the headings of a department's own workbook, their parts, and its formulas
        values.update(template.checks)
        for place in places_of(template):
            values.update({place["heading"], *place["heading"].split("/"), place["unit"]})
    for table in tables.DATA.glob("*.csv"):
        values.update(
            row.get("title", "") for row in tables.read_table(table.stem) if table.stem != "elements"
        )
    return sorted(values - {""}, key=len, reverse=True)


def pages(cast: Cast, who: str) -> Iterator[tuple[str, str]]:
    """(address, HTML) of every page of a role, on a morning when there is something on each."""
    rows = full(cast)
    client = Client(raise_request_exception=True)
    if who:
        client.force_login(cast.users[who])
    for address in PAGES[who]:
        if address in SAMPLES:
            continue
        answer = client.get(address.format(**rows), follow=True)
        assert answer.status_code == 200, address
        yield address, answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("who", PAGES)
def test_every_word_of_a_page_is_a_message_or_data(cast: Cast, marked: None, who: str) -> None:
    seen = list(pages(cast, who))
    values = [*data(), *(title for _code, title in settings.LANGUAGES)]
    left = {(address, words) for address, html in seen for words in pseudo.strange(html, values)}
    assert seen and not left, "\n".join(map(str, sorted(left)))


@pytest.mark.slow
@pytest.mark.parametrize("who", PAGES)
def test_a_chinese_page_says_nothing_in_latin_letters_but_names(cast: Cast, who: str) -> None:
    seen = list(pages(cast, who))
    values = data()
    left = {
        (address, latin)
        for address, html in seen
        for words in pseudo.Page(html).said
        for latin in LATIN.findall(NAMES.sub("", pseudo.without(words, values)))
    }
    assert not left, "\n".join(map(str, sorted(left)))
