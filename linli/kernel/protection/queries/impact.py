"""The impact assessment (PIPL art. 55-56), written from the catalogue: what is kept, why, who may see it, how it is protected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from linli.algorithms.text.sentences import said
from linli.kernel.accounts.queries import roles_granting
from linli.kernel.privacy.catalogue import SENSITIVITIES, Personal, PersonalField, catalogue
from linli.kernel.privacy.purposes import Purpose, register
from linli.kernel.privacy.retention import RETENTION
from linli.kernel.protection.queries.keeping import in_words, keep_of


@dataclass(frozen=True)
class FieldShown:
    """One field in words."""

    words: str
    sensitivity: str
    tone: str
    sealed: bool


@dataclass(frozen=True)
class Forgetting:
    """One rule of forgetting, and how long rows are kept today."""

    name: str
    words: str
    kept: str


@dataclass(frozen=True)
class Assessed:
    """One table of the catalogue with everything that the assessment says of it."""

    declared: Personal
    fields: list[FieldShown]
    who: list[str]
    walled: bool
    about: int
    purposes: list[Purpose]
    rules: list[Forgetting]

    @property
    def title(self) -> str:
        """What a row of the table is called."""
        return said(self.declared.title)

    @property
    def measures(self) -> list[str]:
        """How the table is protected."""
        sealed = [field.words for field in self.fields if field.sealed]
        found = [
            _("数据库按辖区和权限逐行放行，应用出错时也读不到范围以外的记录")
            if self.walled
            else said(self.declared.no_wall)
        ]
        if sealed:
            found.append(_("加密保存：%(names)s") % {"names": "、".join(sealed)})
        if self.purposes:
            found.append(_("平时遮盖显示；查看全部须选择用途，逐次留痕，超过规定人数须第二人同意"))
        return found


TONES = {"ordinary": "plain", "sensitive": "secret", "care": "secret"}


def assessment(at: datetime) -> list[Assessed]:
    """Every table, the most closely kept first."""
    walled, sizes = _tables()
    return [_assessed(each, walled, sizes, at) for each in catalogue()]


def _assessed(each: Personal, walled: set[str], sizes: dict[str, int], at: datetime) -> Assessed:
    table = each.table._meta.db_table
    return Assessed(
        each,
        [_shown(each, field) for field in each.fields],
        roles_granting(each.verbs),
        table in walled,
        sizes.get(table, 0),
        [register()[code] for code in each.purposes],
        [
            Forgetting(rule.name, said(rule.words), in_words(keep_of(rule, at)))
            for rule in RETENTION.values()
            if rule.model.lower() == each.model.lower()
        ],
    )


def _shown(each: Personal, field: PersonalField) -> FieldShown:
    return FieldShown(
        said(field.words),
        said(SENSITIVITIES[field.sensitivity]),
        TONES[field.sensitivity],
        each.is_sealed(field),
    )


def _tables() -> tuple[set[str], dict[str, int]]:
    """Which tables have row policies, and about how many rows each has, from the database's own books."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, greatest(reltuples, 0)::bigint FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        rows: Sequence[tuple[str, bool, int]] = cursor.fetchall()
    return {name for name, walled, _rows in rows if walled}, {name: count for name, _walled, count in rows}


@dataclass(frozen=True)
class PurposeUse:
    """A purpose and the tables whose values may be shown for it."""

    purpose: Purpose
    tables: list[Personal]


def purposes_in_use() -> list[PurposeUse]:
    """The register of purposes: each with the tables that name it; a table that names none is shown for none."""
    known = catalogue()
    return [
        PurposeUse(purpose, [each for each in known if purpose.code in each.purposes])
        for purpose in register().values()
    ]
