"""What Telegram signs for a Mini App: taken with a good signature, for this bot, and lately."""

import datetime as dt
from urllib.parse import urlencode

import pytest

from bot.telegram import mini_app
from corps.addresses import telegram

TOKEN = "7000000001:AAHtestTokenForTheMiniAppVector000000"
OPENED = dt.datetime(2026, 12, 2, 2, 0, tzinfo=dt.UTC)
FIELDS = {
    "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
    "user": '{"id":279058397,"first_name":"张 明","language_code":"zh-hans"}',
    "auth_date": "1796176800",
    "start_param": "join-abc",
    "signature": "zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe",
    "hash": "b065c014dcc5cad028e820b3d93ac827d0e8c6c2fcf0c4433a1a83eb55f1f599",
}
"""The hash was made by `openssl dgst -sha256 -mac HMAC`, over the sorted lines, `signature` among them."""


def test_what_telegram_signed_is_read() -> None:
    opened = mini_app.read(TOKEN, urlencode(FIELDS), OPENED)
    assert (opened.address, opened.link) == (telegram(279058397), "join-abc")
    assert opened.once == FIELDS["hash"]


@pytest.mark.parametrize("late", [dt.timedelta(minutes=-1), dt.timedelta(minutes=14)])
def test_it_holds_for_a_quarter_of_an_hour(late: dt.timedelta) -> None:
    assert mini_app.read(TOKEN, urlencode(FIELDS), OPENED + late).address == telegram(279058397)


@pytest.mark.parametrize("late", [dt.timedelta(minutes=-3), dt.timedelta(minutes=16), dt.timedelta(days=400)])
def test_what_is_old_or_of_tomorrow_is_refused(late: dt.timedelta) -> None:
    with pytest.raises(mini_app.ForgedError, match="age"):
        mini_app.read(TOKEN, urlencode(FIELDS), OPENED + late)


@pytest.mark.parametrize(
    "changed",
    [
        {"user": '{"id":1001}'},
        {"auth_date": "1796176801"},
        {"start_param": "join-other"},
        {"signature": "another"},
        {"added": "1"},
        {"hash": ""},
        {"hash": "0" * 64},
        {"hash": FIELDS["hash"].upper()},
        {"hash": "一" * 64},
    ],
)
def test_whatever_is_changed_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(mini_app.ForgedError, match="hash"):
        mini_app.read(TOKEN, urlencode(FIELDS | changed), OPENED)


@pytest.mark.parametrize("left_out", sorted(FIELDS))
def test_whatever_is_left_out_is_missed(left_out: str) -> None:
    fields = {name: value for name, value in FIELDS.items() if name != left_out}
    with pytest.raises(mini_app.ForgedError):
        mini_app.read(TOKEN, urlencode(fields), OPENED)


def test_what_was_signed_for_another_bot_is_refused() -> None:
    with pytest.raises(mini_app.ForgedError, match="hash"):
        mini_app.read(TOKEN.replace("7000000001", "7000000002"), urlencode(FIELDS), OPENED)


@pytest.mark.parametrize(
    "data", ["", "hash", "=&=", "a=1&a=2", "x" * 9_000, "user=%ff&hash=", "&".join("abcdefgh") * 9]
)
def test_garbage_is_refused(data: str) -> None:
    with pytest.raises(mini_app.ForgedError):
        mini_app.read(TOKEN, data, OPENED)


def test_one_field_twice_is_refused_though_the_last_be_right() -> None:
    with pytest.raises(mini_app.ForgedError, match="twice"):
        mini_app.read(TOKEN, f"user=%7B%22id%22%3A1%7D&{urlencode(FIELDS)}", OPENED)
