"""The row of links of this room above a list of the kit, which knows nothing of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from linli.kernel.protection.views.frame import tabs

register = template.Library()


@register.simple_tag(takes_context=True)
def protection_tabs(context: Any, current: str) -> SafeString:
    """The pages of this room that the person may open."""
    return render_to_string("protection/_parts/tabs.html", {"tabs": tabs(context["request"].actor, current)})
