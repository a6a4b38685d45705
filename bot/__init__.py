"""The conversation: what is said, to which handler it goes, and the channels. Knows no handler."""
