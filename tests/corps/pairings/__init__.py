"""Tests of `corps/pairings`."""
