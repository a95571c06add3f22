"""``bin/linli``: the product's command line on the product's database, started where it is stopped."""

from __future__ import annotations

import os
import subprocess
import sys

from linli.shell.launch import prepare
from linli.shell.launch.console import Failure, say
from linli.shell.launch.folders import Choices, DataFolder
from linli.shell.launch.holding import database
from linli.shell.launch.keys import make_keys
from linli.shell.launch.run import DEFAULT_DISTRICT

HELP = {"-h", "--help"}


def split(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The data folder of a leading ``--data DIR``, and the rest."""
    if len(arguments) > 1 and arguments[0] == "--data":
        return arguments[1], arguments[2:]
    if arguments and arguments[0].startswith("--data="):
        return arguments[0].removeprefix("--data="), arguments[1:]
    return None, arguments


def run(folder: DataFolder, arguments: list[str]) -> int:
    """One command in a process of its own, so that Ctrl-C reaches it before the database is let go."""
    choices = Choices.remembered(folder) or Choices(
        district=os.environ.get("LINLI_DISTRICT") or DEFAULT_DISTRICT,
        demo=os.environ.get("LINLI_DEMO") == "1",
    )
    folder.make()
    make_keys(folder.keys)
    with database(folder) as (addresses, server):
        environment = prepare.environment(folder, addresses, choices)
        if arguments[0] not in {"django", "migrate"}:
            prepare.migrate(folder, environment, server)
        if arguments[0] not in {"django", "migrate", "privacy"}:
            prepare.check_index_key(folder, environment, server)
        return wait(subprocess.Popen([sys.executable, "-m", "linli.shell.cli", *arguments], env=environment))


def wait(process: subprocess.Popen[bytes]) -> int:
    """A terminal sends Ctrl-C to the command too: it decides what that means, and its answer is ours."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def main(arguments: list[str]) -> int:
    data, rest = split(arguments)
    if not rest or HELP & set(rest):
        os.execv(sys.executable, [sys.executable, "-m", "linli.shell.cli", *(rest or ["--help"])])
    try:
        return run(DataFolder.chosen(data), rest)
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("已中断", "interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
