"""Delivers what is owed to somebody whose page it goes to: it is written down there, and so it has arrived."""

from bot.delivery.sender import Deliver
from bot.routing.channel import MessageRef
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from corps import notices
from corps.addresses import Address
from corps.broadcasts.copies import Copy
from corps.delivery.notice_facts import Letter
from web.channel import PageChannel


class PageSender:
    """The way out to pages: nothing ever holds it back."""

    down = False

    def __init__(self, channel: PageChannel, database: Database) -> None:
        self._channel = channel
        self._database = database

    def wait(self) -> float:
        """Nothing to wait for."""
        return 0.0

    async def turn(self) -> Deliver:
        """It may always send."""
        return self.deliver

    def resting(self) -> frozenset[Address]:
        """No page ever rests."""
        return frozenset()

    def begin(self, chat: Address) -> None:
        """Nothing to note."""

    def pause(self, chat: Address, seconds: float) -> None:
        """Nothing to note."""

    async def deliver(self, letter: Letter) -> notices.Outcome:
        """Put one message on its page, or into the message that it corrects."""
        due, facts = letter.due, letter.facts
        if facts is None:
            return notices.Moot(notices.NO_LONGER_SO)
        screen = notice_screen(Voice(due.language, self._database.clock), due, facts, letter.more, self._channel.limits)
        copy = facts.find(Copy)
        before = MessageRef(due.address, copy.edits) if copy is not None and copy.edits is not None else None
        if before is not None and await self._channel.edit(before, screen):
            return notices.Sent(before.id)
        sent = await self._channel.send(due.address, screen)
        watches = facts.actor.is_leader or facts.actor.is_coordinator
        card = notices.CardShown(screen.shows, screen.digest, watches, notice_id=due.id) if screen.shows else None
        return notices.Sent(sent.id, card)
