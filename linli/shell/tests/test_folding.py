"""What of a template is the same for every reader of a language is drawn once, and what is not is drawn at every look."""

from __future__ import annotations

from django.template import Context, engines
from django.template.base import Node
from django.utils import translation

from linli.shell.folding import Folded, fold, within

HEAD = "{% load i18n static ui %}"


def drawn(text: str, **names: object) -> tuple[str, int]:
    """The text of a folded template, and how many nodes were folded in it."""
    template = engines["django"].engine.from_string(HEAD + text)  # type: ignore[attr-defined]
    plain = template.render(Context(names))
    fold(template.nodelist)
    assert template.render(Context(names)) == template.render(Context(names)) == plain
    return plain, sum(map(count, template.nodelist))


def count(node: Node) -> int:
    """How many nodes below a node are folded."""
    return isinstance(node, Folded) + sum(count(inner) for nodes in within(node) for inner in nodes)


def test_words_icons_and_addresses_without_arguments_are_one_piece() -> None:
    text, pieces = drawn('<a href="{% url \'home\' %}">{% icon "user" %}{% translate "退出登录" %}</a>')
    assert pieces == 1 and text.startswith('<a href="/"><svg') and text.endswith("退出登录</a>")


def test_a_piece_is_drawn_in_the_language_of_each_reader() -> None:
    template = engines["django"].engine.from_string(HEAD + '{% translate "退出登录" %}')  # type: ignore[attr-defined]
    fold(template.nodelist)
    said = {}
    for language in ("zh-hans", "en", "zh-hant", "zh-hans"):
        with translation.override(language):
            said[language] = template.render(Context())
    assert said["zh-hans"] == "退出登录" and len(set(said.values())) == 3


def test_what_depends_on_the_page_is_never_folded() -> None:
    text, pieces = drawn(
        "{{ name }}{% url 'home' as home %}{{ home }}{% icon mark %}", name="<b>", mark="user"
    )
    assert pieces == 1  # the {% load %} at the beginning, which draws nothing
    assert text.startswith("&lt;b&gt;/<svg")


def test_the_branches_of_a_choice_and_the_rows_of_a_loop_are_folded_within() -> None:
    text, pieces = drawn(
        '{% for one in many %}{% if one %}{% translate "是" %}{% else %}{% translate "否" %}{% endif %}'
        '{% empty %}{% icon "user" %}{% endfor %}{% panel _("标题") %}{% translate "否" %}{% endpanel %}',
        many=[True, False],
    )
    assert pieces == 5 and text.startswith("是否")


def test_the_pages_of_the_product_are_folded() -> None:
    template = engines["django"].engine.get_template("base.html")  # type: ignore[attr-defined]
    assert sum(map(count, template.nodelist)) > 5
