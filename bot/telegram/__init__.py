"""All that knows Telegram: transport, calls, rate limiter, circuit breaker, polling, webhook, inbox, sender, menu."""

import sys

if "cryptography" not in sys.modules:
    # The library loads it for Telegram Passport, which nobody is asked for: 7 MB. It does without what is not there.
    sys.modules["cryptography"] = None  # type: ignore[assignment]
    import telegram  # noqa: F401

    del sys.modules["cryptography"]
