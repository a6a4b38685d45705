"""The sandbox behaves as Telegram does."""
