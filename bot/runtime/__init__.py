"""The program around the bot: settings, clock, database runner, logs, metrics, HTTP, backups. No Telegram."""
