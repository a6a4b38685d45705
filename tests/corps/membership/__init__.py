"""Tests of `corps/membership`."""
