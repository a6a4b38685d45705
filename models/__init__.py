"""Tables and the engine; nothing but data."""
