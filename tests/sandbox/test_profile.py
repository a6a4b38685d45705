"""Command menus by scope and language, and what the bot says of itself."""

from typing import Any

import pytest

from tests.sandbox.conftest import CHEN, GROUP, LI, ZHAO, Hand


def menu(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"{name}…"} for name in names]


async def shown(desk: Hand, chat_id: int, person_id: int) -> list[str]:
    return [c["command"] for c in await desk.get("commands", chat_id=chat_id, person_id=person_id)]


async def test_the_narrowest_scope_wins_and_in_it_the_persons_language(bot: Hand, desk: Hand) -> None:
    await bot.ok("setMyCommands", commands=menu("start"))
    await bot.ok("setMyCommands", commands=menu("english"), language_code="en")
    await bot.ok("setMyCommands", commands=menu("new"), scope={"type": "chat", "chat_id": CHEN})
    assert await shown(desk, CHEN, CHEN) == ["new"]
    assert await shown(desk, LI, LI) == ["start"]
    assert await shown(desk, ZHAO, ZHAO) == ["english"]
    await bot.ok("deleteMyCommands", scope={"type": "chat", "chat_id": CHEN})
    assert await shown(desk, CHEN, CHEN) == ["start"]


async def test_in_a_group_its_creator_sees_the_administrators_menu(bot: Hand, desk: Hand) -> None:
    await bot.ok("setMyCommands", commands=menu("group"), scope={"type": "all_group_chats"})
    await bot.ok("setMyCommands", commands=menu("admin"), scope={"type": "all_chat_administrators"})
    one = {"type": "chat_member", "chat_id": GROUP, "user_id": LI}
    assert [await shown(desk, GROUP, who) for who in (CHEN, LI)] == [["admin"], ["group"]]
    await bot.ok("setMyCommands", commands=menu("own"), scope=one)
    assert await shown(desk, GROUP, LI) == ["own"]
    assert await bot.ok("getMyCommands", scope=one) == menu("own")


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"commands": menu("报名")}, "BOT_COMMAND_INVALID"),
        ({"commands": menu("x" * 33)}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "x", "description": "同" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": menu("x") * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": ["x"]}, "can't parse BotCommand: expected an Object"),
        ({"commands": menu("x"), "language_code": "zh-hans"}, "invalid language code specified"),
        (
            {"commands": menu("x"), "scope": {"type": "x"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        ({"commands": menu("x"), "scope": {"type": "chat"}}, "can't parse BotCommandScope: chat not found"),
        ({"commands": "x"}, "can't parse commands JSON object"),
    ],
)
async def test_a_menu_telegram_would_not_take_is_refused(bot: Hand, params: dict[str, Any], reason: str) -> None:
    assert await bot.refusal("setMyCommands", **params) == f"Bad Request: {reason}"


async def test_names_and_descriptions_fall_back_to_everybodys(bot: Hand) -> None:
    await bot.ok("setMyDescription", description="志愿服务", language_code="")
    await bot.ok("setMyDescription", description="Volunteers", language_code="en")
    assert await bot.ok("getMyDescription", language_code="en") == {"description": "Volunteers"}
    assert await bot.ok("getMyDescription", language_code="fr") == {"description": "志愿服务"}
    await bot.ok("setMyName", name="同心")
    assert await bot.ok("getMyName") == {"name": "同心"}
    await bot.ok("setMyName", name="")
    assert await bot.ok("getMyName") == {"name": "同心（沙盒）"}
    long = await bot.refusal("setMyShortDescription", short_description="x" * 121)
    assert long == "Bad Request: bot short description is too long"


async def test_the_menu_button_is_kept_by_chat(bot: Hand) -> None:
    assert await bot.ok("getChatMenuButton", chat_id=CHEN) == {"type": "commands"}
    await bot.ok("setChatMenuButton", menu_button={"type": "default"})
    await bot.ok("setChatMenuButton", chat_id=CHEN, menu_button={"type": "commands"})
    assert await bot.ok("getChatMenuButton", chat_id=LI) == {"type": "default"}
    assert await bot.ok("getChatMenuButton", chat_id=CHEN) == {"type": "commands"}
    for wrong in (
        {"type": "web_app", "text": "个人页", "web_app": {"url": "http://pages.example.org/tg"}},
        {"type": "web_app", "text": "", "web_app": {"url": "https://pages.example.org/tg"}},
        {"type": "shortcut"},
    ):
        await bot.refusal("setChatMenuButton", menu_button=wrong)
    app = {"type": "web_app", "text": "个人页", "web_app": {"url": "https://pages.example.org/tg"}}
    await bot.ok("setChatMenuButton", menu_button=app)
    assert await bot.ok("getChatMenuButton", chat_id=LI) == app
