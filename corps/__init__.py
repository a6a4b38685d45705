"""What the corps does. Synchronous; no Telegram, no clock, no settings."""
