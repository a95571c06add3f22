"""Loading the demo: the place, its offices, its people, and three months of its cases."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from linli.cases.models import Case
from linli.duties import commands as duties
from linli.insight.outline import DATA
from linli.kernel.accounts.models import User
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.commands import seal_next
from linli.kernel.calendar.queries import calendar_for
from linli.kernel.privacy.commands import make_key
from linli.kernel.privacy.context import set_viewer
from linli.returns.models import Form
from linli.shell.demo.burden import weigh
from linli.shell.demo.cases import DAYS, Invention, keyed
from linli.shell.demo.errands import prepare
from linli.shell.demo.forms import send_forms
from linli.shell.demo.gate import open_gate, pass_gate
from linli.shell.demo.lists import send_lists
from linli.shell.demo.people import staff
from linli.shell.demo.population.filling import fill_batch, make_room
from linli.shell.demo.proposals import take_in
from linli.shell.demo.queries import ask_registers
from linli.shell.demo.writing import write
from linli.territory import commands as territory
from linli.territory.models import Unit
from linli.territory.queries.units import TREE, root_node
from linli.territory.rules.past import PastEvent, read_lineage

LOADER = Actor.system("演示数据")
CASES = 20_000
PEOPLE = 67_500
"""One in twenty of the district that the issue speaks of."""
BATCH = 4000
SEED = 20251
SINCE = date(2023, 1, 1)

Progress = Callable[[str, float], None]


def is_loaded() -> bool:
    """Whether the database already holds a place."""
    return Unit.objects.filter(parent=None).exists()


def is_cut_off() -> bool:
    """Whether a demo was loaded and nothing was asked of it yet: it stopped in the middle."""
    return User.objects.filter(username__startswith="demo-").exists() and not Form.objects.exists()


def load(
    district: str,
    progress: Progress,
    *,
    cases: int = CASES,
    people: int = PEOPLE,
    seed: int = SEED,
    now: datetime | None = None,
) -> int:
    """Load a shipped place with invented people in its registers and invented cases, then what departments ask of it; seal the events of both.

    Two transactions, because what forms count is read from memory only once it is committed. One that was cut off between them (``is_cut_off``)
    goes on with the second. Returns how many cases there are.
    """
    at = now or timezone.now()
    if not is_loaded():
        with _by_index():
            _fill(district, cases, people, at, seed, progress)
    progress("报表", 0.95)
    with _by_index():
        _ask(at, seed)
        count = Case.objects.count()
    progress("审计链", 0.98)
    _seal(at)
    return count


def _fill(district: str, cases: int, people: int, at: datetime, seed: int, progress: Progress) -> None:
    """The place, its offices, its people and its cases."""
    progress("单位与网格", 0.0)
    root = territory.load_district(code=district, by=LOADER, at=at)
    territory.record_history(events=past_of(district), by=LOADER, at=at)
    duties.load_categories(by=LOADER, at=at)
    duties.load_departments_data(by=LOADER, at=at)
    duties.load_catalogue(by=LOADER, at=at)
    duties.load_lists(by=LOADER, at=at)
    progress("示意边界、小区与楼栋", 0.1)
    territory.make_boundaries(root=root, on=SINCE, by=LOADER, at=at, faults=True)
    TREE.forget()
    progress("岗位与网格员", 0.3)
    territory.check_boundaries(by=LOADER, at=at)
    node = root_node()
    assert node is not None
    staff(node, by=LOADER, at=at, on=SINCE, rng=Random(seed))
    _cases(cases, at, seed, progress)
    _people(people, at, progress)
    prepare(node, by=LOADER, at=at, rng=Random(seed + 2))


def _ask(at: datetime, seed: int) -> None:
    """What departments ask of communities: forms, lists, queries, applications at the gate; and what it costs them."""
    open_gate(on=_gate_day(timezone.localdate(at)), by=LOADER, at=at)
    send_forms(by=LOADER, at=at, rng=Random(seed + 3))
    send_lists(by=LOADER, at=at)
    ask_registers(by=LOADER, at=at)
    pass_gate(at=at, rng=Random(seed + 5))
    weigh(by=LOADER, at=at, rng=Random(seed + 4))


def _gate_day(today: date) -> date:
    """Some weeks ago, and after the demo's forms, which are permitted from the first of January on."""
    return max(today - timedelta(days=26), today.replace(month=1, day=2))


def past_of(district: str) -> list[PastEvent]:
    """What the source reports tell of a place's units before its list of codes begins."""
    told = [event for path in sorted((DATA / "lineage").glob("*.toml")) for event in read_lineage(path)]
    return [event for event in told if event.key.startswith(f"{district}:")]


@contextmanager
def _by_index() -> Iterator[None]:
    """A transaction that finds single rows by an index, without the collector.

    What autovacuum says of a table that this transaction fills is that it is empty: on a slow machine, where it came by in the middle, one step of
    one case read the whole table against itself for a minute. Hundreds of thousands of rows are made and none of them is garbage: looking for it
    takes a third of the time.
    """
    gc.disable()
    try:
        with transaction.atomic():
            set_viewer(LOADER)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
            yield
    finally:
        gc.enable()


def _seal(at: datetime) -> None:
    """Chain the events of the past at once, and tell nobody of them: what was long ago is no news."""
    while True:
        with transaction.atomic():
            set_viewer(LOADER)
            if not seal_next(at=at, defer=lambda task, event_ids, delay: None):
                return


def _cases(count: int, at: datetime, seed: int, progress: Progress) -> None:
    invention = Invention(now=at, seed=seed, calendar=calendar_for(""))
    rng = Random(seed + 1)
    today = timezone.localdate(at)
    keys = {today - timedelta(days=n): make_key(subject="demo reporters") for n in range(DAYS + 1)}
    batch = []
    done = 0
    for told in invention.stories(count):
        batch.append(told)
        if len(batch) == BATCH or done + len(batch) == count:
            write([story for story, _ in batch], keyed(batch, keys, rng))
            done += len(batch)
            progress("案件", 0.35 + 0.4 * done / count)
            batch = []
    _start_numbers_after(count)
    take_in(by=LOADER, at=at, rng=rng)


def _people(count: int, at: datetime, progress: Progress) -> None:
    if count:
        make_room(count, by=LOADER, at=at)
        fill_batch(count, by=LOADER, at=at, progress=lambda words, share: progress(words, 0.75 + 0.2 * share))


def _start_numbers_after(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(nextval('cases_number')) FROM generate_series(1, %s)", [count])
