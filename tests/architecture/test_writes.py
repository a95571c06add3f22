"""Where the database is written, how a command is called, and what glue is not used."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.house import folder, place, rooms, sources

WRITERS = {"commands", "importers", "models"}
"""Drawers that write rows. (Models hold queryset methods; what they may do is looked at in review.)"""

OWN_WRITERS = {
    "linli.kernel.accounts": {"limits", "tokens"},
    "linli.kernel.audit": {"record"},
    "linli.kernel.norms": {"freshness"},
    "linli.kernel.privacy": {"retention"},
    "linli.kernel.registers": {"exporting", "importing"},
    "linli.shell": {"demo"},
}
"""Kernel apps whose work is writing, named after it; the demo's loader writes in bulk what commands would."""

WRITES = {
    "save",
    "create",
    "bulk_create",
    "update_or_create",
    "get_or_create",
    "bulk_update",
    "delete",
    "update",
}
MANAGERS = {"objects", "filter", "exclude", "all", "select_for_update"}


def is_write(call: ast.Call) -> bool:
    """``row.save()``, ``Model.objects.create()``, ``rows.filter().update()``; a dict's update is not meant."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    if call.func.attr == "save":
        return not any(
            isinstance(arg, ast.Name) and arg.id in {"buffer", "file", "out", "stream", "target"}
            for arg in call.args
        )
    words = {node.attr for node in ast.walk(call.func.value) if isinstance(node, ast.Attribute)}
    return bool(words & MANAGERS)


@pytest.mark.parametrize("room", rooms())
def test_rows_are_written_by_commands_alone(room: str) -> None:
    allowed = WRITERS | OWN_WRITERS.get(room, set())
    wrong = []
    for path, tree in sources(room):
        drawer = path.relative_to(folder(room)).parts[0].removesuffix(".py")
        if drawer in allowed:
            continue
        wrong += [
            place(path, node) for node in ast.walk(tree) if isinstance(node, ast.Call) and is_write(node)
        ]
    assert wrong == []


WHO = {"by", "user", "username", "call_id"}
"""How a command is told who acts; ``check_sign_in`` and ``mark_read`` know the person by nothing but the account."""


EXCEPTIONS = {
    "tell": "a notice is the answer to an event, which says who acted",
    "mark_sent": "the job that has sent a code says so",
    "escalate": "the clock lets a case rise, nobody does",
    "choose_columns": "one's own look at a list has no date",
}
"""Commands that are told less, each with its reason: this list may only shrink."""


def commands_of(tree: ast.Module) -> list[ast.FunctionDef]:
    """The commands of a module: its public functions that are one transaction."""
    functions = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    return [
        f
        for f in functions
        if any(ast.unparse(decorator) == "transaction.atomic" for decorator in f.decorator_list)
    ]


def acts_as_the_system(function: ast.FunctionDef) -> bool:
    """Whether a command works for a named automaton (``by=WATCH``) and for nobody else."""
    given = [
        keyword.value
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "by"
    ]
    return bool(given) and all(isinstance(value, ast.Name) and value.id.isupper() for value in given)


@pytest.mark.parametrize("room", rooms())
def test_a_command_is_told_who_acts_and_when(room: str) -> None:
    wrong = []
    for path, tree in sources(room, "commands"):
        for command in commands_of(tree):
            if command.name in EXCEPTIONS:
                continue
            keywords = {argument.arg for argument in command.args.kwonlyargs}
            given = keywords | {argument.arg for argument in command.args.args}
            if "at" not in given or not (WHO & keywords or acts_as_the_system(command)):
                wrong.append(f"{place(path, command)} {command.name}")
    assert wrong == []


@pytest.mark.parametrize("room", rooms())
def test_nothing_is_glued_by_signals(room: str) -> None:
    wrong = []
    for path, tree in sources(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any(
                "receiver" in ast.unparse(d) for d in node.decorator_list
            ):
                wrong.append(place(path, node))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("django.dispatch", "django.db.models.signals")
            ):
                wrong.append(place(path, node))
    assert wrong == []


@pytest.mark.parametrize("room", rooms())
def test_the_clock_is_read_at_the_edge(room: str) -> None:
    """Commands, queries and rules are given the time; they do not look at a clock."""
    wrong = []
    for path, tree in sources(room, "commands", "rules", "states"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "timezone.now",
                "datetime.now",
                "date.today",
            }:
                wrong.append(place(path, node))
    assert wrong == []
