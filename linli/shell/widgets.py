"""Form controls as pages draw them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"


class Controls(DjangoTemplates):
    """Django's templates, but for the lists of units and categories: with one template for each of 230 choices they took most
    of the time of a board (180 ms of 200), written at once they take one.
    """

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The control as HTML."""
        if template_name == SELECT:
            return select(context["widget"])
        return super().render(template_name, context, request)


def select(widget: Mapping[str, Any]) -> SafeString:
    """A ``<select>``, as Django's own template writes it."""
    parts = [f'<select name="{_escaped(widget["name"])}"{_attrs(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'<optgroup label="{_escaped(group)}">')
        parts += [
            f'<option value="{_escaped(option["value"])}"{_attrs(option["attrs"])}>{_escaped(option["label"])}</option>'
            for option in options
        ]
        if group:
            parts.append("</optgroup>")
    # Every text in it is escaped above.
    return mark_safe("\n".join([*parts, "</select>"]))


def _attrs(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_escaped(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _escaped(text: Any) -> str:
    return str(text.__html__()) if hasattr(text, "__html__") else escape(str(text))
