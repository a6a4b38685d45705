"""People, chats, messages, files, updates: the state, and what people do to it."""
