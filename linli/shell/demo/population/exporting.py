"""Writing the departments' files from the registers of a running demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from linli.algorithms.text.sentences import Refusal
from linli.shell.demo.population import departments
from linli.shell.demo.population.filling import BATCH, batches_filled, count_invented, division_of
from linli.shell.demo.population.identity import BATCHES
from linli.shell.demo.population.known import known_homes, known_people
from linli.shell.demo.population.people import invent
from linli.territory.queries.units import root as root_unit

READ = 70_000
"""People of the registers that the five files are chosen from."""


class NobodyThere(Refusal):
    """The registers are empty."""


def write_files(folder: Path, *, truth: bool, people: int, seed: int, on: date) -> Iterator[tuple[Path, int]]:
    """Write the five files, the truth and the big file as asked for; gives each path with its rows when it is written.

    Raises ``NobodyThere`` for empty registers and ``NotInvented`` for registers of real people.
    """
    if not count_invented():
        raise NobodyThere("登记中没有演示人员，请先运行 bin/linli demo load 或 demo fill")
    root, homes = root_unit(), known_homes()
    source = departments.writer(
        known_people(READ), homes, root=root.name, division=division_of(root), on=on, seed=seed
    )
    written = departments.write_all(source, folder)
    for path, rows in written.items():
        yield path, len(rows)
    if truth:
        path = folder / "对照_每行是谁.csv"
        departments.write_truth(written, path)
        yield path, sum(map(len, written.values()))
    if people:
        path = folder / f"公安_户籍人口_{people}人.csv"
        yield (
            path,
            departments.write_big(_many(people, homes, division_of(root), seed, on), homes, root.name, path),
        )


def _many(people: int, homes: pl.DataFrame, division: str, seed: int, on: date) -> Iterator[pl.DataFrame]:
    """People of the registers, and where they are too few, people of batches that were not filled yet."""
    known = known_people(people)
    yield known
    missing, batch = people - len(known), batches_filled()
    while missing > 0 and batch < BATCHES:
        size = min(BATCH, missing)
        some = homes.sample(min(len(homes), size), seed=seed + batch).select("dwelling_id", "path")
        yield departments.in_words(invent(some, size, seed=seed, on=on, division=division, batch=batch))
        missing, batch = missing - size, batch + 1
