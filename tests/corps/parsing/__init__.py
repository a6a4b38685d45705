"""Tests of `corps/parsing`."""
