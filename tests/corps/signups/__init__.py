"""Tests of `corps/signups`."""
