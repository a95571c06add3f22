"""A department's file of many persons, examined and let in, that waits for the worker."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from linli.kernel.jobs.job import enqueue
from linli.kernel.privacy.context import set_viewer
from linli.registry.commands import intakes
from linli.registry.commands.intakes.reading import WRITE, examine_file
from linli.registry.queries.files import read_file
from linli.territory.models import Unit
from tests.cast import TESTER, assemble

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
COLUMNS = {
    "姓名": "name", "公民身份号码": "document", "联系电话": "phones", "户号": "household_number", "与户主关系": "relation", "现住址": "address",
}  # fmt: skip


def waiting(persons: int) -> str:
    """Take in a file of so many persons, three to a household, up to the job that writes it; returns the number of the file."""
    at = timezone.now()
    with transaction.atomic():
        set_viewer(TESTER)
        keeper = assemble().actors["keeper"]
        content = sheet(persons)
        source = intakes.make_source(
            title="户籍人口", kind="police", record_kind="person", unit=Unit.objects.get(code="520103"), basis="户口登记条例", purpose="人口信息核对",
            until=timezone.localdate() + timedelta(days=365), by=keeper, at=at,
        )  # fmt: skip
        intake = intakes.upload(source=source, file_name="户籍.csv", content=content, file_date=timezone.localdate(), by=keeper, at=at)  # fmt: skip
        shape = read_file(content).fingerprint
        intake = intakes.set_layout(intake_id=intake.pk, fingerprint=shape, columns=COLUMNS, by=keeper, at=at)
        intake = examine_file(intake, by=keeper, at=at)
        assert intake.counts["new"] == persons, intake.counts
        intakes.confirm(intake_id=intake.pk, by=keeper, at=at)
        enqueue(WRITE, intake_id=str(intake.pk))
    return str(intake.pk)


def sheet(persons: int) -> bytes:
    """The rows, each with a number of its own."""
    relations = ("户主", "配偶", "子")
    rows = [
        f"{'王李张刘陈杨黄赵'[n % 8]}{'伟芳娜敏静丽强磊'[n // 8 % 8]},{_document(n)},126{n:08d},{n // 3:010d},{relations[n % 3]},中山东路{n // 3 + 1}号"
        for n in range(persons)
    ]
    return "\n".join([",".join(COLUMNS), *rows]).encode()


def _document(n: int) -> str:
    day = date(1950, 1, 1) + timedelta(days=n % 25_000)
    body = f"520103{day:%Y%m%d}{n // 25_000:03d}" if n >= 25_000 else f"520103{day:%Y%m%d}999"
    return (
        body + "10X98765432"[sum(int(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True)) % 11]
    )
