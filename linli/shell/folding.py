"""Templates whose fixed parts are drawn once for each language, and not at every look.

Half of a page is text, words to translate, icons, addresses without arguments: it is the same for everybody who reads
the same language. Such neighbours are folded into one node when a template is loaded; the words are looked up at the
first look in each language. Templates are written as ever: nothing in them knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from django.template import Context, Node, NodeList, Template
from django.template.base import FilterExpression, TextNode
from django.template.defaulttags import CommentNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Tag = TypeVar("Tag", bound=Callable[..., Any])

_FIXED: set[Callable[..., Any]] = set()


def fixed(tag: Tag) -> Tag:
    """Say of a simple tag that the same arguments in the same language always give the same."""
    _FIXED.add(tag)
    return tag


class Folding(base.Loader):
    """Folds what was loaded, before anybody else has it."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """A template with its fixed parts folded."""
        template: Template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(cached.Loader, Folding):
    """Django's loader that keeps what it loaded: folded."""


class Folded(Node):
    """Neighbours that depend on the language alone."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes, self.drawn = nodes, dict[str | None, SafeString]()

    def render(self, context: Context) -> SafeString:
        """The words in the language of the page."""
        language = get_language()
        found = self.drawn.get(language)
        if found is None:
            found = mark_safe("".join(str(node.render_annotated(context)) for node in self.nodes))
            self.drawn[language] = found
        return found

    render_annotated = render


def fold(nodes: NodeList) -> None:
    """Fold a list of nodes in place, and the lists within them."""
    folded: list[Node] = []
    for same, run in groupby(nodes, is_fixed):
        together = list(run)
        worth = same and not all(isinstance(node, TextNode) for node in together)
        folded += [Folded(together)] if worth else together
    nodes[:] = folded
    for node in nodes:
        for inner in within(node):
            fold(inner)


def within(node: Node) -> Iterator[NodeList]:
    """The lists of nodes that a node holds, whatever it calls them."""
    for held in vars(node).values():
        if isinstance(held, NodeList):
            yield held
        elif isinstance(held, list):  # the branches of an if: pairs of a condition and a list
            yield from (
                part
                for pair in held
                if isinstance(pair, tuple)
                for part in pair
                if isinstance(part, NodeList)
            )


def is_fixed(node: Node) -> bool:
    """Whether a node draws the same for everybody who reads the same language."""
    match node:
        case TextNode() | CommentNode() | LoadNode():
            return True
        case TranslateNode():
            literal = node.filter_expression.var.lookups is None and not node.filter_expression.filters
            return literal and not node.asvar and not node.message_context
        case URLNode():
            return is_constant(node.view_name) and not (node.args or node.kwargs or node.asvar)
        case StaticNode():
            return node.varname is None and is_constant(node.path)
        case SimpleNode():
            plain = not node.takes_context and node.target_var is None and not any(within(node))
            return (
                plain and node.func in _FIXED and all(map(is_constant, (*node.args, *node.kwargs.values())))
            )
    return False


def is_constant(expression: FilterExpression) -> bool:
    """Whether an expression is written out in the template: no variable, and no filter that might look at the hour."""
    return not expression.is_var and not expression.filters
