"""Keys, looks at personal values, and what a second person has to agree to."""

from __future__ import annotations

from linli.kernel.privacy.commands.indexes import held_stamp, mark_anew, require_right_key
from linli.kernel.privacy.commands.keys import (
    SEALED,
    Forgotten,
    OpenKey,
    declare_sealed,
    forget,
    make_key,
    make_keys,
    open_key,
    rewrap_some,
    under_old_keys,
)
from linli.kernel.privacy.commands.requests import (
    NotDecidable,
    NotYours,
    ReasonNeeded,
    ask,
    decide,
    end,
    use,
)
from linli.kernel.privacy.commands.revealing import (
    ApprovalNeeded,
    PurposeRequired,
    declare_reveal,
    fingerprint_of,
    log_reveal,
    log_reveals,
)
from linli.kernel.privacy.purposes import purposes

__all__ = [
    "SEALED", "ApprovalNeeded", "Forgotten", "NotDecidable", "NotYours", "OpenKey", "PurposeRequired", "ReasonNeeded", "ask", "decide", "declare_reveal", "declare_sealed", "end", "fingerprint_of", "forget", "held_stamp", "log_reveal", "log_reveals", "make_key", "make_keys", "mark_anew", "open_key", "purposes", "require_right_key", "rewrap_some", "under_old_keys", "use",
]  # fmt: skip
