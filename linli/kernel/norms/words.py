"""Norms in words: units, values and rooms as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.algorithms.text.sentences import listed

UNITS = {
    "working_hour": _("个工作时"), "working_day": _("个工作日"), "hour": _("小时"), "day": _("天"), "minute": _("分钟"),
    "second": _("秒"), "percent": "%", "times": _("次"), "metre": _("米"), "square_metre": _("平方米"), "household": _("户"),
    "person": _("人"),
}  # fmt: skip
YES_NO = {True: _("是"), False: _("否")}


CALLED: dict[str, Any] = {"min": _("不少于"), "max": _("不超过")}
"""What the codes inside values are called; the rooms whose codes they are say so when they are loaded."""


def declare_names(names: Mapping[str, Any]) -> None:
    """Let a page say ``催办`` where a value holds ``remind``."""
    CALLED.update(names)


def head_of(title: str) -> str:
    """What several norms are called before the words of their matter: 办结时限 of 办结时限：举报，紧急."""
    return re.split("[：:（(]", title)[0]


def unit_words(unit: str) -> str:
    """What a unit is called."""
    return str(UNITS.get(unit) or (gettext(unit) if unit else ""))


def value_words(value: Any, formula: str = "") -> str:
    """A value in one line."""
    if formula:
        return formula
    if isinstance(value, bool):
        return str(YES_NO[value])
    if isinstance(value, dict):
        return "；".join(f"{code_words(key)} {value_words(part)}" for key, part in value.items())
    if isinstance(value, list):
        return listed(value_words(part) for part in value)
    return f"{value:,}" if isinstance(value, int | float) else code_words(str(value))


def code_words(code: str) -> str:
    """What a code inside a value is called."""
    return gettext(str(CALLED.get(code) or UNITS.get(code, code)))


def with_unit(value: Any, formula: str, unit: str) -> str:
    """A value with its unit: 10 个工作日， 20%."""
    text = value_words(value, formula)
    return f"{text}%" if unit == "percent" else f"{text} {unit_words(unit)}".strip()


def room_words(label: str) -> str:
    """What a room is called."""
    return gettext(str(apps.get_app_config(label).verbose_name)) if label in apps.app_configs else label
