"""轮值 (统战干部讲堂): each month one lecturer, in fair turn among those who agreed to be asked; never assigned."""

from corps.rotation import rotation_notices

KINDS_OF_NOTICE = rotation_notices
"""Where the kinds that this package owes are declared."""
