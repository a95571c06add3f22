"""How long a big file takes to read, and its columns to clean: a column at a time, and cell by cell as the baseline.

bin/linli bench cleaning [ROWS]

Twelve columns of invented residents, seeded; one cell in eight is written in one of the odd ways. The baseline cleans
the first rows with the same cleaners in a loop, without keeping what was read before. Seconds are of processor time, all
threads together, so that others on the machine do not count.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linli.algorithms.cleaning import CodeTable
from linli.algorithms.cleaning import columns as by_column
from linli.algorithms.cleaning.columns import CleanedColumn
from linli.algorithms.sheets.big import open_csv

ROWS = 1_350_000
BASELINE = 20_000
ODD = 8
SEED = 11
ON = date(2026, 11, 27)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文斌宇浩然子轩"
SEX = CodeTable({"1": ("男", "男性"), "2": ("女", "女性")})
PEOPLES = CodeTable({"01": ("汉族",), "06": ("苗族",), "09": ("布依族",), "03": ("回族",)}, endings=("族",))
SCHOOLS = CodeTable(
    {"61": ("普通高中", "高中"), "71": ("初中",), "81": ("小学",), "21": ("大学本科", "本科")}
)
RELATIONS = CodeTable(
    {"02": ("户主",), "10": ("配偶", "妻", "夫"), "20": ("子", "长子"), "30": ("女儿", "长女")}
)
COLUMNS: dict[str, Callable[[pl.Series], CleanedColumn[Any]]] = {
    "document": lambda raw: by_column.clean_document_column(raw, on=ON),
    "name": by_column.clean_name_column,
    "sex": lambda raw: by_column.clean_code_column(raw, SEX),
    "birth": lambda raw: by_column.clean_date_column(raw, on=ON),
    "people": lambda raw: by_column.clean_code_column(raw, PEOPLES),
    "education": lambda raw: by_column.clean_code_column(raw, SCHOOLS),
    "relation": lambda raw: by_column.clean_code_column(raw, RELATIONS),
    "phone": by_column.clean_phone_column,
    "second phone": by_column.clean_phone_column,
    "address": by_column.clean_address_column,
    "moved in": lambda raw: by_column.clean_date_column(raw, on=ON),
    "area": lambda raw: by_column.clean_number_column(raw, units=("㎡",)),
}


def main(arguments: list[str]) -> dict[str, float]:
    """Measure, print a table, and return its figures."""
    rows = int(arguments[0]) if arguments else ROWS
    table = _table(rows)
    baseline = min(BASELINE, rows)
    for encoding in ("utf-8", "gb18030"):
        seconds, megabytes = _read(table, encoding)
        print(f"a CSV of {megabytes:,.0f} MB in {encoding}: header found, read in batches: {seconds:.2f} s")
    print(f"{rows:,} rows, seconds of processor time; baseline: {baseline:,} rows cell by cell, scaled")
    print(f"{'column':<14}{'seconds':>9}{'cell by cell':>14}{'times':>7}{'values':>12}{'refused':>10}")
    whole = cells = 0.0
    for name, clean in COLUMNS.items():
        seconds, column = _timed(lambda clean=clean, raw=table[name]: clean(raw))  # type: ignore[misc]
        sample = table[name].head(baseline).to_list()
        alone, _ = _timed(lambda column=column, sample=sample: [column.clean(cell) for cell in sample])  # type: ignore[misc]
        scaled = alone * rows / baseline
        whole, cells = whole + seconds, cells + scaled
        values, refused = rows - column.value.null_count(), rows - column.faults.null_count()
        print(f"{name:<14}{seconds:>9.2f}{scaled:>14.1f}{scaled / seconds:>7.0f}{values:>12,}{refused:>10,}")
    print(f"{'together':<14}{whole:>9.2f}{cells:>14.1f}{cells / whole:>7.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"most memory of the process: {peak:,.0f} MB")
    return {
        "rows": rows,
        "seconds": round(whole, 2),
        "baseline_seconds": round(cells, 1),
        "megabytes": round(peak),
    }


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def _read(table: pl.DataFrame, encoding: str) -> tuple[float, float]:
    """Seconds to read the table from a file, and the file's size in megabytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        with path.open("wb") as stream:
            for part in table.iter_slices(100_000):
                text = part.write_csv(include_header=stream.tell() == 0)
                stream.write(text.encode(encoding))

        def read() -> int:
            with open_csv(path) as big:
                return sum(len(batch.numbers) for batch in big.batches)

        seconds, found = _timed(read)
        assert found == table.height
        return seconds, path.stat().st_size / 1e6


def _table(rows: int) -> pl.DataFrame:
    """Invented residents: three to a dwelling, born over ninety years."""
    random = np.random.default_rng(SEED)
    birth = (np.datetime64("1936-01-01") + random.integers(0, 33_000, rows)).astype(str)
    order = random.integers(1, 1000, rows)
    ids = ids_of(birth, order)
    phones = _phones(random, rows)
    dwelling = random.integers(0, max(1, rows // 3), rows)
    moved = (np.datetime64("2001-01-01T00:00:00") + random.integers(0, 800_000_000, rows)).astype(str)
    columns = {
        "document": with_odd(random, ids, lambda one: (one[:6] + one[8:17], one[:6] + " " + one[6:], one[:17] + "0", "无")),
        "name": with_odd(random, names_of(random, rows), lambda one: (f"{one[0]}　{one[1:]}", f"{one}（户主）", f"{one}先生")),
        "sex": [("女", "男", "2", "1")[at] for at in (order % 2 + 2 * (order % 5 == 0)).tolist()],
        "birth": with_odd(random, birth.tolist(), lambda one: (one.replace("-", "."), one.replace("-", ""), f"{one[:4]}年{one[5:7]}月")),
        "people": random.choice(["汉族", "汉", "苗族", "布依", "回族", ""], rows).tolist(),
        "education": random.choice(["高中", "初中", "小学", "本科", "不详"], rows).tolist(),
        "relation": random.choice(["户主", "妻", "长子", "长女", "02"], rows).tolist(),
        "phone": with_odd(random, phones, lambda one: (f"+86 {one}", f"{one[:3]}-{one[3:7]}-{one[7:]}", one[:10], f"{one}、0851-86500000")),
        "second phone": [phone if at else "" for phone, at in zip(phones[::-1], random.integers(0, 3, rows).tolist(), strict=True)],
        "address": with_odd(random, [_address(at) for at in dwelling.tolist()], lambda one: (one.replace("栋", "#"), one.replace("单元", "-"), one + "室")),
        "moved in": [each.replace("T", " ") for each in moved.tolist()],
        "area": with_odd(random, [str(50 + at % 90) for at in dwelling.tolist()], lambda one: (f"{one}㎡", f"{one}.5", f"{one}平方米")),
    }  # fmt: skip
    return pl.DataFrame({name: pl.Series(cells, dtype=pl.String) for name, cells in columns.items()})


def ids_of(birth: NDArray[np.str_], order: NDArray[np.int64]) -> list[str]:
    """Citizen ids of a district by the days of birth and the numbers of the day, with their check digits."""
    bodies = [
        f"520103{day.replace('-', '')}{at:03}" for day, at in zip(birth.tolist(), order.tolist(), strict=True)
    ]
    digits = np.frombuffer("".join(bodies).encode(), np.uint8).reshape(-1, 17).astype(np.int64) - ord("0")
    rest = (1 - digits @ by_column.WEIGHTS[:17]) % 11
    return [body + "0123456789X"[at] for body, at in zip(bodies, rest.tolist(), strict=True)]


def names_of(random: np.random.Generator, rows: int) -> list[str]:
    """Names of two and three characters."""
    first, second, third = (
        random.integers(0, size, rows).tolist() for size in (len(SURNAMES), len(GIVEN), len(GIVEN) + 8)
    )
    return [
        SURNAMES[a] + GIVEN[b] + (GIVEN[c] if c < len(GIVEN) else "")
        for a, b, c in zip(first, second, third, strict=True)
    ]


def _phones(random: np.random.Generator, rows: int) -> list[str]:
    return [str(13_000_000_000 + at) for at in random.integers(1, 6_999_999_999, rows).tolist()]


def _address(dwelling: int) -> str:
    compound, door = divmod(dwelling, 1_200)
    building, home = divmod(door, 120)
    entrance, room = divmod(home, 40)
    return (
        f"中山东路{compound + 1}号锦绣家园{building + 1}栋{entrance + 1}单元{room // 4 + 1}{room % 4 + 1:02}"
    )


def with_odd(
    random: np.random.Generator, cells: list[str], odd: Callable[[str], tuple[str, ...]], share: int = ODD
) -> list[str]:
    """One cell in ``share`` as one of its odd spellings."""
    for at in np.flatnonzero(random.integers(0, share, len(cells)) == 0).tolist():
        spellings = odd(cells[at])
        cells[at] = spellings[at % len(spellings)]
    return cells
