"""All that knows Telegram: transport, calls, rate limiter, circuit breaker, polling, webhook, inbox, sender, menu."""

import sys

# The library does without what is not there: `cryptography` is for Telegram Passport, which nobody is asked for (7 MB),
# `click` for the command line of its HTTP client, which is not used (1 MB).
_ABSENT = [name for name in ("cryptography", "click") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_ABSENT))  # type: ignore[arg-type]
import telegram  # noqa: E402, F401

for _name in _ABSENT:
    del sys.modules[_name]
