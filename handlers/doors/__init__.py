"""Conversations about the ways in and out beside the chat: group robots."""
