"""Tests of `bot/views`."""
