"""A second channel, which exists only here: what a channel needs, and that nothing else has to change for it."""
