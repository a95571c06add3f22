"""Reading the environment, so that every setting has a default and one sentence that explains it."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One environment variable that Linli understands."""

    name: str
    default: str
    meaning: str


SETTINGS: dict[str, Setting] = {}


def env_text(name: str, default: str, meaning: str) -> str:
    """The variable's text, or the default where it is not set or empty."""
    SETTINGS[name] = Setting(name, default, meaning)
    return os.environ.get(name) or default


def env_flag(name: str, default: bool, meaning: str) -> bool:
    """True for 1, true, yes or on."""
    return env_text(name, "1" if default else "0", meaning).lower() in {"1", "true", "yes", "on"}


def env_int(name: str, default: int, meaning: str) -> int:
    """A whole number; anything else stops the start with a message that names the variable."""
    text = env_text(name, str(default), meaning)
    try:
        return int(text)
    except ValueError:
        raise SystemExit(f"{name} 应为整数，现为 {text!r} / {name} must be a whole number") from None


def env_list(name: str, default: list[str], meaning: str) -> list[str]:
    """Comma-separated words."""
    return [word.strip() for word in env_text(name, ",".join(default), meaning).split(",") if word.strip()]
