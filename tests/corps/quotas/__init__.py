"""Tests of `corps/quotas`."""
