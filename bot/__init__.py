"""The Telegram toolbox: settings, clock, desk, gate, payloads, views, texts. Knows no handler."""
