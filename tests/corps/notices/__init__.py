"""Tests of `corps/notices`."""
