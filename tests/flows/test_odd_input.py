"""Whatever anybody sends, wherever: a sentence comes back, nothing breaks, and what was typed shows as typed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

import handlers
from bot import texts
from bot.access import Access
from bot.callbacks import Payload
from bot.callbacks.broadcast import CorrectTap
from bot.callbacks.cancelling import CallOffTap
from bot.callbacks.editing import EditFieldTap, EditSlotFieldTap
from bot.callbacks.joining import ConsentTap
from bot.callbacks.pairings import PairNewTap, PairReturnTap
from bot.callbacks.reports import ReportTap, ReturnTap
from bot.callbacks.settings import RenameTap
from corps.addresses import telegram
from corps.changes.edit_answers import OF_SLOT, EditField
from models import Activity, Draft
from tests.flows.crowded import Crowded, Watch, Who
from tests.seam import Seam

pytestmark = pytest.mark.doors

ROLES = ("stranger", "applicant", "declined", "former", "member", "leader", "coordinator")
COMMANDS = sorted(handlers.routes().commands)
FAILED = {str(texts.say(language, "door.failed")) for language in texts.LANGUAGES}
HTML = "<b>粗</b> & <script>alert(1)</script> &amp; {name} %s \\n"
GROUP = -1_001_000_000_077


def trouble(calls: list[dict[str, Any]]) -> list[str]:
    """Return what went wrong: a call that Telegram refuses, or an apology."""
    refused = [f"{call['method']}: {call['error']}" for call in calls if not call["ok"]]
    return [error for error in refused if "not modified" not in error] + [
        said for said in words(calls) if said in FAILED
    ]


def words(calls: list[dict[str, Any]]) -> list[str]:
    """Return what the bot has said, in messages, captions and toasts."""
    return [str(call["params"].get("text") or call["params"].get("caption") or "") for call in calls]


def raw(seam: Seam, who: Who, **content: Any) -> None:  # noqa: ANN401 - a message's fields
    """Queue a message that the sandbox's people cannot send, as Telegram would."""
    person = seam.sandbox.world.people[who.telegram_id]
    seam.sandbox.world.updates.add(
        "message",
        {
            "message_id": 9_000,
            "date": 1_796_000_000,
            "chat": {"id": who.telegram_id, "type": "private", "first_name": person.first_name},
            "from": person.wire(),
            **content,
        },
        who.telegram_id,
    )


@pytest.mark.parametrize("role", ROLES)
async def test_every_command_answers_everyone_and_gives_nobody_more_than_theirs(
    role: str, seam: Seam, world: Crowded, watch: Watch
) -> None:
    who, routes = world.people[role], handlers.routes()
    await seam.enter(who.telegram_id)
    level = Access.COORDINATOR if who.coordinates else Access.LEADER if who.leads else Access.ANYONE
    level = Access.MEMBER if role == "member" else level
    wrong = []
    for name in (*COMMANDS, "nope", "new@tongxin_sandbox_bot"):
        for text in (f"/{name}", f"/{name} 2026", f"/{name} {HTML}", f"/{name.upper()}"):
            seam.sandbox.world.say(who.telegram_id, who.telegram_id, text)
            calls = await seam.handle()
            if not any(words(calls)):
                wrong.append(f"{text}: no answer")
            wrong += [f"{text}: {what}" for what in trouble(calls)]
            route = routes.commands.get(name)
            if (route is None or route.needs > level) and watch.changed():
                wrong.append(f"{text}: changed {sorted(watch.changed())}")
            watch.restore()
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("role", ROLES)
async def test_in_a_group_our_commands_get_one_answer_and_others_none(
    role: str, seam: Seam, world: Crowded, watch: Watch
) -> None:
    who = world.people[role]
    await seam.enter(who.telegram_id)
    group = seam.sandbox.world.new_group("民盟分团群", [who.telegram_id])
    await seam.handle()
    wrong = []
    for name in COMMANDS:
        seam.sandbox.world.say(who.telegram_id, group.id, f"/{name}@{seam.sandbox.world.robot.username}")
        calls = await seam.handle()
        if not any(words(calls)):
            wrong.append(f"/{name}: no answer")
        wrong += [f"/{name}: {what}" for what in trouble(calls)]
        watch.restore()
    for text in ("/nope", "/weather@another_bot", "大家好", HTML):
        seam.sandbox.world.say(who.telegram_id, group.id, text)
        if any(words(await seam.handle())):
            wrong.append(f"{text}: answered")
    assert "\n".join(wrong) == ""


def activity_called(world: Crowded, title: str) -> int:
    """Return an activity's id."""
    found = world.corps.run(lambda s, _at: s.exec(select(Activity.id).where(Activity.title == title)).one())
    return found or 0


Opening = Callable[[Crowded], Payload | str]
BASE = "/new 活动：防诈骗讲座\n类别：公益讲座\n"
WHEN = f"{BASE}时间：12月20日14:00-16:00\n"
WHERE = f"{WHEN}地点：金蓉社区\n场所：社区\n"
NEW = (
    "/new",
    "/new 活动：防诈骗讲座",
    BASE,
    f"{BASE}时间：12月20日14:00",
    WHEN,
    f"{WHEN}地点：金蓉社区",
    WHERE,
    f"{WHERE}岗位：志愿者 3",
    f"{BASE}时间：2026-11-02 14:00-16:00\n地点：金蓉社区\n场所：社区\n岗位：志愿者 3\n分团：民盟",
)


def typing(text: str) -> Opening:
    """Return the opening by a typed text; `→` stands before the label of a button to press then."""
    return lambda _world: text


def changing(field: EditField) -> Opening:
    """Return the opening by a wish to change one thing of an activity or of its slot."""

    def tap(world: Crowded) -> Payload:
        activity = activity_called(world, "有空")
        if field in OF_SLOT:
            return EditSlotFieldTap(world.corps.slot(activity), field)
        return EditFieldTap(activity, field)

    return tap


OPENINGS: dict[str, tuple[str, Opening]] = {
    **{f"new {number}": ("coordinator", typing(text)) for number, text in enumerate(NEW)},
    "broadcast": ("coordinator", lambda _world: "/broadcast"),
    "broadcast audience": ("coordinator", lambda _world: "/broadcast 明天开会"),
    "broadcast correction": ("coordinator", lambda world: CorrectTap(world.ids["broadcast"][0])),
    "broadcast hour": ("coordinator", lambda _world: "/broadcast 明天开会→全体→定时发送"),
    **{f"edit {field.value}": ("coordinator", changing(field)) for field in EditField if field is not EditField.REMOVE},
    "call off": ("coordinator", lambda world: CallOffTap(activity_called(world, "有空"))),
    "return": ("coordinator", lambda world: ReturnTap(activity_called(world, "已反馈"))),
    "pairing": ("coordinator", lambda _world: PairNewTap()),
    "pairing, a leader's": ("leader", lambda _world: PairNewTap()),
    "pairing why": ("coordinator", lambda world: PairReturnTap(world.ids["pairing"][0])),
    "report": ("leader", lambda world: ReportTap(activity_called(world, "办完未反馈"))),
    "rename": ("member", lambda _world: RenameTap()),
    "join": ("stranger", lambda world: ConsentTap(world.code)),
    "nothing": ("member", lambda _world: "/mine"),
    "nobody": ("stranger", lambda _world: "/start"),
}


async def opened(seam: Seam, world: Crowded, name: str) -> Who:
    """Bring somebody to the open question; return who it is."""
    role, opening = OPENINGS[name]
    who = world.people[role]
    card = await seam.enter(who.telegram_id)
    begin = opening(world)
    if isinstance(begin, Payload):
        seam.sandbox.world.tap(who.telegram_id, who.telegram_id, card, begin.pack(), forged=True)
        assert trouble(await seam.handle()) == []
    else:
        typed, *labels = begin.split("→")
        say(seam, who, typed)
        assert trouble(await seam.handle()) == []
        for label in labels:
            press(seam, who, label)
            assert trouble(await seam.handle()) == []
    if name not in ("nothing", "nobody"):
        assert open_conversation(world, who) is not None, "no question is open"
    return who


def press(seam: Seam, who: Who, label: str) -> None:
    """Tap the newest button with that label."""
    world = seam.sandbox.world
    for message in reversed(list(world.chats[who.telegram_id].messages.values())):
        for row in world.page(message)["keyboard"]:
            for button in row:
                if label in button["text"] and "data" in button:
                    world.tap(who.telegram_id, who.telegram_id, message.id, button["data"])
                    return
    raise AssertionError(f"no button {label}")


def open_conversation(world: Crowded, who: Who) -> Draft | None:
    """Return the conversation whose question is open."""
    statement = select(Draft).where(Draft.address == telegram(who.telegram_id), Draft.active)
    return world.corps.run(lambda s, _at: s.exec(statement).first())


FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 3}
ODDITIES: dict[str, Callable[[Seam, Who], object]] = {
    "photo": lambda seam, who: send(seam, who, "photo"),
    "photo with words": lambda seam, who: send(seam, who, "photo", HTML),
    "document": lambda seam, who: send(seam, who, "document"),
    "sticker": lambda seam, who: send(seam, who, "sticker"),
    "voice": lambda seam, who: raw(seam, who, voice={**FILE, "duration": 3, "mime_type": "audio/ogg"}),
    "location": lambda seam, who: raw(seam, who, location={"latitude": 29.5, "longitude": 106.4}),
    "contact": lambda seam, who: raw(seam, who, contact={"phone_number": "13812345678", "first_name": "张"}),
    "dice": lambda seam, who: raw(seam, who, dice={"emoji": "🎲", "value": 3}),
    "something of tomorrow": lambda seam, who: raw(seam, who, hologram={"size": 3}),
    "empty caption": lambda seam, who: raw(seam, who, caption="", photo=[{**FILE, "width": 1, "height": 1}]),
    "spaces": lambda seam, who: raw(seam, who, text=" \n\u200b\u3000 "),
    "html": lambda seam, who: say(seam, who, HTML),
    "mention": lambda seam, who: say(seam, who, "@everyone /notacommand https://t.me/x?start=1"),
    "slash": lambda seam, who: say(seam, who, "/"),
    "long": lambda seam, who: raw(seam, who, text="长" * 5000),
    "long lines": lambda seam, who: raw(seam, who, text="\n".join(["岗位：志愿者 5"] * 500)),
    "astral": lambda seam, who: say(seam, who, "🙂" * 2000),
    "right to left": lambda seam, who: say(seam, who, "\u2067\u202eabc\u0000\ufeff"),
    "huge number": lambda seam, who: say(seam, who, "9" * 4000),
    "negative": lambda seam, who: say(seam, who, "-5"),
    "arabic digits": lambda seam, who: say(seam, who, "٣٤"),
}


def send(seam: Seam, who: Who, kind: str, caption: str = "") -> None:
    """Send a file."""
    file = (f"a.{kind}", "image/png", b"\x89PNG\r\n\x1a\n")
    seam.sandbox.world.send_file(who.telegram_id, who.telegram_id, kind, file, caption)


def say(seam: Seam, who: Who, text: str) -> None:
    """Type a text."""
    seam.sandbox.world.say(who.telegram_id, who.telegram_id, text)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", OPENINGS)
async def test_anything_may_come_where_an_answer_was_expected(
    name: str, seam: Seam, world: Crowded, watch: Watch
) -> None:
    wrong = []
    for oddity, act in ODDITIES.items():
        who = await opened(seam, world, name)
        act(seam, who)
        calls = await seam.handle()
        if not any(words(calls)):
            wrong.append(f"{oddity}: no answer")
        wrong += [f"{oddity}: {what}" for what in trouble(calls)]
        wrong += [f"{oddity}: “{said}” does not show as typed" for said in words(calls) if "<b>粗</b> &" in said]
        say(seam, who, "/cancel")
        if left := trouble(await seam.handle()):
            wrong.append(f"{oddity}, then /cancel: {left}")
        if open_conversation(world, who) is not None:
            wrong.append(f"{oddity}: /cancel does not leave")
        watch.restore()
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("name", OPENINGS)
async def test_an_edited_message_changes_nothing_and_breaks_nothing(name: str, seam: Seam, world: Crowded) -> None:
    who = await opened(seam, world, name)
    before = open_conversation(world, who)
    message = seam.sandbox.world.say(who.telegram_id, who.telegram_id, "/help")
    await seam.handle()
    seam.sandbox.world.updates.allowed = frozenset()
    seam.sandbox.world.revise(who.telegram_id, who.telegram_id, message.id, "我改主意了")
    assert trouble(await seam.handle()) == []
    after = open_conversation(world, who)
    assert (before is None) or (after is None) or (before.step, before.data) == (after.step, after.data)


async def test_what_was_typed_shows_as_typed_on_every_card(seam: Seam, world: Crowded) -> None:
    typed = "<b>粗</b> & <i>"
    who = world.people["coordinator"]
    await seam.enter(who.telegram_id)
    notice = WHERE.replace("防诈骗讲座", typed).replace("金蓉社区", typed)
    say(seam, who, f"{notice}岗位：志愿者 3\n分团：民盟\n备注：{typed}")
    calls = await seam.handle()
    assert trouble(calls) == []
    chat = seam.sandbox.world.chats[who.telegram_id]
    shown = seam.sandbox.world.page(list(chat.messages.values())[-1])["text"]
    assert shown.count(typed) == 3
