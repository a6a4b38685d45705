"""Messages of a coordinator to an audience: composing, sending, timing, 收到, progress, corrections."""

from corps.broadcasts import copies

KINDS_OF_NOTICE = copies
"""Where the kinds that this package owes are declared."""
