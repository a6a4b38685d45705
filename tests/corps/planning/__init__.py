"""Tests of `corps/planning`."""
