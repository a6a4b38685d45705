"""Changing or cancelling what is published, and telling exactly those affected."""
