"""Imports and exports of two people, for the attack test."""

from __future__ import annotations

from linli.kernel.privacy.commands import make_key
from linli.kernel.privacy.tests.protocol import rows_of
from linli.kernel.registers.models import Export, ExportFile, ImportFile, ImportRun
from tests.cast import MONDAY, Cast


@rows_of("registers.ImportRun", "registers.ImportFile")
def of_imports(cast: Cast) -> None:
    """A file of one of the cast and one of another."""
    key = make_key(subject="import")
    for who in ("operator", "clerk"):
        run = ImportRun.objects.create(
            register="cases",
            file_name="名单.csv",
            digest="0" * 64,
            key_id=key.id,
            by_user=cast.users[who],
            created_at=MONDAY,
            expires_at=MONDAY,
        )
        ImportFile.objects.create(run=run, content=key.seal("文", "file"))


@rows_of("registers.Export", "registers.ExportFile")
def of_exports(cast: Cast) -> None:
    """A file that one of the cast took, and one of another."""
    key = make_key(subject="export")
    for who in ("operator", "clerk"):
        row = Export.objects.create(
            register="cases",
            title="案件",
            conditions="全部",
            purpose="visit",
            state="ready",
            key_id=key.id,
            by_user=cast.users[who],
            by_label=who,
            asked_at=MONDAY,
            expires_at=MONDAY,
        )
        ExportFile.objects.create(export=row, content=key.seal_bytes(b"x", b"export"))
