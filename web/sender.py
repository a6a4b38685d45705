"""Delivers owed messages to personal pages: once a message is stored there, it has arrived."""

from dataclasses import replace

import structlog
from sqlmodel import Session

from bot.delivery.sender import Deliver, NoChatWaits
from bot.routing.channel import MessageRef
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from bot.views.screen import Screen
from corps import notices
from corps.addresses import Address
from corps.broadcasts.copies import Copy
from corps.delivery import shown_cards
from corps.delivery.notice_facts import Facts, Letter
from corps.moment import Moment
from corps.notices import reachability
from corps.pages import devices
from models.enums import Failure
from web.channel import PageChannel

log = structlog.get_logger()


class PageSender(NoChatWaits):
    """Stores owed messages on pages; it has no rate limits."""

    down = False

    def __init__(self, channel: PageChannel, database: Database) -> None:
        self._channel = channel
        self._database = database

    def wait(self) -> float:
        """Do nothing: there is no limit to wait for."""
        return 0.0

    async def turn(self) -> Deliver:
        """Do nothing: it may always send."""
        return self.deliver

    async def copy(self, letter: Letter) -> None:
        """Store a copy of a message that went out by another channel, so that the page has all of them."""
        if letter.facts is None or letter.due.member_id is None:
            return
        try:
            address = await self._database.run(_page_of, letter.due.member_id)
            if address is not None:
                await self._put(replace(letter.due, address=address), letter)
        except Exception as error:
            log.error("page.not_copied", notice=letter.due.id, exc_info=error)

    async def _put(self, due: notices.Due, letter: Letter) -> None:
        """Store it, and note its card as one to be updated by edits."""
        assert letter.facts is not None  # noqa: S101 - looked at before
        voice = Voice(due.language, self._database.clock)
        screen = notice_screen(voice, due, letter.facts, letter.more, self._channel.limits)
        sent = await self._channel.send(due.address, screen)
        card = _card(due, letter.facts, screen)
        if card is not None:
            await self._database.run(shown_cards.note, due.address, sent.id, card)

    async def deliver(self, letter: Letter) -> notices.Outcome:
        """Store one message on its page, or replace the message that it corrects."""
        due, facts = letter.due, letter.facts
        if facts is None:
            return notices.Moot(notices.NO_LONGER_SO)
        if reachability.PROBE in due.subject and not await self._database.looking().run(devices.is_read, due.address):
            return notices.GiveUp(devices.NO_BROWSER, unreachable=True, failure=Failure.NO_BROWSER)
        screen = notice_screen(Voice(due.language, self._database.clock), due, facts, letter.more, self._channel.limits)
        copy = facts.find(Copy)
        before = MessageRef(due.address, copy.edits) if copy is not None and copy.edits is not None else None
        if before is not None and await self._channel.edit(before, screen):
            return notices.Sent(before.id)
        sent = await self._channel.send(due.address, screen)
        return notices.Sent(sent.id, _card(due, facts, screen))


def _card(due: notices.Due, facts: Facts, screen: Screen) -> notices.CardShown | None:
    """Return the card that a message shows, if any; for those who run the activity it is updated by edits."""
    watches = facts.actor.is_leader or facts.actor.is_coordinator
    return notices.CardShown(screen.shows, screen.digest, watches, notice_id=due.id) if screen.shows else None


def _page_of(session: Session, _at: Moment, member_id: int) -> Address | None:
    theirs = devices.addresses_of(session, member_id)
    return theirs[0] if theirs else None
