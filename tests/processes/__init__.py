"""Real processes of the bot before a real server, and what goes wrong between them."""
