"""Conversations about what goes out of the house and comes into it: imports, hand-ins, templates."""
