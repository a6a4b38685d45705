"""Tests of `corps/changes`."""
