"""The data of personal pages: which browsers are signed in, personal links, and the stored messages."""
