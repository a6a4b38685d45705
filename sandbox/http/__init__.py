"""The servers: Bot API endpoint, the page's API."""
