"""Sentences about the corps, checked."""
