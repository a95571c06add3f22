"""The data folder: everything that Linli keeps outside the database, and the embedded database itself."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from linli.shell.launch.console import Failure

ROOT = Path(__file__).resolve().parents[3]
PRIVATE = ("keys", "files", "audit", "run")


@dataclass(frozen=True)
class DataFolder:
    """The folder with its parts; ``make`` creates what is missing and closes it to other people."""

    path: Path

    @classmethod
    def chosen(cls, option: str | None = None) -> DataFolder:
        """The folder of an option, else of LINLI_DATA, else ``.linli`` in the clone."""
        return cls(Path(option or os.environ.get("LINLI_DATA") or ROOT / ".linli").absolute())

    @property
    def keys(self) -> Path:
        return Path(os.environ.get("LINLI_KEYS_DIR") or self.path / "keys")

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def static(self) -> Path:
        return self.path / "static"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    def make(self) -> None:
        """Root's folder lets the database's own user pass through; all else is for its owner alone."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for name in PRIVATE:
                (self.path / name).mkdir(exist_ok=True)
                (self.path / name).chmod(0o700)
            self.keys.mkdir(parents=True, exist_ok=True)
            self.static.mkdir(exist_ok=True)
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        except OSError as refused:
            raise Failure(
                f"数据文件夹 {self.path} 不可写（{refused.strerror}）。请以其主人身份运行，或用 --data 另选一个",
                f"the data folder {self.path} cannot be written: run as its owner, or choose another with --data",
            ) from refused


@dataclass(frozen=True)
class Choices:
    """What this data folder was started with, remembered for later starts and for ``bin/linli``."""

    district: str
    demo: bool

    @classmethod
    def remembered(cls, folder: DataFolder) -> Choices | None:
        try:
            stored = json.loads((folder.path / "choices.json").read_text())
            return cls(district=str(stored["district"]), demo=bool(stored["demo"]))
        except (OSError, ValueError, KeyError):
            return None

    def remember(self, folder: DataFolder) -> None:
        (folder.path / "choices.json").write_text(
            json.dumps({"district": self.district, "demo": self.demo}) + "\n"
        )
