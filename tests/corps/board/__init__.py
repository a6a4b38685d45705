"""Tests of `corps/board`."""
