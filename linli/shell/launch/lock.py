"""``bin/lock``: writes the locks anew, each package at its newest; ``bin/lock keep`` adds and drops alone. Hashes come from the package registry alone, whatever this machine configures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from linli.shell.launch.console import Failure, say, step
from linli.shell.launch.folders import ROOT

NAMES = ("requirements", "requirements-dev", "requirements-s3", "requirements-spark")
HOST = re.compile(r"https?://|file:|--find-links|--index-url")


def compile_lock(name: str, *, newest: bool) -> None:
    """One lock for every platform and Python from 3.11, without the address of any registry in it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "-q", "--no-config", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "bin/lock", *(["--upgrade"] if newest else []),
        f"{name}.in", "-o", f"{name}.txt",
    ]  # fmt: skip
    with step(f"{name}.txt", "resolving"):
        done = subprocess.run(command, cwd=ROOT, env=kept, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Failure(
            f"{name}.in 无法求解，原因见上方", f"{name}.in could not be resolved; the reason is above"
        )
    if HOST.search((ROOT / f"{name}.txt").read_text()):
        raise Failure(f"{name}.txt 含有软件源地址", f"{name}.txt names a registry's address")


def main() -> int:
    try:
        for name in NAMES:
            compile_lock(name, newest="keep" not in sys.argv[1:])
    except Failure as failure:
        say(str(failure))
        return 1
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts"]
    done = subprocess.run(npm, cwd=ROOT, check=False).returncode
    bare_lock(ROOT / "package-lock.json")
    return done


def bare_lock(path: Path) -> None:
    """Take the addresses out of npm's lock: where a package came from and who may be sponsored. The hashes stay."""
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        for key in ("resolved", "funding"):
            package.pop(key, None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
