"""What sealing a value costs, by cipher, and a blind mark, by hash: the international ones and those of China (GB/T 32907, GB/T 32905).

``bin/linli bench sealing [VALUES]``, without a database: document numbers, each sealed and opened with one key, and marked. AES-256-GCM is the
baseline of SM4-GCM, HMAC-SHA256 that of HMAC-SM3.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable

from django.test import override_settings

from linli.kernel.privacy import crypto

VALUES = 200_000


def main(arguments: list[str]) -> dict[str, object]:
    """Measure, print the table, and return it."""
    count = int(arguments[0]) if arguments else VALUES
    numbers = [f"52010319{n:010}" for n in range(count)]
    key = crypto.new_key()
    print(
        f"{platform.machine()}, {count:,} values\n{'':<26}{'seconds':>9}{'microseconds each':>20}{'ratio':>8}"
    )
    found: dict[str, float] = {}
    for cipher in ("AES-256-GCM", "SM4-GCM"):
        with override_settings(CIPHER=cipher):
            sealed = crypto.seal_many(key, numbers)
            _tell(found, f"sealed, {cipher}", lambda: crypto.seal_many(key, numbers), count)
            _tell(found, f"opened, {cipher}", lambda sealed=sealed: crypto.unseal_many(key, sealed), count)  # type: ignore[misc]
    for hashed in ("SHA256", "SM3"):
        with override_settings(BLIND_HASH=hashed):
            _tell(found, f"marked, HMAC-{hashed}", lambda: crypto.blind_many("document", numbers), count)
    return {"values": count, "seconds": found}


def _tell(found: dict[str, float], name: str, work: Callable[[], object], count: int) -> None:
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    found[name] = round(took, 3)
    verb = name.partition(",")[0]
    base = next(seconds for other, seconds in found.items() if other.startswith(verb))
    print(f"{name:<26}{took:>9.2f}{took / count * 1e6:>20.2f}{took / base:>8.1f}", flush=True)
