"""Words that stand in data and tables, not in calls of gettext, and are translated where they are shown."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from linli.algorithms.burden import KINDS as BURDENS
from linli.algorithms.burden import OFTEN
from linli.algorithms.statistics import Caution
from linli.assessment import rules as burden_rules
from linli.assessment import states as burden_states
from linli.assessment.queries import checks
from linli.cases import rules as case_rules
from linli.cases import states
from linli.cases.commands.handling import WAYS
from linli.cases.forms.desk import CALLBACK_REASONS
from linli.cases.forms.work import REASONS
from linli.cases.queries import boards, public
from linli.cases.queries.page import DONE_WORDS
from linli.duties import rules as duty_rules
from linli.duties import states as gate_states
from linli.duties.rules import gate
from linli.insight import outline
from linli.insight.claims import OUTCOME_LABELS
from linli.kernel.accounts.roles import roles
from linli.kernel.accounts.verbs import VERBS
from linli.kernel.audit.kinds import KINDS
from linli.kernel.files.rules import ACCEPTED
from linli.kernel.jobs.job import TITLES
from linli.kernel.norms.words import CALLED, head_of
from linli.kernel.notices.commands import KINDS as CHANNELS
from linli.kernel.notices.wording import GAPS, shipped
from linli.kernel.privacy.catalogue import SENSITIVITIES, catalogue
from linli.kernel.privacy.context import DOORS
from linli.kernel.privacy.purposes import register as purposes
from linli.kernel.privacy.retention import DEEDS, RETENTION
from linli.registry.rules.elements import KINDS as RECORDS
from linli.registry.rules.elements import elements
from linli.returns import states as return_states
from linli.returns.models import Form, Query
from linli.returns.queries import fields as listed
from linli.returns.rules import rendering
from linli.returns.rules.elements import dictionary
from linli.returns.rules.periods import FREQUENCIES
from linli.shell import navigation
from linli.shell.templatetags.dates import DAYS
from linli.shell.wording.templates import HAN
from linli.territory.queries.drawing import LEVELS
from linli.territory.queries.figures import FIGURES
from linli.territory.rules.kinds import kinds

TABLES = (
    case_rules.KINDS, case_rules.CHANNELS, case_rules.URGENCIES, case_rules.CLOCKS, case_rules.FILE_PURPOSES,
    case_rules.SUPERVISION_STEPS, case_rules.REFERRALS, case_rules.PROPOSAL_FORMS, case_rules.PROPOSAL_OUTCOMES,
    case_rules.PROPOSAL_RATINGS, case_rules.SATISFACTION, case_rules.UNHAPPY_REASONS,
    case_rules.MORE_TIME, case_rules.MEASURES, public.STATES, boards.SUPERVISED, DONE_WORDS,
    duty_rules.LEAD_WORDS, duty_rules.DOMAINS, duty_rules.PLACE_KINDS, duty_rules.OWNERS, duty_rules.FACT_WORDS,
    duty_rules.LISTS, duty_rules.RESOURCES, {area: area for area in duty_rules.AREAS}, {"": "事项清单"},
    gate.MATTERS, gate.STANCES, gate.CHANNELS, gate.GROUNDS, gate.VERDICTS, OFTEN,
    outline.STATE_LABELS, OUTCOME_LABELS, GAPS, SENSITIVITIES, DEEDS, FREQUENCIES, dict(Form.Level.choices), dict(Query.State.choices),
    burden_rules.ROLES, burden_states.TOPICS, burden_states.OUTCOMES, checks.STATES, checks.FUNCTIONS,
)  # fmt: skip


def words() -> list[tuple[str, str]]:
    """(where it is declared, the words), each once, the languages' own names and pure figures left out."""
    said: dict[str, str] = {}
    for origin, lazy in _all():
        text = str(lazy)
        if HAN.search(text):
            said.setdefault(text, origin)
    return [(origin, text) for text, origin in said.items()]


def _load() -> None:
    """Import whatever declares events, jobs, verbs and doors, so that the answer does not depend on what ran before."""
    import_module(settings.ROOT_URLCONF)
    for room in apps.get_app_configs():
        for drawer in ("policy", "events", "tasks", "workbench"):
            if room.name.startswith("linli.") and find_spec(f"{room.name}.{drawer}"):
                import_module(f"{room.name}.{drawer}")


def _all() -> Iterator[tuple[str, str]]:
    _load()
    yield from (("navigation", item.label) for item, _url in navigation.items())
    for role in roles().values():
        yield from (("roles", role.title), ("roles", role.description))
    yield from (("verbs", text) for text in VERBS.values())
    yield from (("kinds of unit", kind.title) for kind in kinds().values())
    for state in (
        *states.STATES,
        *return_states.STATES,
        *burden_states.STATES,
        *gate_states.STATES,
        *gate_states.REFUSAL_STATES,
    ):
        yield from (("states", state.label), ("states", state.stage))
    yield from (
        ("transitions", arrow.label)
        for arrow in (
            *states.TRANSITIONS,
            *return_states.TRANSITIONS,
            *burden_states.TRANSITIONS,
            *gate_states.TRANSITIONS,
            *gate_states.REFUSAL_TRANSITIONS,
        )
    )
    yield from (("doors", text) for door in DOORS.items() for text in door)
    yield from (("jobs", title) for title in TITLES.values())
    yield from (("burden", text) for kind in BURDENS.values() for text in (kind.name, kind.unit))
    questions = (*burden_rules.QUESTIONS, *burden_rules.ROLE_QUESTIONS)
    yield from (("burden", text) for each in questions for text in (each.words, each.unit, each.hint))
    yield from (("channels", title) for title in CHANNELS.values())
    yield from (("notices", template.title) for template in shipped().values())
    yield from (("events", kind.sentence) for kind in KINDS.values())
    yield from (("public history", sentence) for sentence, _names in public.SENTENCES.values())
    for table in TABLES:
        yield from (("rules", str(text)) for text in table.values())
    yield from (
        ("rooms", str(room.verbose_name)) for room in apps.get_app_configs() if room.name.startswith("linli.")
    )
    yield from (("calendar", day) for day in (*"一二三四五六日", *DAYS))
    yield from (("norms", text) for text in _norm_words())
    yield from (("files", ACCEPTED),)
    yield from (("measures", text) for text in (*LEVELS.values(), *WAYS.values(), *Caution))
    yield from (("codes inside norms", str(word)) for word in CALLED.values())
    for purpose in purposes().values():
        yield from (("purposes", purpose.title), ("purposes", purpose.basis))
    yield from (("personal data", text) for text in _protection_words())
    yield from (("data elements", each.title) for kind in RECORDS for each in elements(kind).values())
    for asked in dictionary().values():
        yield from (("dictionary", text) for text in (asked.title, asked.meaning, asked.unit))
    yield from (("columns of lists", text) for text in _column_words())
    yield from (("reasons", reason) for reason in (*CALLBACK_REASONS, *REASONS))
    yield from (
        ("figures of the map", text) for figure in FIGURES.values() for text in (figure.title, figure.unit)
    )
    for figure in outline.load_chapter().figures.values():
        yield from (("figures", figure.label), ("figures", figure.unit))
    for mechanism in outline.load_coverage():
        yield from (("coverage", mechanism.group), ("coverage", mechanism.issue))
        yield from (("coverage", page.label) for page in mechanism.where)


def _column_words() -> Iterator[str]:
    """What fills the columns of lists, and in which ways."""
    for ways in rendering.WAYS.values():
        yield from ways.values()
    for record in listed.RECORDS.values():
        yield from (each.title for each in listed.fields(record).values())


def _protection_words() -> Iterator[str]:
    """What the catalogue of personal data and the rules of forgetting say."""
    for table in catalogue():
        yield from (table.title, table.basis, table.purpose, table.kept, table.no_wall)
        yield from (field.words for field in table.fields)
    for rule in RETENTION.values():
        yield from (str(rule.table._meta.verbose_name), rule.words)


def _norm_words() -> Iterator[str]:
    """Titles, units and the words of values; and what the norms of one key are called together."""
    files = sorted(Path(__file__).resolve().parents[2].rglob("norms.toml"))
    rows = [row for file in files for row in tomllib.loads(file.read_text(encoding="utf-8")).get("norm", [])]
    lines = Counter(row["key"] for row in rows)
    for row in rows:
        yield from (row["title"], row.get("unit", ""), *_strings(row["value"]))
        if lines[row["key"]] > 1:
            yield head_of(row["title"])


def _strings(value: Any) -> Iterator[str]:
    """The words inside a value, its keys included."""
    if isinstance(value, str):
        yield value
    for part in (
        value if isinstance(value, list) else (*value, *value.values()) if isinstance(value, dict) else ()
    ):
        yield from _strings(part)
