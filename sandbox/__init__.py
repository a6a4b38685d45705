"""A Bot API server on your desk, with a page to chat on. Imports nothing of the project."""
