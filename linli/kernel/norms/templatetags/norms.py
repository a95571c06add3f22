"""``{% load norms %}``: the name of a place."""

from __future__ import annotations

from django import template

from linli.kernel.norms.places import place_name

register = template.Library()


@register.simple_tag
def place(path: str) -> str:
    """What a code path is called."""
    return place_name(path)
