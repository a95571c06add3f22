"""The tables in ``docs/`` that are written from the product itself: ``bin/fix documents`` writes them, a test compares."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import override

from linli.cases.states import TABLE
from linli.kernel.audit.kinds import KINDS
from linli.kernel.audit.subscriptions import SUBSCRIPTIONS
from linli.kernel.registers.register import REGISTERS
from linli.shell.cli.nouns import NOUNS

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = "Written by `bin/fix documents`; a test keeps it current."

OTHER_SETTINGS = {
    "LINLI_SECRET_KEY": ("the file `secret_key`", "Key of sessions and forms; the file in the folder of keys by default"),
    "LINLI_MASTER_KEY": ("the file `master.key`", "Key under which the data keys of personal values are sealed, as hexadecimal"),
    "LINLI_INDEX_KEY": ("the file `index.key`", "Key of the blind indexes, as hexadecimal; changed by `bin/linli privacy reindex`"),
    "LINLI_PLAIN_STATIC": ("", "Serve static files unhashed; for tests and scratch servers"),
    "LINLI_TEST_DATA": ("a folder that is removed", "Data folder of `bin/test`, kept between runs"),
    "LINLI_TESTING": ("", "Set by `bin/test`"),
    "LINLI_SCREENS": ("", "Folder into which the journeys put a picture of every page"),
    "LINLI_CHROMIUM": ("the first one found", "The browser of the journeys and of the screenshots"),
    "LINLI_PYTHON": ("`python3`", "The Python from which `bin/` makes its environment"),
    "LINLI_LAUNCHED_FROM": ("", "Set by `bin/`: the folder where the command was typed"),
    "LINLI_WRITE_SNAPSHOTS": ("", "Lets a test write its snapshot anew instead of comparing with it"),
}  # fmt: skip
"""What is read outside the settings module: by the launcher and the tests."""


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def page(title: str, opening: str, *parts: str) -> str:
    """A whole document."""
    return "\n\n".join([f"# {title}", opening, WRITTEN, *parts]) + "\n"


def settings_page() -> str:
    """Every environment variable with its default and meaning."""
    return page(
        "Settings",
        "Everything an installation may set is an environment variable.",
        table(("variable", "default", "meaning"), settings_rows()),
    )


def settings_rows() -> list[tuple[str, str, str]]:
    """Read from the calls in the settings module, so that they do not depend on the machine that writes this."""
    rows = []
    for call in calls_in(ROOT / "linli" / "shell" / "settings.py", "env_"):
        name, default, meaning = call.args
        rows.append((f"`{ast.literal_eval(name)}`", _default(default), ast.literal_eval(meaning)))
    rows += [(f"`{name}`", default, meaning) for name, (default, meaning) in OTHER_SETTINGS.items()]
    return sorted(rows)


def calls_in(path: Path, prefix: str) -> Iterator[ast.Call]:
    """The calls of functions whose name begins so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith(prefix):
            yield node


def _default(node: ast.expr) -> str:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        words = ast.unparse(node)
        return f"`{'/'.join(re.findall(r'[.a-z]+', words.split('/', 1)[1])) if '/' in words else words}`"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return f"`{','.join(value)}`" if value else ""
    return f"`{value}`" if value != "" else ""


def events_page() -> str:
    """Every event with its sentence and who listens."""
    heard: dict[str, list[str]] = {}
    for listener in SUBSCRIPTIONS:
        heard.setdefault(listener.event, []).append(f"`{listener.task}`")
    rows = [
        (
            f"`{kind.name}`",
            kind.sentence,
            "look" if kind.is_read else "change",
            ", ".join(sorted(heard.get(kind.name, []))),
        )
        for kind in sorted(KINDS.values(), key=lambda kind: kind.name)
    ]
    opening = (
        "The closed list of what is written into the chain of events, in the transaction of the change itself. A sentence is "
        "filled with the values of the event. A *look* is a read of personal data or a file that leaves."
    )
    return page("Events", opening, table(("event", "sentence", "kind", "listeners"), rows))


def commands_page() -> str:
    """Every command of every room, and every word of the command line."""
    parts = [
        f"## {room}\n\n" + table(("command", "told", "meaning"), rows)
        for room in _rooms()
        if (rows := list(commands_of(room)))
    ]
    words = table(
        ("word", "中文", "English"),
        [(f"`bin/linli {noun.name}`", noun.chinese, noun.english) for noun in NOUNS.values()],
    )
    opening = "Every write: one function, one transaction, one event. `by=` is who acts, `at=` is when."
    return page("Commands", opening, *parts, f"## The command line\n\n{words}")


def _rooms() -> list[str]:
    names = [
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for path in sorted(ROOT.glob("linli/**/apps.py"))
    ]
    return [name for name in names if ".tests" not in name]


def commands_of(room: str) -> Iterator[tuple[str, str, str]]:
    """Name, keywords and first sentence of a room's commands."""
    folder = ROOT.joinpath(*room.split("."))
    for path in sorted([folder / "commands.py", *folder.glob("commands/*.py")]):
        if not path.exists():
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _is_command(node):
                told = ", ".join(argument.arg for argument in (*node.args.args, *node.args.kwonlyargs))
                yield f"`{node.name}`", told, (ast.get_docstring(node) or "").split("\n")[0]


def _is_command(function: ast.FunctionDef) -> bool:
    return any(
        ast.unparse(decorator).startswith("transaction.atomic") for decorator in function.decorator_list
    )


def registers_page() -> str:
    """Every list page."""
    rows = [
        (
            f"`{name}`", made.title, f"`{made.verb}`", "、".join(str(column.label) for column in made.columns),
            "、".join(str(declared.label) for declared in made.filters), _brings(made),
        )
        for name, made in sorted(REGISTERS.items())
    ]  # fmt: skip
    heads = ("register", "title", "verb", "columns", "filters", "besides")
    return page(
        "Registers",
        "Every list page: what it shows, by what it is narrowed, and who may see it.",
        table(heads, rows),
    )


def _brings(made: object) -> str:
    has = {"search": "search", "map": "map", "importer": "import", "dated": "as of a date"}
    return ", ".join(words for attribute, words in has.items() if getattr(made, attribute))


def states_page() -> str:
    """The one table of a case's states, as a diagram and as a table."""
    rows = [
        (t.label, "、".join(TABLE.state(s).label for s in t.sources), TABLE.state(t.target).label, f"`{t.permission}`", t.guard and f"`{t.guard}`",
         ", ".join(t.clocks), t.why)
        for t in TABLE.transitions
    ]  # fmt: skip
    heads = ("arrow", "from", "to", "verb", "rule", "clocks", "why")
    opening = "Buttons, interface, diagram and tests come from this one table (`linli/cases/states.py`)."
    return page("States of a case", opening, f"```mermaid\n{TABLE.mermaid()}\n```", table(heads, rows))


PAGES = {
    "settings.md": settings_page,
    "events.md": events_page,
    "commands.md": commands_page,
    "registers.md": registers_page,
    "states.md": states_page,
}


def written() -> dict[Path, str]:
    """Every document as it should be."""
    autodiscover_modules("events", "policy", "tasks", "registers", "workbench")
    with override("zh-hans"):
        return {ROOT / "docs" / name: make() for name, make in PAGES.items()}


def write() -> None:
    """Write them all."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
