"""Tests of `bot/telegram`."""
