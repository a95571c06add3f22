"""Fields and mixins that a room's models take from the kit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from linli.kernel.audit.models import CurrentTransaction
from linli.kernel.registers.search import bigram_array

__all__ = ["BigramField", "TracksChanges", "bigram_array"]


class BigramField(ArrayField):  # type: ignore[type-arg]
    """The pairs of characters of a row's texts. Filled whenever it is written: on ``save`` and ``bulk_create``.

    ``save(update_fields=...)`` and ``bulk_update`` must name it beside the text they change.
    """

    def __init__(self, *, texts: Sequence[str] = (), names: Sequence[str] = (), **more: Any) -> None:
        self.texts, self.names = tuple(texts), tuple(names)
        more.setdefault("base_field", models.TextField())
        more.setdefault("default", list)
        more.setdefault("editable", False)
        super().__init__(**more)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """A list of texts goes to the database as it is: hundreds of pieces a row are not prepared one by one."""
        return value

    def deconstruct(self) -> Any:
        """How a migration writes the field."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "texts": self.texts, "names": self.names}

    def pre_save(self, instance: models.Model, add: bool) -> list[str]:
        """The pairs of the texts as they are now."""
        found = bigram_array(
            [getattr(instance, name) for name in self.texts], [getattr(instance, name) for name in self.names]
        )
        setattr(instance, self.attname, found)
        return found


class TracksChanges(models.Model):
    """Rows that say in which transaction they changed last; the migration lists ``TrackChanges`` for the table."""

    changed_tx = models.BigIntegerField(db_default=CurrentTransaction(), editable=False, db_index=True)

    class Meta:
        abstract = True
