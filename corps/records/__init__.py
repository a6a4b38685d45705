"""What the office and a person take away: ledger, /mine, audit log, personal data."""
