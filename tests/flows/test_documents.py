"""What people take away, through the chat: calendars and documents, each a file that opens."""

import dataclasses

import icalendar

from corps.changes import cancelling
from tests.base import Corps
from tests.stage import Player, Stage


def file_of(player: Player) -> tuple[str, bytes]:
    """Return the name and the content of the newest file the bot has sent."""
    chat = player.stage.sandbox.world.chats[player.id]
    media = [message.content.media for message in chat.messages.values() if message.content.media][-1]
    return media.file.name, media.file.content


async def test_a_calendar_is_taken_from_the_card_or_subscribed_to_and_ended(stage: Stage, corps: Corps) -> None:
    wang, zhang = corps.coordinator(), await stage.enter(corps.member("张明"))
    activity = corps.publish(wang)
    await zhang.starts(f"act-{activity}")
    await zhang.taps("加到日历")
    name, content = file_of(zhang)
    event = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
    assert (name, str(event["summary"]), str(event["status"])) == (
        "tongxin-activity.ics",
        "防诈骗公益讲座",
        "CONFIRMED",
    )
    await zhang.types("/calendar")
    assert zhang.buttons() == ["📄 我报名的（文件）", "📄 本分团的（文件）", "📄 全团的（文件）"], (
        "no pages, no addresses"
    )
    await zhang.taps("我报名的")
    assert zhang.toasts()[-1] == "这份日历里现在没有活动。"
    corps.database.policy = dataclasses.replace(corps.database.policy, web_url="https://corps.example")
    await zhang.types("/calendar")
    await zhang.taps("订阅全团的")
    assert "https://corps.example/cal/" in zhang.reads()
    await zhang.taps("停用这个地址")
    assert "已经停用" in zhang.reads()
    corps.do(wang, cancelling.cancel, activity, "下大雨")
    await zhang.starts(f"act-{activity}")
    await zhang.taps("加到日历")
    assert b"STATUS:CANCELLED" in file_of(zhang)[1]
