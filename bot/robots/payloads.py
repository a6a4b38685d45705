"""What is sent to a robot, as each platform wants it: kind of message, signature, size in bytes."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.robots.webhooks import Webhook
from corps.robots import DINGTALK, FEISHU, WECOM

TEXT_BYTES, MARKDOWN_BYTES = 2_048, 4_096
"""What a text and a markdown message of 企业微信 hold."""

MOST_BYTES = {WECOM: MARKDOWN_BYTES, DINGTALK: 15_000, FEISHU: 15_000}
"""The room for what is said, in bytes of UTF-8; 钉钉 and 飞书 take 20 kB with all that is around it."""


@dataclass(frozen=True)
class Request:
    """One call: the path below the platform's host, what goes into the query and into the body."""

    path: str
    query: dict[str, str]
    body: dict[str, Any]


def request_for(webhook: Webhook, title: str, text: str, now: float) -> Request:
    """Return the call that says a `text`, which is in the platform's own form already.

    Args:
        webhook: The robot.
        title: What a list of chats shows of it.
        text: At most `MOST_BYTES`, see `bot.robots.wording`.
        now: Seconds since 1970: signatures hold for an hour.
    """
    return _MAKERS[webhook.channel](webhook, title, text, now)


def _wecom(webhook: Webhook, _title: str, text: str, _now: float) -> Request:
    # People who read 企业微信 in WeChat are shown text only; what is too long for one has to be markdown.
    kind = "text" if len(text.encode()) <= TEXT_BYTES else "markdown"
    return Request("/cgi-bin/webhook/send", {"key": webhook.key}, {"msgtype": kind, kind: {"content": text}})


def _dingtalk(webhook: Webhook, title: str, text: str, now: float) -> Request:
    stamp = str(int(now * 1000))
    signed = {"timestamp": stamp, "sign": dingtalk_sign(webhook.secret, stamp)} if webhook.secret else {}
    # A line ends in markdown only after two blanks.
    body = {"msgtype": "markdown", "markdown": {"title": title, "text": text.replace("\n", "  \n")}}
    return Request("/robot/send", {"access_token": webhook.key, **signed}, body)


def _feishu(webhook: Webhook, _title: str, text: str, now: float) -> Request:
    stamp = str(int(now))
    signed = {"timestamp": stamp, "sign": feishu_sign(webhook.secret, stamp)} if webhook.secret else {}
    return Request(
        f"/open-apis/bot/v2/hook/{webhook.key}", {}, {**signed, "msg_type": "text", "content": {"text": text}}
    )


_MAKERS: dict[str, Callable[[Webhook, str, str, float], Request]] = {
    WECOM: _wecom,
    DINGTALK: _dingtalk,
    FEISHU: _feishu,
}


def dingtalk_sign(secret: str, stamp: str) -> str:
    """Return 钉钉's signature of a moment in milliseconds; the query's own encoding comes on top of it."""
    return _hash(secret.encode(), f"{stamp}\n{secret}".encode())


def feishu_sign(secret: str, stamp: str) -> str:
    """Return 飞书's signature of a moment in seconds: the key holds it, and nothing is signed."""
    return _hash(f"{stamp}\n{secret}".encode(), b"")


def _hash(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
