"""Rural-aid pairings: registered, confirmed, ended, what counts."""

from corps.pairings import pairing_cards

KINDS_OF_NOTICE = pairing_cards
"""Where the kinds that this package owes are declared."""
