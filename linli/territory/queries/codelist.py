"""Holding a list of codes against the tree, before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence

from linli.territory.models import Unit
from linli.territory.rules.codelist import CodeRow, Known, ListReport, compare
from linli.territory.rules.kinds import COMMUNITY_KINDS, ROOT_KINDS, STREET_KINDS


def compare_with_tree(rows: Sequence[CodeRow], root: Unit) -> ListReport:
    """What the list would change below a root."""
    units = Unit.objects.below(root.path).filter(
        valid_to=None, kind__in=(*ROOT_KINDS, *STREET_KINDS, *COMMUNITY_KINDS)
    )
    known = {
        code: Known(code, name, parent or "")
        for code, name, parent in units.values_list("code", "name", "parent__code")
    }
    return compare(rows, known, root.code)
