"""Tests of `corps/broadcasts`."""
