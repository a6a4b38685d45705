"""Conversations about what leaves the corps as files and comes in as files: imports, hand-ins, templates."""
