"""The personal pages: the same conversations as in a chat, as web pages and forms."""
