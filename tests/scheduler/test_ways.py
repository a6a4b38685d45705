"""What is owed in one channel never waits for another channel, however long the queue there is."""

import asyncio

from bot.delivery.sender import Deliver
from corps import member_addresses, notices
from corps.addresses import Address
from corps.mailbox.mailboxes import MAIL
from corps.notices.kinds import Kind
from models.enums import NoticeState
from scheduler.jobs import JobContext
from scheduler.timetable import build_scheduler
from tests.base import Corps
from tests.corps.delivery.notices import owe, rows
from tests.stage import Stage
from web.sender import PageSender


class Slow(PageSender):
    """Mail whose next turn comes when the test says so."""

    def __init__(self) -> None:
        """Nobody has waited yet."""
        self.waits, self.goes_on = asyncio.Event(), asyncio.Event()

    async def turn(self) -> Deliver:
        """Wait."""
        self.waits.set()
        await self.goes_on.wait()
        return self._deliver

    async def _deliver(self, _letter: object) -> notices.Outcome:
        return notices.Sent("mailed")


async def until_sent(corps: Corps, person: int) -> None:
    """Wait until somebody has all that is owed to them."""
    async with asyncio.timeout(60):
        while {row.state for row in rows(corps) if row.member_id == corps.member_id(person)} != {NoticeState.SENT}:
            await asyncio.sleep(0.01)


async def test_a_message_by_telegram_does_not_wait_for_the_mails_before_it(stage: Stage, corps: Corps) -> None:
    zhang, by_mail = await stage.enter(corps.member("张明")), corps.member("李芳")
    mailbox = Address(MAIL, "li@example.org")
    corps.run(lambda s, at: member_addresses.add(s, at, corps.member_id(by_mail), mailbox))
    corps.run(lambda s, _at: member_addresses.prefer(s, corps.member_id(by_mail), mailbox))
    slow, there = Slow(), stage.context
    context = JobContext(there.database, there.channels, {**there.senders, MAIL: slow}, there.files)
    ticks = build_scheduler(context, 0.05)
    ticks.start()
    owe(corps, Kind.ADMITTED, by_mail)
    await asyncio.wait_for(slow.waits.wait(), 60)
    for key in ("first", "second"):
        owe(corps, Kind.ADMITTED, zhang.id, key=key)
        await until_sent(corps, zhang.id)
    slow.goes_on.set()
    await until_sent(corps, by_mail)
    ticks.shutdown(wait=False)
    await context.outgoing.stop()
    assert len(zhang.from_bot()) == 2
