"""Tests of `corps/rotation`."""
