"""Made-up people and messages, to look at the page without a bot."""

from sandbox.formats.html import parse
from sandbox.http.server import Sandbox
from sandbox.world.messages import Content
from sandbox.world.people import Group, Person

PEOPLE = (
    Person(101, "陈静", note="统筹", username="chenjing_sample"),
    Person(102, "李明", note="民盟分团 联络员"),
    Person(103, "Ann", "Smith", language_code="en", note="成员"),
)
GROUPS = (Group(-1_001_000_000_001, "同心服务团 样例群", (101, 102, 103)),)
_FIRST_OF_CROWD = 10_001

_CARD = (
    "<b>防诈骗公益讲座</b>（样例）\n📅 12月5日（周六）14:00–16:00\n📍 磁器口街道金蓉社区\n\n"
    "主讲人 0/1 · 志愿者 <b>3</b>/5\n<i>来的人会收到提醒。</i> <tg-spoiler>彩蛋</tg-spoiler>\n"
    "<blockquote>带好身份证件。</blockquote>邀请：<code>join-abc</code> "
    '<a href="https://example.com/map">地图</a> /help'
)
_BUTTONS = [
    [
        {"text": "✅ 报名 主讲人", "callback_data": "signup:1", "style": "success"},
        {"text": "报名 志愿者", "callback_data": "signup:2", "style": "primary"},
    ],
    [
        {"text": "我来不了", "callback_data": "withdraw:1", "style": "danger"},
        {"text": "返回", "callback_data": "back"},
    ],
    [
        {"text": "地图", "url": "https://example.com/map"},
        {"text": "复制邀请", "copy_text": {"text": "join-abc"}},
    ],
]
_MENU = [
    {"command": "start", "description": "开始"},
    {"command": "activities", "description": "看活动"},
    {"command": "mine", "description": "我的报名"},
    {"command": "quota", "description": "五个10"},
]


def crowd(size: int) -> tuple[Person, ...]:
    """Return `size` sample people with ids from 10001 on."""
    return tuple(Person(_FIRST_OF_CROWD + n, f"样例{n + 1}") for n in range(size))


def play(sandbox: Sandbox) -> None:
    """Put a command menu, a card with buttons and a few words into the sample chats."""
    world = sandbox.world
    world.commands.put(("default", 0, 0, ""), list(_MENU))
    content = Content(*parse(_CARD))
    for person in PEOPLE[:2]:
        asked = world.start(person.id)
        world.post(world.chats[person.id], world.robot, content, keyboard={"inline_keyboard": _BUTTONS})
        world.post(world.chats[person.id], world.robot, Content("收到你的 /start 了。"), reply_to=asked)
    group = world.chats[GROUPS[0].id]
    world.say(101, group.id, "大家好，这里是样例群。")
    world.post(group, world.robot, content, keyboard={"inline_keyboard": _BUTTONS})
