"""Tests of `corps/delivery`."""
