"""Tests of `corps/activities`."""
