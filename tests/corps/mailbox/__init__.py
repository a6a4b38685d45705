"""Tests of `corps/mailbox`."""
