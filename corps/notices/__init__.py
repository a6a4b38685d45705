"""Messages that are owed (a transactional outbox): their kinds, how to owe one, who can be reached."""

from corps.notices.due import Due, Owed
from corps.notices.outbox import (
    LEASE,
    NO_LONGER_SO,
    NOT_BY,
    CardShown,
    GiveUp,
    Moot,
    Moved,
    Outcome,
    RetryLater,
    Sent,
    cancel_owed,
    due_of,
    owe,
    reopen,
    spared,
)

__all__ = [
    "LEASE",
    "NOT_BY",
    "NO_LONGER_SO",
    "CardShown",
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
    "reopen",
    "spared",
]
