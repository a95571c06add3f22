"""A list of choices is drawn by hand for speed; it says what Django's own template says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from linli.shell.widgets import Controls

PLAIN = [("", "请选择"), ("a&b", '<i>"一"</i>'), (3, mark_safe("二<b>"))]
GROUPED = [("街道", [("1", "大营路"), ("2", "宅吉")]), ("", [("9", "其他")])]


def said(text: str) -> str:
    return re.sub(r">\s+<", "><", text.strip())


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("choices", [PLAIN, GROUPED])
def test_a_select_is_drawn_as_django_draws_it(widget: Any, choices: Any) -> None:
    made = widget(attrs={"size": 8, "disabled": True, "hidden": False, "data-x": 'a"b'}, choices=choices)
    drawn = [
        made.render("unit", ["1", "a&b"], renderer=renderer) for renderer in (Controls(), DjangoTemplates())
    ]
    assert said(drawn[0]) == said(drawn[1])
    assert "selected" in drawn[0]
