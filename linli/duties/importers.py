"""The dispatch catalogue from a spreadsheet: the columns of its own export, or the same with codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.duties import commands, rules
from linli.duties.commands import Draft
from linli.duties.models import CatalogueEntry
from linli.duties.queries import lead_choices
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import Cell, Importer, Incoming, parse_date, parse_flag, parse_text

TEXTS = ("reason", "basis", "note")


def parse_lead(cell: Any) -> str:
    """A unit by its name or code; an unknown one stays as it is and is refused in the check."""
    text = parse_text(cell)
    return next((code for code, name in lead_choices().items() if text in (code, name)), text)


def parse_assist(cell: Any) -> list[str]:
    """Units by name or code, with 、 or ; between them."""
    text = parse_text(cell).replace(";", "、").replace("；", "、")
    return [parse_lead(part) for part in text.split("、") if part.strip()]


def parse_condition(cell: Any) -> dict[str, list[str]]:
    """A condition in words as the list shows it, or as ``name=value``."""
    text = parse_text(cell)
    return rules.read_condition(text) if "=" in text else rules.hear_condition(text)


class CatalogueImporter(Importer):
    """Adds entries, and gives those that differ a new version from the day in the file."""

    verb = "duty.change"
    fields = (
        Cell("code", gettext_lazy("条目号"), required=True),
        Cell("category", gettext_lazy("分类代码"), required=True),
        Cell("condition", gettext_lazy("条件"), parse=parse_condition),
        Cell("lead", gettext_lazy("主办"), required=True, parse=parse_lead),
        Cell("assist", gettext_lazy("协办"), parse=parse_assist),
        Cell("must_be_department", gettext_lazy("须由部门办理"), parse=parse_flag),
        Cell("auto", gettext_lazy("可自动派遣"), parse=parse_flag),
        Cell("reason", gettext_lazy("说明"), required=True),
        Cell("basis", gettext_lazy("依据"), required=True),
        Cell("note", gettext_lazy("职责划分")),
        Cell("valid_from", gettext_lazy("启用日期"), required=True, parse=parse_date),
    )
    key = ("code",)
    hint = gettext_lazy("内容有变的条目，请把启用日期改为新版开始的那一天；没有变的不会改动。")

    def existing(
        self, keys: Sequence[tuple[Any, ...]], actor: Actor
    ) -> Mapping[tuple[Any, ...], Mapping[str, Any]]:
        """The latest version of each number."""
        codes = [key[0] for key in keys]
        rows = (
            CatalogueEntry.objects.filter(code__in=codes)
            .select_related("category")
            .order_by("code", "valid_from")
        )
        return {(row.code,): {name: _cell(value) for name, value in _values(row).items()} for row in rows}

    def check(self, row: Mapping[str, Any], actor: Actor) -> list[str]:
        """What the command would refuse."""
        try:
            commands.check_draft(_draft(row))
        except commands.Refused as refusal:
            return [str(refusal)]
        latest = (
            CatalogueEntry.objects.filter(code=row["code"])
            .select_related("category")
            .order_by("-valid_from")
            .first()
        )
        if latest is None or all(_values(latest)[name] == _filled(row)[name] for name in row):
            return []
        if row["valid_from"] <= latest.valid_from:
            return [
                _("内容有变，启用日期要晚于现有版本的 %(day)s") % {"day": f"{latest.valid_from:%Y-%m-%d}"}
            ]
        return []

    def apply(self, rows: Sequence[Incoming], *, by: Actor, at: datetime) -> None:
        """One event for each batch."""
        drafts = {
            incoming.row["code"]: _draft({**(incoming.before or {}), **incoming.row}) for incoming in rows
        }
        commands.import_entries(drafts=drafts, source=_("表格导入"), by=by, at=at)


def _values(row: CatalogueEntry) -> dict[str, Any]:
    names = ("code", "condition", "lead", "assist", "must_be_department", "auto", *TEXTS, "valid_from")
    return {"category": row.category.code, **{name: getattr(row, name) for name in names}}


def _cell(value: Any) -> Any:
    """A value as a sheet gives it back: nothing is an empty cell."""
    return None if value in ("", [], {}) else value


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose empty cells have the value of nothing."""
    nothing: dict[str, Any] = {
        "condition": {},
        "assist": [],
        "must_be_department": False,
        "auto": False,
        "note": "",
    }
    return {
        **nothing,
        **{name: value if value is not None else nothing.get(name, "") for name, value in row.items()},
    }


def _draft(row: Mapping[str, Any]) -> Draft:
    values = _filled(row)
    values.pop("code")
    return Draft(**values, source=_("表格导入"))
