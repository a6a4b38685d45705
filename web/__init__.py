"""The personal page: the same conversation by another door. What the chat says in bubbles, this says in pages."""
