"""Tests of `corps/system`."""
