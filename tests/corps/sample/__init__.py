"""Tests of `corps/sample`."""
