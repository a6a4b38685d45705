"""Tests of `bot/routing`."""
