"""Messages that are owed (the transactional outbox): kinds, owing, who can be reached."""

from corps.notices.due import Due
from corps.notices.outbox import (
    LEASE,
    GiveUp,
    Moot,
    Moved,
    Outcome,
    Owed,
    RetryLater,
    Sent,
    cancel_owed,
    due_of,
    owe,
    spared,
)

__all__ = [
    "LEASE",
    "Due",
    "GiveUp",
    "Moot",
    "Moved",
    "Outcome",
    "Owed",
    "RetryLater",
    "Sent",
    "cancel_owed",
    "due_of",
    "owe",
    "spared",
]
