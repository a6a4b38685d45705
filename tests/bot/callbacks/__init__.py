"""Tests of `bot/callbacks`."""
