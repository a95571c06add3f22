"""The dispatch catalogue, items and lists from a spreadsheet or a Word table: the columns of their own export, or the same with codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.duties import commands, rules
from linli.duties.commands import Draft, ItemDraft, LineDraft, ListDraft
from linli.duties.models import CatalogueEntry, ListEntry, WorkItem
from linli.duties.queries import lead_choices
from linli.kernel.audit.actor import Actor
from linli.kernel.registers.kit import Cell, Importer, Incoming, one_of, parse_date, parse_flag, parse_text
from linli.kernel.wording import worded

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


class LineImporter(Importer):
    """What the importers of items and lists have in common: lines that differ get a new version from the day in the file."""

    verb = "duty.change"
    key = ("code",)
    hint = gettext_lazy("内容有变的条目，请把启用日期改为新版开始的那一天；没有变的不会改动。")
    model: type[WorkItem] | type[ListEntry]
    draft: type[ItemDraft] | type[ListDraft]

    def existing(
        self, keys: Sequence[tuple[Any, ...]], actor: Actor
    ) -> Mapping[tuple[Any, ...], Mapping[str, Any]]:
        """The latest version of each number."""
        rows = self.model.objects.filter(code__in=[key[0] for key in keys]).select_related("category")
        found = {}
        for row in rows.order_by("code", "valid_from"):
            found[(row.code,)] = {name: value or None for name, value in self._values(row).items()}
        return found

    def check(self, row: Mapping[str, Any], actor: Actor) -> list[str]:
        """What the command would refuse."""
        before = self.existing([(row["code"],)], actor).get((row["code"],))
        try:
            commands.check_line(self._draft(row, before))
        except commands.Refused as refusal:
            return [str(refusal)]
        if before is None or all(before[name] == (value or None) for name, value in row.items()):
            return []
        if row["valid_from"] <= before["valid_from"]:
            return [
                _("内容有变，启用日期要晚于现有版本的 %(day)s") % {"day": f"{before['valid_from']:%Y-%m-%d}"}
            ]
        return []

    def apply(self, rows: Sequence[Incoming], *, by: Actor, at: datetime) -> None:
        """One event for each batch."""
        drafts = {incoming.row["code"]: self._draft(incoming.row, incoming.before) for incoming in rows}
        commands.import_lines(drafts=drafts, source=_("表格导入"), by=by, at=at)

    def _values(self, row: WorkItem | ListEntry) -> dict[str, Any]:
        names = (cell.name for cell in self.fields if cell.name != "category")
        return {
            **{name: getattr(row, name) for name in names},
            "category": row.category.code if row.category else "",
        }

    def _draft(self, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> LineDraft:
        values = {name: value for name, value in {**(before or {}), **row}.items() if value is not None}
        values.pop("code")
        return self.draft(**values, source=_("表格导入"))


NUMBER = Cell("code", gettext_lazy("编号"), required=True, also=("事项编号", "条目号"))
CATEGORY = Cell("category", gettext_lazy("派单分类代码"))
SINCE = Cell("valid_from", gettext_lazy("启用日期"), required=True, parse=parse_date)


def parse_coming(cell: Any) -> bool | None:
    """Whether power, money or people come; no is as an empty cell."""
    return parse_flag(cell) or None


class ItemImporter(LineImporter):
    """Adds items, and gives those that differ a new version."""

    model, draft = WorkItem, ItemDraft
    fields = (
        NUMBER,
        Cell("area", gettext_lazy("方面"), required=True),
        Cell("heading", gettext_lazy("大项"), required=True),
        Cell("name", gettext_lazy("事项"), required=True, also=("事项名称", "小项")),
        Cell("lead", gettext_lazy("主办"), required=True, parse=parse_lead, also=("责任主体", "牵头单位")),
        Cell("assist", gettext_lazy("协办"), parse=parse_assist, also=("配合单位",)),
        Cell("given_by", gettext_lazy("交办部门"), parse=parse_lead),
        Cell("power", gettext_lazy("权随事转"), parse=parse_coming),
        Cell("power_words", gettext_lazy("权")),
        Cell("money", gettext_lazy("费随事转"), parse=parse_coming),
        Cell("money_words", gettext_lazy("费")),
        Cell("people", gettext_lazy("人随事转"), parse=parse_coming),
        Cell("people_words", gettext_lazy("人")),
        Cell("basis", gettext_lazy("依据"), also=("法律依据", "设定依据")),
        Cell("procedure", gettext_lazy("流程")),
        Cell("materials", gettext_lazy("材料")),
        Cell("clock", gettext_lazy("时限")),
        Cell("form", gettext_lazy("可用报表")),
        CATEGORY,
        SINCE,
    )


class ListImporter(LineImporter):
    """Adds lines of lists, and gives those that differ a new version."""

    model, draft = ListEntry, ListDraft
    fields = (
        NUMBER,
        Cell("kind", gettext_lazy("清单"), required=True, parse=one_of(worded(rules.LISTS))),
        Cell("name", gettext_lazy("名称"), required=True, also=("事项", "事项名称")),
        Cell("lead", gettext_lazy("主责部门"), parse=parse_lead, also=("责任部门",)),
        Cell("place_share", gettext_lazy("街道社区职责"), also=("配合职责",)),
        Cell("lead_share", gettext_lazy("部门职责"), also=("承接部门及工作方式",)),
        Cell("basis", gettext_lazy("依据"), also=("法律依据", "设定依据")),
        Cell("note", gettext_lazy("说明")),
        CATEGORY,
        SINCE,
    )
