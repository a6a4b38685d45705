"""Rural-aid pairings: registered, confirmed, ended, what counts."""
