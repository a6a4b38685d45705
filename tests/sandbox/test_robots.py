"""The sandbox's robots refuse what the real platforms refuse, with HTTP 200 and a code."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from sandbox.robots.platforms import Call, RefusedError, take
from sandbox.robots.robots import DINGTALK, FEISHU, WECOM, GroupRobot

NOW = 1_800_000_000.0


def refused(
    robot: GroupRobot, body: dict[str, Any] | None, query: dict[str, str] | None = None, size: int = 100
) -> int:
    """Return the code with which a message is refused; 0 when it is taken."""
    try:
        take(robot, Call(query or {}, body, size), NOW)
    except RefusedError as refusal:
        return refusal.code
    return 0


def text(said: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": said}}


def test_wecom_refuses_by_kind_size_pace_and_key() -> None:
    robot = GroupRobot(WECOM, "k" * 36)
    assert refused(robot, text("好")) == 0
    assert refused(robot, text("")) == 44004
    assert refused(robot, {"msgtype": "voice"}) == 40008
    assert refused(robot, None) == 47001
    assert refused(robot, text("字" * 683)) == 40058
    assert refused(robot, {"msgtype": "markdown", "markdown": {"content": "字" * 1365}}) == 0
    assert refused(robot, {"msgtype": "markdown", "markdown": {"content": "字" * 1366}}) == 40058
    assert [refused(robot, text("好")) for _ in range(14)][-2:] == [0, 45009]
    assert refused(GroupRobot(WECOM, "k", stopped=True), text("好")) == 93004
    assert refused(GroupRobot(WECOM, "k", gone=True), text("好")) == 93000


def signed(secret: str, stamp: int) -> dict[str, str]:
    """Return 钉钉's query, signed as its page says."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": str(stamp), "sign": base64.b64encode(digest).decode()}


def test_dingtalk_refuses_by_signature_clock_keyword_and_is_silent_for_ten_minutes() -> None:
    robot = GroupRobot(DINGTALK, "k" * 64, secret="SEC" + "1" * 40, keyword="同心")
    right = signed(robot.secret, int(NOW * 1000))
    assert refused(robot, text("同心"), right) == 0
    assert refused(robot, text("同心")) == 310000
    assert refused(robot, text("同心"), {**right, "sign": "x"}) == 310000
    assert refused(robot, text("同心"), signed(robot.secret, int((NOW - 3601) * 1000))) == 310000
    assert refused(robot, text("没有"), right) == 310000
    assert refused(robot, {"msgtype": "markdown", "markdown": {"text": "同心"}}, right) == 400014
    assert refused(robot, {"msgtype": "image"}, right) == 400105
    assert refused(robot, text("同心"), right, size=20_001) == 460101
    assert [refused(robot, text("同心"), right) for _ in range(20)][-2:] == [0, 130101]
    with pytest.raises(RefusedError):
        take(robot, Call(right, text("同心"), 100), NOW + 590)
    stamp = signed(robot.secret, int((NOW + 601) * 1000))
    assert take(robot, Call(stamp, text("同心"), 100), NOW + 601) == "同心"


def test_feishu_refuses_by_signature_in_the_body_keyword_and_five_a_second() -> None:
    robot = GroupRobot(FEISHU, "k" * 36, secret="s" * 22, keyword="同心")
    digest = hmac.new(f"{int(NOW)}\n{robot.secret}".encode(), b"", hashlib.sha256).digest()
    right = {"timestamp": str(int(NOW)), "sign": base64.b64encode(digest).decode(), "msg_type": "text"}
    said = {**right, "content": {"text": "同心"}}
    assert refused(robot, said) == 0
    assert refused(robot, {**said, "sign": ""}) == 19021
    assert refused(robot, {**said, "timestamp": str(int(NOW) - 3601)}) == 19021
    assert refused(robot, {**right, "content": {"text": "没有"}}) == 19024
    assert refused(robot, {**said, "msg_type": "nope"}) == 9499
    assert refused(robot, said, size=20_001) == 9499
    assert [refused(robot, said) for _ in range(5)][-2:] == [0, 11232]
    robot.here = False
    assert refused(robot, said) == 19022
    assert refused(GroupRobot(FEISHU, "k", gone=True), said) == 19001
