"""Turns typed Chinese into values: times, choices, pasted forms, lists of slots. No database."""
