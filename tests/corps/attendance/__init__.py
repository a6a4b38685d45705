"""Tests of `corps/attendance`."""
