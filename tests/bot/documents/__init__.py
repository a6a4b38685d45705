"""Tests of `bot/documents`."""
