"""The Bot API's methods, limits, faults, webhook courier. No HTTP server."""
