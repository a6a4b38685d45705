"""The 五个10: the tally, what is in a line, the weekly digests."""
