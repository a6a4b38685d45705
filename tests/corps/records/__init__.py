"""Tests of `corps/records`."""
