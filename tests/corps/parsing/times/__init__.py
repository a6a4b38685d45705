"""Tests of `corps/parsing/times`."""
