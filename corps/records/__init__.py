"""What the office and a person can take with them: ledger, /mine, audit log, personal data."""
