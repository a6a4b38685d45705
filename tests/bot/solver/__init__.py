"""Tests of `bot/solver`."""
