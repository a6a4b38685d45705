"""走访: a visit of a pairing is an activity that was held, with people, report, photos and hours; what is agreed."""

from corps.visits import reminders

KINDS_OF_NOTICE = reminders
"""Where the kinds that this package owes are declared."""
