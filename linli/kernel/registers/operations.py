"""Migration operations that a room's migration lists after the table they work on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from linli.kernel.registers.search import START

DATED = "^(19|20)[0-9]{2}([01]|(0[1-9]|1[0-2])([0-3][0-9]?(-[0-9]*)?)?)?$"
"""A word that reads like the start of a number with a date: a year, and on from there (2026, 202611, 20261126-0004)."""


class _OnTable(Operation):
    """An operation that runs SQL made from one model's table."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state of the models does not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Run the statements."""
        model = to_state.apps.get_model(app_label, self.model)
        for statement in self.statements(model):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Undo them."""
        model = from_state.apps.get_model(app_label, self.model)
        for statement in self.undo(model):
            schema_editor.execute(statement)

    def statements(self, model: Any) -> list[str]:
        """What is run."""
        raise NotImplementedError

    def undo(self, model: Any) -> list[str]:
        """What takes it back."""
        raise NotImplementedError

    def describe(self) -> str:
        """The line of the migration's output."""
        return f"{type(self).__name__} on {self.model}"


class TrackChanges(_OnTable):
    """Keep ``changed_tx`` current on every update, and note removed rows for the column engine."""

    def statements(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f"""CREATE TRIGGER "{table}_changed" BEFORE UPDATE ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION registers_stamp_change()""",
            f"""CREATE TRIGGER "{table}_removed" AFTER DELETE ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION registers_note_removal('{model._meta.pk.column}')""",
        ]

    def undo(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [f'DROP TRIGGER "{table}_{name}" ON "{table}"' for name in ("changed", "removed")]


class CreateSearchFunction(_OnTable):
    """A function that returns the ids of matching rows past the row policies, with the index that policies would lose.

    Operators on arrays are not leakproof, so under a policy they run after it, over every row. The function runs as the
    owner of the table and returns ids only; the caller joins them to the table, where the policies hold. What it is
    given is said by place: a name would be taken for the column of that name, and every row would be read.

    A word of two characters is one pair, so the index alone is the answer. ``number`` names a field that begins with the date,
    under an index by its beginning (``varchar_pattern_ops``): where a word of digits reads like the start of a date and there
    are numbers that begin so, these are what is found, because such pairs are in nearly every row.
    """

    def __init__(
        self, model: str, *, field: str, texts: Sequence[str], names: Sequence[str] = (), function: str = "",
        number: str = "",
    ) -> None:  # fmt: skip
        super().__init__(model)
        self.field, self.texts, self.names, self.function = field, tuple(texts), tuple(names), function
        self.number = number

    def statements(self, model: Any) -> list[str]:
        meta = model._meta
        columns = {name: f't."{meta.get_field(name).column}"' for name in (*self.texts, *self.names)}
        inside = " OR ".join(f"strpos(lower({columns[name]}), $2) > 0" for name in (*self.texts, *self.names))
        begins = " OR ".join(f"starts_with(lower({columns[name]}), $2)" for name in self.names) or "false"
        name, grams = self._name(model), meta.get_field(self.field)
        dated, by_number = "false", ""
        if self.number:
            column = f't."{meta.get_field(self.number).column}"'
            begun = f"""SELECT t."{meta.pk.column}" FROM public."{meta.db_table}" t
                WHERE $2 ~ '{DATED}' AND {column} ~>=~ $2 AND {column} ~<~ ($2 || '~')"""
            dated, by_number = f"EXISTS ({begun})", f"UNION ALL {begun}"
        return [
            f"""CREATE OR REPLACE FUNCTION "{name}"(grams text[], needle text) RETURNS SETOF bigint
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
                SELECT t."{meta.pk.column}" FROM public."{meta.db_table}" t
                WHERE NOT ({dated}) AND t."{grams.column}" @> $1::{grams.db_type(connection)}
                  AND CASE WHEN length($2) = 1 THEN {begins}
                      WHEN length($2) = 2 AND $1 = ARRAY[$2] AND NOT starts_with($2, '{START}') THEN true
                      ELSE {inside} END
                {by_number} $$""",
            f'REVOKE ALL ON FUNCTION "{name}"(text[], text) FROM PUBLIC',
        ]

    def undo(self, model: Any) -> list[str]:
        return [f'DROP FUNCTION IF EXISTS "{self._name(model)}"(text[], text)']

    def _name(self, model: Any) -> str:
        return self.function or f"{model._meta.db_table}_search"
