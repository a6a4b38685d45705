"""All that knows Telegram: transport, calls, rate limiter, circuit breaker, polling, webhook, inbox, sender, menu."""
