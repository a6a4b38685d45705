"""Sentences about what the corps does, checked without Telegram, clock or settings."""
