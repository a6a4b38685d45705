"""Texts and keyboards as Telegram reads and refuses them."""
