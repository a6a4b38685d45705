"""Members and activities out of a spreadsheet: looked at first, then all or nothing, undone in one step for a day."""
