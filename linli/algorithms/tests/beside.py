"""Real forms that may not ship: where the shared data lies beside the clone they are read as well."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[4] / "shared" / "data" / "forms"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data does not lie beside the clone")
