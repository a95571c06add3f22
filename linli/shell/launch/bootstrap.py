"""Makes the product's own environment from the locks, then hands over to a module that runs inside it.

Runs on any Python from 3.11 with the standard library alone: ``bootstrap.py PROFILE MODULE [args]``.
A profile names what must be there: ``base`` (Python packages), ``site`` (and the browser's files),
``dev`` (and what tests and checks need). Each part has a stamp, so that a second start takes no time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_PROFILES = {"site", "dev"}
NODE_STAMP = ROOT / "node_modules" / ".linli-stamp"
OLDEST_PYTHON = (3, 11)


class Stop(Exception):
    """A step failed; the text says what to do, Chinese first."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def digest(paths: list[Path], *words: str) -> str:
    """One fingerprint of the files' contents and some words."""
    total = hashlib.sha256("\n".join(words).encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


@contextmanager
def alone() -> Iterator[None]:
    """Only one process at a time builds the environment; others wait for it."""
    with open(ROOT / ".venv.lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(
                "另一个进程正在准备运行环境，请稍候 / waiting for another process that prepares the environment"
            )
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run_shown(command: list[str], title: str, advice: str) -> None:
    """Runs a long step with a sign of life; its output is shown only where it fails."""
    started = time.monotonic()
    log = ROOT / ".venv.log"
    with open(log, "wb") as output:
        step = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=quiet_environment()
        )
        while True:
            try:
                code = step.wait(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                show_progress(title, time.monotonic() - started)
            except KeyboardInterrupt:
                step.terminate()
                step.wait()
                raise
    if code:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        raise Stop(f"{tail}\n\n✗ {title}\n  {advice}")
    end_progress(f"✓ {title} ({time.monotonic() - started:.0f} s)")
    log.unlink(missing_ok=True)


def show_progress(title: str, seconds: float) -> None:
    if sys.stderr.isatty():
        print(f"\r… {title} ({seconds:.0f} s) ", end="", file=sys.stderr, flush=True)
    elif int(seconds * 2) % 30 == 1:
        say(f"… {title} ({seconds:.0f} s)")


def end_progress(text: str) -> None:
    print(f"\r\033[K{text}" if sys.stderr.isatty() else text, file=sys.stderr, flush=True)


def quiet_environment() -> dict[str, str]:
    return os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "NO_COLOR": "1"}


def python_works() -> bool:
    if not PYTHON.exists():
        return False
    asked = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)
    return asked.returncode == 0


def make_venv() -> None:
    run_shown(
        [getattr(sys, "_base_executable", sys.executable), "-m", "venv", "--clear", str(VENV)],
        "建立运行环境 / making the environment .venv",
        "请安装 Python 的 venv 模块（Debian/Ubuntu：apt install python3-venv）后重试\n"
        "  install Python's venv module (Debian/Ubuntu: apt install python3-venv) and try again",
    )


def install_python(profile: str) -> None:
    """Packages exactly as locked; a package whose hash differs is refused."""
    if python_ready(profile):
        return
    if not python_works():
        make_venv()
    say("首次安装约需一两分钟 / the first installation takes a minute or two")
    name = lock_of(profile)
    run_shown(
        [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-compile", "-r", name],
        f"安装 Python 依赖 / installing {name}",
        "请检查网络或 pip 镜像设置（pip config list）后重试；已下载的部分不会重来\n"
        "  check the network or the pip mirror (pip config list) and try again",
    )
    for covered in {profile, "base"}:
        python_stamp(covered).write_text(python_wanted(covered))


def install_node() -> None:
    """The browser's files exactly as locked, without running any script of theirs."""
    if node_ready():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise Stop(
            "✗ 没有找到 npm：网页所用的脚本和样式由它安装。请安装 Node.js 18 以上（Debian/Ubuntu：apt install nodejs npm）"
            "后重试\n  npm was not found: install Node.js 18 or newer (Debian/Ubuntu: apt install nodejs npm) and try again"
        )
    run_shown(
        [npm, "ci", "--ignore-scripts"],
        "安装网页依赖 / installing the browser's files",
        "请检查网络或 npm 镜像设置（npm config get registry）后重试\n"
        "  check the network or the npm mirror (npm config get registry) and try again",
    )
    NODE_STAMP.write_text(digest([ROOT / "package-lock.json"]))


def lock_of(profile: str) -> str:
    """The lock of a profile; where files are kept in an S3-compatible store, the one that brings its client."""
    if profile == "dev":
        return "requirements-dev.txt"
    return "requirements-s3.txt" if os.environ.get("LINLI_S3_BUCKET") else "requirements.txt"


def python_stamp(profile: str) -> Path:
    return VENV / ("stamp-dev" if profile == "dev" else "stamp-base")


def python_wanted(profile: str) -> str:
    return digest([ROOT / lock_of(profile)], sys.version)


def python_ready(profile: str) -> bool:
    stamp = python_stamp(profile)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == python_wanted(profile)


def node_ready() -> bool:
    return NODE_STAMP.exists() and NODE_STAMP.read_text() == digest([ROOT / "package-lock.json"])


def is_ready(profile: str) -> bool:
    """The quick look that every later start takes, without a lock."""
    return python_ready(profile) and (profile not in NODE_PROFILES or node_ready())


def prepare(profile: str) -> None:
    if is_ready(profile):
        return
    with alone():
        install_python(profile)
        if profile in NODE_PROFILES:
            install_node()


def main(profile: str, module: str, arguments: list[str]) -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise Stop("✗ 需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed")
    prepare(profile)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    os.execve(PYTHON, [str(PYTHON), "-m", module, *arguments], environment)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3:])
    except Stop as stop:
        say(str(stop))
        sys.exit(1)
    except PermissionError as refused:
        say(
            f"✗ 不能写入 {refused.filename}：请以该文件夹的主人身份运行，或另作一份克隆\n"
            f"  cannot write {refused.filename}: run as the owner of that folder, or make a clone of your own"
        )
        sys.exit(1)
    except KeyboardInterrupt:
        say("\n已中断 / interrupted")
        sys.exit(130)
