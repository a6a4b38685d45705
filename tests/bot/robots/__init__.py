"""Group robots of other messengers."""
