"""What the page is told and what it can do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from sandbox import Group, Person, RealClock, Sandbox
from tests.sandbox.conftest import CHEN, GROUP, LI, Hand, buttons


@asynccontextmanager
async def listening(desk: Hand, sandbox: Sandbox) -> AsyncIterator[Any]:
    """Open the event stream; yields a function that returns the next event."""
    async with desk.session.get(f"{desk.prefix}/events") as response:

        async def following() -> Any:  # noqa: ANN401
            while True:
                line = await asyncio.wait_for(response.content.readline(), 90)
                if line.startswith(b"data: "):
                    return json.loads(line[6:])

        await response.content.readline()  # the stream's first sign of life: from here on nothing is missed
        yield following


async def test_the_state_names_the_bot_the_people_the_chats_and_the_time(desk: Hand, bot: Hand) -> None:
    state = await desk.get("state")
    assert state["bot"]["username"] == "tongxin_sandbox_bot"
    chen, li, _ = state["people"]
    assert (chen["name"], chen["note"], chen["started"], li["started"]) == ("陈静", "统筹", True, False)
    assert {chat["id"]: chat["type"] for chat in state["chats"]}[GROUP] == "group"
    assert datetime.fromisoformat(state["clock"]).utcoffset() == timedelta(hours=8)


async def test_a_message_reaches_the_page_in_the_agreed_shape(bot: Hand, desk: Hand) -> None:
    keyboard = buttons(
        {"text": "报名", "callback_data": "s", "style": "success"},
        {"text": "复制", "copy_text": {"text": "join-a"}},
        {"text": "地图", "url": "https://example.com/"},
    )
    await bot.ok("sendMessage", chat_id=CHEN, text="<b>讲座</b>", parse_mode="HTML", reply_markup=keyboard)
    shown = (await desk.get(f"chats/{CHEN}/messages", limit=1))[0]
    assert (shown["html"], shown["text"], shown["edited"]) == ("<b>讲座</b>", "讲座", False)
    assert shown["keyboard"] == [
        [{"text": "报名", "data": "s", "style": "success"}],
        [{"text": "复制", "copy": "join-a"}],
        [{"text": "地图", "url": "https://example.com/"}],
    ]
    assert datetime.fromisoformat(shown["date"]).utcoffset() == timedelta(hours=8)


async def test_the_page_hears_everything_as_it_happens(bot: Hand, desk: Hand, sandbox: Sandbox) -> None:
    async with listening(desk, sandbox) as following:
        sent = await bot.ok(
            "sendMessage", chat_id=CHEN, text="x", reply_markup=buttons({"text": "x", "callback_data": "x"})
        )
        which = {"chat_id": CHEN, "message_id": sent["message_id"]}
        assert (await following())["message"]["id"] == sent["message_id"]
        query_id = (await desk("tap", person_id=CHEN, data="x", **which))["callback_id"]
        await bot.ok("answerCallbackQuery", callback_query_id=query_id, text="好", show_alert=True)
        toast = {"type": "toast", "person_id": CHEN, "callback_id": query_id, "text": "好", "alert": True}
        assert await following() == toast
        await bot.ok("editMessageText", text="y", **which)
        assert (await following())["message"]["edited"] is True
        await bot.ok("deleteMessage", **which)
        assert await following() == {"type": "delete", "chat_id": CHEN, "id": sent["message_id"]}
        await bot.ok("sendChatAction", chat_id=CHEN, action="typing")
        assert (await following())["type"] == "typing"
        await bot.ok("setMyCommands", commands=[])
        assert (await following())["type"] == "commands"
        await desk("start", person_id=LI)
        assert (await following())["type"] == "people"


async def test_a_new_person_can_join_in(bot: Hand, desk: Hand) -> None:
    person = await desk("people", name="王芳", language="en")
    assert (person["name"], person["started"]) == ("王芳", False)
    said = await desk("start", person_id=person["id"])
    assert said["from"] == {"id": person["id"], "name": "王芳", "is_bot": False}
    await bot.ok("sendMessage", chat_id=person["id"], text="欢迎")


async def test_a_typed_reply_points_at_its_message(bot: Hand, desk: Hand) -> None:
    sent = await bot.ok("sendMessage", chat_id=CHEN, text="几位？")
    said = await desk("say", person_id=CHEN, chat_id=CHEN, text="三位", reply_to=sent["message_id"])
    assert said["reply_to"] == sent["message_id"]
    assert (await bot.ok("getUpdates"))[0]["message"]["reply_to_message"]["text"] == "几位？"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4097])
async def test_a_person_can_not_type_what_telegram_would_not_take(desk: Hand, text: str) -> None:
    assert (await desk("say", person_id=CHEN, chat_id=CHEN, text=text))["error_code"] == 400


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("say", {"person_id": 5, "chat_id": CHEN, "text": "x"}),
        ("say", {"person_id": CHEN, "chat_id": 5, "text": "x"}),
        ("say", {"person_id": CHEN}),
        ("tap", {"person_id": CHEN}),
        ("clock", {"advance_seconds": -5}),
        ("groups", {"title": "", "person_ids": []}),
        ("groups/member", {"person_id": CHEN, "chat_id": CHEN, "present": True}),
    ],
)
async def test_a_senseless_act_is_refused_and_says_why(desk: Hand, route: str, body: dict[str, Any]) -> None:
    refused = await desk(route, **body)
    assert refused["error_code"] == 400
    assert refused["description"].startswith("Bad Request: ")


async def test_a_page_of_another_site_may_not_act_here(desk: Hand) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    async with desk.session.post(f"{desk.prefix}/reset", json={}, headers=headers) as response:
        assert response.status == 403


async def test_the_clock_moves_the_dates_of_messages(bot: Hand, desk: Hand) -> None:
    before = (await bot.ok("sendMessage", chat_id=CHEN, text="x"))["date"]
    await desk("clock", advance_seconds=86400)
    after = (await bot.ok("sendMessage", chat_id=CHEN, text="x"))["date"]
    assert 86400 <= after - before < 86400 + 60


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-12-02T10:00:00+08:00", "2026-12-07T09:00:00+08:00"),
        ("2026-12-07T08:00:00+08:00", "2026-12-07T09:00:00+08:00"),
        ("2026-12-07T09:00:00+08:00", "2026-12-14T09:00:00+08:00"),
    ],
)
async def test_the_standing_clock_leaps_to_the_next_monday_at_nine(now: str, monday: str) -> None:
    clock = RealClock()
    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        await clock.advance_to_monday()
        assert clock.now().isoformat() == monday


async def test_the_page_hears_of_a_reset_once_and_only_when_all_is_reset(desk: Hand, sandbox: Sandbox) -> None:
    async with listening(desk, sandbox) as following:
        await desk("reset")
        assert await following() == {"type": "reset"}
        await desk("clock", advance_seconds=60)
        assert (await following())["type"] == "clock"


async def test_a_reset_clears_the_chats_and_leaves_the_menus(bot: Hand, desk: Hand, sandbox: Sandbox) -> None:
    await bot.ok("setMyCommands", commands=[{"command": "help", "description": "x"}])
    await desk("clock", to="monday")
    await desk("faults", status=500)
    await desk("reset")
    state = await desk.get("state")
    assert (state["faults"], any(person["started"] for person in state["people"])) == ([], False)
    assert await desk.get(f"chats/{CHEN}/messages") == []
    assert len(await bot.ok("getMyCommands")) == 1
    assert abs(sandbox.control.now().timestamp() - datetime.now().astimezone().timestamp()) < 5


async def test_the_call_log_shows_what_the_bot_asked_and_how_it_went(bot: Hand, desk: Hand) -> None:
    await bot(
        "sendMessage",
        chat_id=CHEN,
        text="x",
        reply_markup=json.dumps(buttons({"text": "x", "callback_data": "x"})),
    )
    await bot("sendMessage", chat_id=999, text="x")
    calls = await desk.get("calls", method="sendMessage")
    assert [call["ok"] for call in calls] == [True, False]
    assert calls[0]["params"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "x"
    assert calls[1]["error"] == "Bad Request: chat not found"
    assert await desk.get("calls", since=calls[-1]["n"]) == []


async def test_a_listener_who_falls_far_behind_is_cut_off(sandbox: Sandbox) -> None:
    events = sandbox.world.events
    stream = events.listen()
    assert await anext(stream) is None
    for number in range(10_001):
        events.publish({"n": number})
    assert len([event async for event in stream]) == 10_000
    assert not events.heard


async def test_no_time_passes_and_what_is_due_is_handled(desk: Hand, sandbox: Sandbox) -> None:
    moved: list[timedelta] = []

    async def advance(by: timedelta) -> None:
        moved.append(by)

    sandbox.control.advance = advance  # type: ignore[method-assign]
    assert "now" in await desk("clock", advance_seconds=0)
    assert moved == [timedelta()]
    assert (await desk("clock"))["ok"] is False
    assert (await desk("clock", advance_seconds=-60))["ok"] is False


async def test_a_groups_messages_can_be_read_by_its_negative_id(desk: Hand) -> None:
    await desk("say", person_id=CHEN, chat_id=GROUP, text="大家好")
    assert [message["text"] for message in await desk.get(f"chats/{GROUP}/messages")] == ["大家好"]


async def test_in_a_group_of_another_messenger_people_share_links_and_the_bot_hears_nothing(
    sandbox: Sandbox, desk: Hand, bot: Hand
) -> None:
    sandbox.world.begin_with([Person(201, "周国栋")], [Group(-1002, "微信群", (201,), bot_in=False)])
    shared = "【民盟分团】点这里加入：http://127.0.0.1:8000/j/abc"
    await desk("say", person_id=201, chat_id=-1002, text=shared)
    (message,) = await desk.get("chats/-1002/messages")
    assert '<a href="http://127.0.0.1:8000/j/abc"' in message["html"]
    assert await bot.ok("getUpdates") == []


async def test_the_page_runs_no_script_but_its_own_and_is_never_stale(desk: Hand, sandbox: Sandbox) -> None:
    for path in ("/", "/page/main.js", "/page/style.css"):
        async with desk.session.get(f"{sandbox.url}{path}") as response:
            assert response.status == 200
            assert response.headers["cache-control"] == "no-cache"
            assert "default-src 'self'" in response.headers["content-security-policy"]


async def test_others_can_take_the_stage_and_count_as_started(sandbox: Sandbox, desk: Hand) -> None:
    sandbox.world.begin_with([Person(201, "周国栋"), Person(202, "吴晓梅")], [Group(-1001, "新群", (201, 202))])
    sandbox.world.already_started([201, 999])
    sandbox.world.reset()
    sandbox.world.already_started([202])
    state = await desk.get("state")
    assert [(person["name"], person["started"]) for person in state["people"]] == [("周国栋", False), ("吴晓梅", True)]
    assert [chat["title"] for chat in state["chats"]] == ["周国栋", "吴晓梅", "新群"]
