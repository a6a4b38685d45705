"""Typed Chinese → values: times, choices, pasted forms, slot lists. No database."""
