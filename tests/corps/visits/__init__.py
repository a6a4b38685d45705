"""Tests of `corps/visits`."""
