"""Groups, membership, and what a bot may ask about a chat."""

from typing import Any

from sandbox import Sandbox
from tests.sandbox.conftest import CHEN, GROUP, LI, ZHAO, Hand


async def kinds(bot: Hand) -> list[str]:
    """Return the kinds of the waiting updates."""
    return [next(key for key in update if key != "update_id") for update in await bot.ok("getUpdates")]


async def test_in_a_group_the_bot_hears_commands_and_replies_and_nothing_else(bot: Hand, sandbox: Sandbox) -> None:
    world = sandbox.world
    own = await bot.ok("sendMessage", chat_id=GROUP, text="名单")
    world.say(CHEN, GROUP, "闲聊")
    world.say(CHEN, GROUP, "/quota")
    world.say(CHEN, GROUP, "/quota@other_bot")
    world.say(CHEN, GROUP, f"/mine@{world.robot.username}")
    world.say(LI, GROUP, "我来", reply_to=own["message_id"])
    heard = [update["message"]["text"] for update in await bot.ok("getUpdates")]
    assert heard == ["/quota", f"/mine@{world.robot.username}", "我来"]


async def test_blocking_and_unblocking_are_told_as_my_chat_member(bot: Hand, sandbox: Sandbox) -> None:
    sandbox.world.block(CHEN, blocked=True)
    sandbox.world.start(CHEN)
    updates = await bot.ok("getUpdates")
    changes = [u["my_chat_member"]["new_chat_member"]["status"] for u in updates if "my_chat_member" in u]
    assert changes == ["kicked", "member"]
    assert updates[-1]["message"]["text"] == "/start"


async def test_the_first_start_is_a_message_and_no_change_of_membership(bot: Hand, desk: Hand) -> None:
    started = await desk("start", person_id=LI, payload="join-abc_1")
    assert started["text"] == "/start join-abc_1"
    message = (await bot.ok("getUpdates"))[0]["message"]
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_start_payload_telegram_would_not_take_is_refused(desk: Hand) -> None:
    for payload in ("a b", "é", "x" * 65):
        refused = await desk("start", person_id=LI, payload=payload)
        assert refused["description"] == "Bad Request: START_PARAM_INVALID"


async def test_a_person_who_blocked_the_bot_can_not_type_to_it(desk: Hand, bot: Hand) -> None:
    await desk("block", person_id=CHEN, blocked=True)
    refused = await desk("say", person_id=CHEN, chat_id=CHEN, text="x")
    assert refused["error_code"] == 400


async def test_the_bot_is_added_to_a_new_group_and_can_be_thrown_out(bot: Hand, desk: Hand) -> None:
    group = await desk("groups", title="义诊队", person_ids=[CHEN, ZHAO])
    assert await kinds(bot) == ["my_chat_member", "message"]
    await bot.ok("sendMessage", chat_id=group["id"], text="大家好")
    await desk("groups/bot", person_id=CHEN, chat_id=group["id"], present=False)
    assert await bot.refusal("sendMessage", chat_id=group["id"], text="x") == (
        "Forbidden: bot was kicked from the supergroup chat"
    )


async def test_a_basic_group_says_so_when_the_bot_is_out(bot: Hand, desk: Hand) -> None:
    group = await desk("groups", title="小群", person_ids=[CHEN], supergroup=False)
    await desk("groups/bot", person_id=CHEN, chat_id=group["id"], present=False)
    reason = await bot.refusal("sendMessage", chat_id=group["id"], text="x")
    assert reason == "Forbidden: bot was kicked from the group chat"


async def test_the_bot_can_leave_a_group_but_not_a_person(bot: Hand) -> None:
    assert await bot.ok("leaveChat", chat_id=GROUP) is True
    assert "kicked" in await bot.refusal("sendMessage", chat_id=GROUP, text="x")
    private = await bot.refusal("leaveChat", chat_id=CHEN)
    assert private == "Bad Request: chat member status can't be changed in private chats"


async def test_people_come_and_go(bot: Hand, desk: Hand) -> None:
    await desk("groups/member", person_id=ZHAO, chat_id=GROUP, present=True)
    assert await bot.ok("getChatMemberCount", chat_id=GROUP) == 4
    await desk("groups/member", person_id=ZHAO, chat_id=GROUP, present=False)
    texts = [message["service"] for message in await desk.get(f"chats/{GROUP}/messages")]
    assert texts == ["Ann Zhao 加入了群组", "Ann Zhao 离开了群组"]


async def test_who_is_what_in_a_group(bot: Hand) -> None:
    async def status(user_id: int) -> Any:  # noqa: ANN401
        return (await bot.ok("getChatMember", chat_id=GROUP, user_id=user_id))["status"]

    assert [await status(n) for n in (CHEN, LI, ZHAO, 1000000001)] == ["creator", "member", "left", "member"]
    admins = await bot.ok("getChatAdministrators", chat_id=GROUP)
    assert [admin["user"]["id"] for admin in admins] == [CHEN]
    assert await bot.refusal("getChatMember", chat_id=GROUP, user_id=5) == "Bad Request: user not found"


async def test_a_person_who_never_started_is_no_chat_to_look_at(bot: Hand) -> None:
    assert (await bot.ok("getChat", chat_id=CHEN))["first_name"] == "陈静"
    assert await bot.refusal("getChat", chat_id=LI) == "Bad Request: chat not found"


async def test_a_person_may_correct_a_text(bot: Hand, desk: Hand, sandbox: Sandbox) -> None:
    typed = sandbox.world.say(CHEN, CHEN, "三点")
    await desk("edit", person_id=CHEN, chat_id=CHEN, message_id=typed.id, text="四点")
    assert await kinds(bot) == ["message", "edited_message"]
    refused = await desk("edit", person_id=CHEN, chat_id=CHEN, message_id=999, text="x")
    assert refused["description"] == "Bad Request: message can't be edited"


async def test_a_group_that_becomes_a_supergroup_says_where_it_went(bot: Hand, desk: Hand, sandbox: Sandbox) -> None:
    old = sandbox.world.new_group("义诊队", [CHEN, ZHAO], supergroup=False)
    new = await desk("groups/upgrade", person_id=CHEN, chat_id=old.id)
    told = [u["message"] for u in await bot.ok("getUpdates") if "message" in u]
    assert told[-2]["migrate_to_chat_id"] == new["id"]
    assert told[-1]["migrate_from_chat_id"] == old.id
    refused = await bot("sendMessage", chat_id=old.id, text="x")
    assert refused["parameters"] == {"migrate_to_chat_id": new["id"]}
    await bot.ok("sendMessage", chat_id=new["id"], text="在这里")
