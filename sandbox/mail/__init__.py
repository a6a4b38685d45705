"""A mail server of the sandbox's own, and the mailboxes that its mail lands in."""
