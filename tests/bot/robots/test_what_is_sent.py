"""What goes to a robot: its address as people paste it, the signatures, and texts cut to bytes."""

import datetime as dt
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.robots.answers import Verdict, verdict
from bot.robots.pace import STEPS_ASIDE, Pace, steps_aside
from bot.robots.payloads import MOST_BYTES, dingtalk_sign, feishu_sign, request_for
from bot.robots.webhooks import UnreadableError, Vault, Webhook, may_be_secret, read_webhook
from bot.robots.wording import said_by
from corps.addresses import Address
from corps.parsing.lengths import clusters
from corps.robots import CHANNELS, DINGTALK, FEISHU, WECOM

KEY = "0a1b2c3d-1111-4222-8333-444455556666"
ADDRESSES = {
    WECOM: f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    DINGTALK: f"https://oapi.dingtalk.com/robot/send?access_token={KEY}",
    FEISHU: f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}",
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_address_is_known_by_its_platform_however_it_is_pasted(channel: str) -> None:
    for text in (ADDRESSES[channel], f"Webhook：{ADDRESSES[channel]}\n", f"看 {ADDRESSES[channel]}，谢谢"):
        assert read_webhook(text) == Webhook(channel, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://127.0.0.1/cgi-bin/webhook/send?key={KEY}",
        f"https://evil.example/robot/send?access_token={KEY}",
        f"https://oapi.dingtalk.com@evil.example/robot/send?access_token={KEY}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
        "https://open.feishu.cn/open-apis/bot/v2/hook/",
    ],
)
def test_whatever_leads_elsewhere_is_no_address(text: str) -> None:
    assert read_webhook(text) is None


def test_of_what_is_pasted_only_the_key_is_used() -> None:
    found = read_webhook(f"https://evil.example/?x={ADDRESSES[WECOM]}&debug=1#y")
    assert found == Webhook(WECOM, KEY)
    assert request_for(found, "", "好", 0).path == "/cgi-bin/webhook/send"


def test_what_may_be_a_secret_is_told_from_words() -> None:
    assert all(may_be_secret(text) for text in (*ADDRESSES.values(), "SEC" + "0a" * 32, KEY))
    assert not may_be_secret("我不知道在哪里找")


def test_an_address_is_not_shown_by_anything_that_prints_it() -> None:
    assert KEY not in repr(Webhook(WECOM, KEY, "SECRET-SECRET"))
    assert "SECRET" not in repr(Webhook(WECOM, KEY, "SECRET-SECRET"))


def test_what_is_kept_opens_with_the_key_it_was_closed_with_and_with_no_other() -> None:
    webhook = Webhook(DINGTALK, KEY, "SECabc")
    old = Vault(("the former key, long enough",))
    sealed = old.seal(webhook)
    assert KEY not in sealed
    assert old.open(sealed) == webhook
    both = Vault(("the newer key, long enough", "the former key, long enough"))
    renewed = both.renewed(sealed)
    assert Vault(("the newer key, long enough",)).open(renewed) == webhook
    assert both.renewed(renewed) == renewed
    for vault in (Vault(("another key, long enough",)), Vault(())):
        with pytest.raises(UnreadableError):
            vault.open(sealed)
        with pytest.raises(UnreadableError):
            vault.renewed(sealed)


def test_signatures_are_those_that_openssl_makes() -> None:
    assert dingtalk_sign("this is secret", "1577262236757") == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
    assert feishu_sign("demo", "1599360473") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


def test_each_platform_gets_its_own_form() -> None:
    signed = request_for(Webhook(DINGTALK, KEY, "s" * 20), "同心", "甲\n乙", 1_577_262_236.757)
    assert signed.query["timestamp"] == "1577262236757"
    assert signed.body == {"msgtype": "markdown", "markdown": {"title": "同心", "text": "甲  \n乙"}}
    unsigned = request_for(Webhook(FEISHU, KEY), "", "甲", 5)
    assert unsigned.body == {"msg_type": "text", "content": {"text": "甲"}}
    assert request_for(Webhook(FEISHU, KEY, "s" * 20), "", "甲", 5).body["timestamp"] == "5"
    short, long = (request_for(Webhook(WECOM, KEY), "", "字" * n, 0).body for n in (682, 683))
    assert short["msgtype"] == "text", "who reads it in WeChat is shown text only"
    assert long["msgtype"] == "markdown"


WORDS = st.text(alphabet=st.sampled_from([*string.ascii_letters, *"字👨‍👩‍👧🇨🇳é\n <&>*[]"]), max_size=3_000)


@given(channel=st.sampled_from(CHANNELS), words=WORDS, times=st.integers(1, 12), bold=st.booleans())
def test_a_text_is_cut_to_its_bytes_between_characters_and_its_link_stays(
    channel: str, words: str, times: int, bold: bool
) -> None:
    typed = words * times
    markup = f"<b>{escape(typed)}</b>" if bold else str(escape(typed))
    below = "看详情：https://example.org/a/7"
    said = said_by(channel, markup, below, "……（没写完）")
    sent = said.replace("\n", "  \n") if channel == DINGTALK else said
    assert len(sent.encode()) <= MOST_BYTES[channel]
    assert said.endswith(below)
    if channel == DINGTALK:
        assert said.count("**") % 2 == 0
    text = said.removesuffix(below).rstrip()
    whole = said_by(FEISHU, str(escape(typed)), "", "") if len(typed) < 4_000 else ""
    if text.endswith("……（没写完）"):
        kept = text.removesuffix("……（没写完）").strip().replace("**", "")
        wide = typed.translate(str.maketrans("[]<>*", "［］＜＞＊")).strip()
        assert "".join(clusters(kept)) == kept
        assert wide.startswith(kept)
    elif whole and len(said.encode()) < MOST_BYTES[channel]:
        assert text.replace("**", "").strip() == whole.strip()


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_people_typed_is_no_link_and_calls_nobody(channel: str) -> None:
    typed = str(escape('[点我](https://evil.example) <at user_id="all">所有人</at> <@all> **粗** # 大'))
    said = said_by(channel, typed, "", "")
    assert not set("[]<>*") & set(said)


@pytest.mark.parametrize(
    ("channel", "answer", "meant"),
    [
        (WECOM, b'{"errcode":0,"errmsg":"ok"}', Verdict.TAKEN),
        (WECOM, b'{"errcode":45009}', Verdict.TOO_OFTEN),
        (WECOM, b'{"errcode":93000}', Verdict.GONE),
        (WECOM, b'{"errcode":40008}', Verdict.REFUSED),
        (DINGTALK, b'{"errcode":130101}', Verdict.TOO_OFTEN),
        (DINGTALK, b'{"errcode":310000,"errmsg":"keywords not in content"}', Verdict.KEYWORD),
        (DINGTALK, b'{"errcode":310000,"errmsg":"sign not match"}', Verdict.SIGNATURE),
        (DINGTALK, b'{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}', Verdict.NOT_FROM_HERE),
        (FEISHU, b'{"StatusCode":0,"code":0}', Verdict.TAKEN),
        (FEISHU, b'{"code":11232}', Verdict.TOO_OFTEN),
        (FEISHU, b'{"code":19021}', Verdict.SIGNATURE),
        (FEISHU, b'{"code":9499}', Verdict.REFUSED),
        (FEISHU, b"<html>", Verdict.REFUSED),
        (WECOM, b'{"errcode":"0"}', Verdict.REFUSED),
        (WECOM, b"[0]", Verdict.REFUSED),
        (WECOM, b"{}", Verdict.REFUSED),
    ],
)
def test_an_answer_with_http_200_is_a_yes_only_if_its_code_is_nought(
    channel: str, answer: bytes, meant: Verdict
) -> None:
    assert verdict(channel, 200, answer) is meant


@pytest.mark.parametrize(
    ("status", "meant"), [(302, Verdict.REFUSED), (429, Verdict.TOO_OFTEN), (502, Verdict.UNHEARD)]
)
def test_an_answer_with_another_status_is_no_yes_whatever_it_says(status: int, meant: Verdict) -> None:
    assert verdict(WECOM, status, b'{"errcode":0}') is meant


def test_a_robot_says_no_more_than_its_platform_takes_and_rests_long_when_told_off() -> None:
    now = [0.0]
    pace, robot, other = Pace(DINGTALK, lambda: now[0]), Address(DINGTALK, "1"), Address(DINGTALK, "2")
    for _ in range(20):
        assert robot not in pace.resting()
        pace.sends(robot)
        now[0] += 1
    assert pace.resting() == {robot}
    now[0] = 60.4
    assert pace.resting() == {robot}
    now[0] = 60.6
    assert pace.resting() == frozenset()
    assert pace.pause(other) == 600
    now[0] += 599
    assert pace.resting() == {other}
    now[0] += 2
    assert pace.resting() == frozenset()


def test_a_message_counts_from_when_it_was_answered() -> None:
    now = [0.0]
    pace, robot = Pace(WECOM, lambda: now[0]), Address(WECOM, "1")
    for number in range(20):
        now[0] = number * 0.1
        pace.sends(robot)
    now[0] = 3.0
    pace.said(robot)
    for _ in range(19):
        pace.sends(robot)
    now[0] = 62.0
    assert pace.resting() == {robot}, "the one of the end of the second before was answered at 3"
    now[0] = 63.6
    assert pace.resting() == frozenset()


def test_feishu_is_left_alone_at_the_full_and_the_half_hour() -> None:
    at = dt.datetime.fromisoformat("2026-12-02 10:00:02")
    assert steps_aside(FEISHU, at) == STEPS_ASIDE - 2
    assert steps_aside(FEISHU, at + dt.timedelta(minutes=30)) == STEPS_ASIDE - 2
    assert steps_aside(FEISHU, at + dt.timedelta(seconds=20)) == 0
    assert steps_aside(WECOM, at) == 0
