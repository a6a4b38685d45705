"""A robot's address as it is pasted, and how it is kept: encrypted, and never shown again.

Of what is pasted only the key counts: host and path are ours, so that nothing is ever sent anywhere else.
"""

import base64
import contextlib
import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from corps.robots import DINGTALK, FEISHU, WECOM

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


@dataclass(frozen=True)
class Webhook:
    """A robot: its `channel` (which platform), its key there, and the secret it wants messages signed with, if any."""

    channel: str
    key: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def mark(self) -> str:
        """What the same robot is known by, without its key."""
        return hashlib.sha256(f"{self.channel}:{self.key}".encode()).hexdigest()

    def signed(self, secret: str) -> "Webhook":
        """Return the same robot with its signing secret."""
        return replace(self, secret=secret)


_KEY = r"([A-Za-z0-9_-]{8,128})(?![A-Za-z0-9_-])"
_ADDRESSES = {
    WECOM: re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?(?:[^\s#]*&)?key=" + _KEY),
    DINGTALK: re.compile(r"https://oapi\.dingtalk\.com/robot/send\?(?:[^\s#]*&)?access_token=" + _KEY),
    FEISHU: re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/" + _KEY),
}
_LOOKS_SECRET = re.compile(r"(?i)https?://|key=|access_token|/hook/|\bSEC[0-9a-f]{16}|[A-Za-z0-9_-]{16}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{8,128}")

HAVE_SECRETS = (DINGTALK, FEISHU)
"""The platforms whose robots may want messages signed."""


def read_webhook(text: str) -> Webhook | None:
    """Return the robot whose address stands in a text; None when there is none of a platform that we know."""
    found = ((channel, pattern.search(text)) for channel, pattern in _ADDRESSES.items())
    return next((Webhook(channel, match[1]) for channel, match in found if match is not None), None)


def read_secret(text: str) -> str:
    """Return the signing secret that was typed; empty when it can be none."""
    return text if _SECRET.fullmatch(text) else ""


def may_be_secret(text: str) -> bool:
    """Tell whether something that was typed may hold a secret, understood or not: then it must not stay in a chat."""
    return _LOOKS_SECRET.search(text) is not None


class UnreadableError(Exception):
    """What is kept can't be read with the key that there is."""


class Vault:
    """Encrypts robots' addresses. `keys`: those of `SECRET_KEY`, the newest first; empty: nothing can be kept."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys

    @property
    def usable(self) -> bool:
        """Whether there is a key."""
        return bool(self._keys)

    def _boxes(self) -> "list[Fernet]":
        """Return what encrypts with each key, the newest first."""
        from cryptography.fernet import Fernet  # 7 MB that only a corps with robots need hold

        return [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in self._keys]

    def seal(self, webhook: Webhook) -> str:
        """Return a robot's address, encrypted. Raises UnreadableError without a key."""
        if not self._keys:
            raise UnreadableError
        return self._boxes()[0].encrypt(json.dumps([webhook.channel, webhook.key, webhook.secret]).encode()).decode()

    def open(self, sealed: str) -> Webhook:
        """Return the address that was encrypted. Raises UnreadableError."""
        return self._opened(sealed)[0]

    def renewed(self, sealed: str) -> str:
        """Return the same, encrypted by the newest key, so that older ones can go. Raises UnreadableError."""
        webhook, number = self._opened(sealed)
        return self.seal(webhook) if number else sealed

    def _opened(self, sealed: str) -> tuple[Webhook, int]:
        """Return the address, and the number of the key that it was encrypted with, from 0."""
        from cryptography.fernet import InvalidToken

        for number, box in enumerate(self._boxes()):
            with contextlib.suppress(InvalidToken, ValueError):
                return Webhook(*json.loads(box.decrypt(sealed.encode()))), number
        raise UnreadableError
