"""The personal page as the corps keeps it: who is in by which browser, how one gets in, and what stands there."""
