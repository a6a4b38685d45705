"""Coming, roles, moving, leaving, being erased; preferences; team pages; tying a group chat to a team."""
