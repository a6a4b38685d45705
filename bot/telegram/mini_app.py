"""What Telegram hands to a Mini App about who opened it (`initData`): read, and believed only with a good signature."""

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from corps.addresses import Address, telegram

HOLDS = dt.timedelta(minutes=15)
"""How long after opening the data are taken; whoever is in by then has a cookie."""

AHEAD = dt.timedelta(minutes=2)
"""How far Telegram's clock may be before ours."""

MOST = 8_192
"""Characters: more is no data of Telegram's."""


class ForgedError(ValueError):
    """Data that Telegram did not sign for this bot, or not lately."""


@dataclass(frozen=True)
class Opened:
    """Who opened the Mini App: their address, the deep link they came by (`join-…`), and what these data have alone."""

    address: Address
    link: str
    once: str


def read(token: str, data: str, now: dt.datetime) -> Opened:
    """Return who opened the Mini App of the bot with that token. Raises ForgedError.

    The signature is over all fields but `hash`, so also over `signature`, sorted, one a line.
    """
    fields = _fields(data)
    given = fields.pop("hash", "")
    said = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    right = hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode()):
        raise ForgedError("hash")
    try:
        opened_at = dt.datetime.fromtimestamp(int(fields["auth_date"]), dt.UTC)
        number = json.loads(fields["user"])["id"]
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise ForgedError("fields") from error
    if not isinstance(number, int) or isinstance(number, bool):
        raise ForgedError("user")
    if not now - HOLDS <= opened_at <= now + AHEAD:
        raise ForgedError("age")
    return Opened(telegram(number), fields.get("start_param", ""), right)


def _fields(data: str) -> dict[str, str]:
    if len(data) > MOST:
        raise ForgedError("length")
    try:
        pairs = parse_qsl(data, keep_blank_values=True, strict_parsing=True, max_num_fields=32)
    except ValueError as error:
        raise ForgedError("form") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ForgedError("twice")
    return fields
