"""What each platform does with a message: takes it, or refuses with HTTP 200 and a code, as the real ones do."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.robots.robots import DINGTALK, FEISHU, WECOM, GroupRobot

Json = dict[str, Any]
MINUTE, HOUR = 60.0, 3600.0
DINGTALK_SILENCE = 600.0
MOST_TEXT, MOST_MARKDOWN, MOST_BODY = 2_048, 4_096, 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call: its query, its body (None: it was no JSON object) and the body's size in bytes."""

    query: dict[str, str]
    body: Json | None
    size: int


class RefusedError(Exception):
    """A message is not taken: the code and the words of the platform."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def take(robot: GroupRobot, call: Call, now: float) -> str:
    """Return what a call says, in the platform's own form. Raises RefusedError. `now`: seconds since 1970."""
    said = _TAKE[robot.platform](robot, call, now)
    robot.said.append(said)
    return said


def _wecom(robot: GroupRobot, call: Call, now: float) -> str:
    if robot.gone:
        raise RefusedError(93000, "invalid webhook url, hint: [1700000000000000000000001]")
    if robot.stopped:
        raise RefusedError(93004, "robot is disabled")
    _count(robot, now, ((20, MINUTE),), RefusedError(45009, "api freq out of limit"))
    if call.body is None:
        raise RefusedError(47001, "data format error")
    kind = call.body.get("msgtype")
    if kind not in ("text", "markdown", "markdown_v2"):
        raise RefusedError(40008, "invalid message type")
    said = _text(call.body.get(kind), "content")
    if not said:
        raise RefusedError(44004, "empty content")
    most = MOST_TEXT if kind == "text" else MOST_MARKDOWN
    if len(said.encode()) > most:
        raise RefusedError(40058, f"{kind}.content exceed max length {most}. invalid Request Parameter")
    return said


def _dingtalk(robot: GroupRobot, call: Call, now: float) -> str:
    if robot.gone:
        raise RefusedError(300005, "token is not exist")
    if robot.stopped:
        raise RefusedError(400102, "robot is disabled")
    _demand_safe(robot, call, now)
    if call.size > MOST_BODY:
        raise RefusedError(460101, "message too long, exceed 20000 bytes")
    body = call.body or {}
    kind = body.get("msgtype")
    if kind not in ("text", "markdown"):
        raise RefusedError(400105, "unsupported message type")
    said = _text(body.get(kind), "content" if kind == "text" else "text")
    if not said or (kind == "markdown" and not _text(body["markdown"], "title")):
        raise RefusedError(400014, "invalid content")
    if robot.keyword not in said:
        raise RefusedError(310000, "keywords not in content, more: [https://open.dingtalk.com]")
    too_fast = RefusedError(130101, "send too fast, exceed 20 times per minute")
    _count(robot, now, ((20, MINUTE),), too_fast, silence=DINGTALK_SILENCE)
    return said


def _demand_safe(robot: GroupRobot, call: Call, now: float) -> None:
    if robot.secret:
        stamp = call.query.get("timestamp", "")
        if not stamp.isdigit() or abs(now - int(stamp) / 1000) > HOUR:
            raise RefusedError(310000, "invalid timestamp, more: [https://open.dingtalk.com]")
        if not hmac.compare_digest(call.query.get("sign", ""), _signed(robot.secret, f"{stamp}\n{robot.secret}")):
            raise RefusedError(310000, "sign not match, more: [https://open.dingtalk.com]")
    if not robot.here:
        raise RefusedError(310000, "ip 127.0.0.1 not in whitelist, more: [https://open.dingtalk.com]")


def _feishu(robot: GroupRobot, call: Call, now: float) -> str:
    if robot.gone:
        raise RefusedError(19001, "param invalid: incoming webhook access token invalid")
    if robot.stopped:
        raise RefusedError(19007, "Bot Not Enabled")
    if call.body is None or call.size > MOST_BODY:
        raise RefusedError(9499, "Bad Request")
    if robot.secret and not _is_signed(robot.secret, call.body, now):
        raise RefusedError(19021, "sign match fail or timestamp is not within one hour from current time")
    if not robot.here:
        raise RefusedError(19022, "Ip Not Allowed")
    said = _text(call.body.get("content"), "text") if call.body.get("msg_type") == "text" else ""
    if not said:
        raise RefusedError(9499, "Bad Request")
    if robot.keyword not in said:
        raise RefusedError(19024, "Key Words Not Found")
    _count(robot, now, ((100, MINUTE), (5, 1.0)), RefusedError(11232, "frequency limited"))
    return said


def _is_signed(secret: str, body: Json, now: float) -> bool:
    stamp = str(body.get("timestamp", ""))
    if not stamp.isdigit() or abs(now - int(stamp)) > HOUR:
        return False
    # The key holds moment and secret, and nothing is signed with it.
    key = f"{stamp}\n{secret}".encode()
    right = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
    return hmac.compare_digest(str(body.get("sign", "")), right)


_TAKE: dict[str, Callable[[GroupRobot, Call, float], str]] = {WECOM: _wecom, DINGTALK: _dingtalk, FEISHU: _feishu}


def _signed(secret: str, words: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), words.encode(), hashlib.sha256).digest()).decode()


def _text(part: object, name: str) -> str:
    found = part.get(name) if isinstance(part, dict) else None
    return found if isinstance(found, str) else ""


def _count(
    robot: GroupRobot, now: float, limits: tuple[tuple[int, float], ...], refusal: RefusedError, silence: float = 0.0
) -> None:
    """Count a message. Refuse it if there were too many, and all others in the `silence` (seconds) that follows."""
    full = any(sum(at > now - seconds for at in robot.sent) >= most for most, seconds in limits)
    if now < robot.quiet_until or full:
        robot.quiet_until = max(robot.quiet_until, now + silence if full else 0.0)
        raise refusal
    robot.sent.append(now)
    while robot.sent[0] <= now - MINUTE:
        robot.sent.popleft()
