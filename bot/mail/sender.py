"""Delivers what is owed to somebody who is written to by mail, and says how it ended.

Handed to the server is all that is known: whether it was read, the page or the chat tells by 收到.
"""

import datetime as dt
import random
import time
from dataclasses import dataclass

import structlog
from sqlmodel import Session

from bot.delivery.sender import Deliver, NoChatWaits
from bot.documents.icalendar_file import Invited
from bot.mail.channel import LIMITS, name_of
from bot.mail.letters import CalendarPart, Envelope, Ways, letter, subject_of
from bot.mail.line import Line, Meaning, NotTakenError
from bot.mail.pace import Pace
from bot.routing.channel import ChannelError, RejectedError, TooLargeError
from bot.routing.files import Files
from bot.runtime.database import Database
from bot.runtime.settings import MailServer
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from bot.views.records.calendars import invitation
from bot.views.screen import Screen
from corps import member_addresses, notices
from corps.activities.cards import Card
from corps.addresses import TELEGRAM
from corps.broadcasts.copies import Copy
from corps.delivery.notice_facts import Letter
from corps.mailbox import mailboxes
from corps.mailbox.mailboxes import MAIL
from corps.moment import Moment
from corps.notices import Due
from corps.pages.devices import WEB
from corps.records import mailed_entries
from corps.records.mailed_entries import Mailed
from corps.system import alarms
from corps.system.alarms import Beat, Watched
from models import Member
from models.enums import Failure

log = structlog.get_logger()

_FIRST_RETRY, _LONGEST_RETRY = 60, 1800
_FIRST_HOLD, _LONGEST_HOLD = 5.0, 300.0
_TRIES = 4
"""After so many refusals of its messages a mailbox is one that takes none of ours."""

_TOO_MANY_REFUSED = 3
"""From so many mailboxes in a row that refuse, it is us whom nobody takes anything from."""


@dataclass(frozen=True)
class _Around:
    """What a mail needs besides what it says."""

    ways: tuple[str, ...]
    token: str
    name: str
    mailed: Mailed | None


class MailSender(NoChatWaits):
    """Sends owed messages by mail, one at a time, at a rate that providers accept."""

    down = True  # one alone is taken: a slow server must not keep many leases

    def __init__(
        self, server: MailServer, line: Line, database: Database, files: Files, pace: Pace | None = None
    ) -> None:
        self._server = server
        self._line = line
        self._database = database
        self._files = files
        self._pace = pace or Pace()
        self._held_until = 0.0
        self._hold = 0.0
        self._refused: set[str] = set()
        self._trouble: str | None = None  # not known yet: what a process before this one wrote down may hold no more

    def wait(self) -> float:
        """Return for how many seconds nothing may go out."""
        return max(0.0, self._held_until - time.monotonic())

    async def turn(self) -> Deliver:
        """Wait for the next moment to send at, and return what sends one message then."""
        await self._pace.turn()
        return self.deliver

    async def copy(self, letter: Letter) -> None:
        """What others have delivered is not repeated here."""

    async def deliver(self, letter: Letter) -> notices.Outcome:
        """Hand one message to the server. Never raises what it says: that is an outcome."""
        due, facts = letter.due, letter.facts
        if facts is None:
            return notices.Moot(notices.NO_LONGER_SO)
        screen = notice_screen(Voice(due.language, self._database.clock), due, facts, letter.more, LIMITS)
        try:
            brought = await self._files.brought(screen, MAIL)
        except (RejectedError, TooLargeError) as error:
            return notices.GiveUp(f"file: {error}")
        except ChannelError as error:
            return notices.RetryLater(self._later(due), f"file: {error}")
        return await self._mail(letter, brought)

    async def _mail(self, letter: Letter, screen: Screen) -> notices.Outcome:
        around = await self._database.run(_around, letter.due, alone=not letter.more)
        envelope, content = self._written(letter, screen, around)
        try:
            await self._line.hand_in(envelope.to, content)
        except NotTakenError as no:
            return await self._refusal(letter.due, no)
        self._refused.clear()
        await self._well()
        if around.mailed is not None:
            await self._database.run(_note, letter.due, around.mailed)
        return notices.Sent(envelope.id)

    def _written(self, opened: Letter, screen: Screen, around: _Around) -> tuple[Envelope, bytes]:
        """Return the mail. Its id is that of the notice as it was owed: trying again repeats it, and makes no other."""
        due = opened.due
        copy = opened.facts.find(Copy) if opened.facts is not None else None
        about = (copy.edits if copy is not None else None) or ""
        named = name_of(due.id, due.due_at, due.address)
        envelope = Envelope(due.address.id, named, self._database.clock.now(), about)
        voice = Voice(due.language, self._database.clock)
        card = opened.facts.find(Card) if opened.facts is not None and not opened.more else None
        what = voice(f"kind.{due.kind.value}")
        about_what = card.title if card is not None else subject_of(screen)
        subject = voice.plain("mail.subject", what=what, about=about_what)
        ways = self._ways(screen, around)
        return envelope, letter(voice, self._server, envelope, subject, screen, ways, self._calendar(due, around))

    def _calendar(self, due: Due, around: _Around) -> CalendarPart | None:
        if around.mailed is None:
            return None
        invited = Invited(self._server.name, self._server.sender, around.name, due.address.id)
        voice = Voice(due.language, self._database.clock)
        return CalendarPart(*invitation(voice, self._database.clock.zone_info, around.mailed.entry, invited))

    def _ways(self, screen: Screen, around: _Around) -> Ways:
        url = self._database.policy.web_url
        stop = f"{url}/u/{around.token}" if url and around.token else ""
        if url and WEB in around.ways:
            return Ways(f"{url}/a/{screen.shows}" if screen.shows else f"{url}/messages", stop)
        telegram = self._files.channels.get(TELEGRAM) if TELEGRAM in around.ways else None
        if telegram is None:
            return Ways("", stop)
        return Ways(telegram.link_to("act", str(screen.shows)) if screen.shows else telegram.link_to(), stop)

    async def _refusal(self, due: Due, no: NotTakenError) -> notices.Outcome:
        """Return how a message ended that was not taken, and hold the others back while it is for all."""
        reason = str(no).replace(due.address.id, "…")  # it is kept and logged
        if no.meaning is Meaning.ADDRESS:
            await self._well()
            return notices.GiveUp(reason, unreachable=True, failure=Failure.NO_MAILBOX)
        if no.meaning is Meaning.MESSAGE:
            self._refused.add(due.address.id)
        for_all = no.away or no.meaning is Meaning.SERVER or len(self._refused) >= _TOO_MANY_REFUSED
        if for_all:
            await self._badly(reason)
        elif no.meaning is Meaning.MESSAGE and due.attempts + 1 >= _TRIES:
            return notices.GiveUp(reason, unreachable=True, failure=Failure.NOT_TAKEN)
        failure = Failure.NOT_TAKEN if no.meaning is Meaning.MESSAGE else Failure.NETWORK
        return notices.RetryLater(self._later(due), reason, blame=not for_all, maybe=no.maybe, failure=failure)

    def _later(self, due: Due) -> dt.datetime:
        seconds = min(_LONGEST_RETRY, _FIRST_RETRY * 2**due.attempts) * random.uniform(0.8, 1.2)
        return self._database.clock.now() + dt.timedelta(seconds=seconds)

    async def _badly(self, reason: str) -> None:
        """Hold everything back for a while, longer each time; the coordinators hear of it if it stays so."""
        self._hold = min(_LONGEST_HOLD, self._hold * 2 or _FIRST_HOLD)
        self._held_until = time.monotonic() + self._hold
        if not self._trouble:
            log.warning("mail.not_taken", reason=reason)
        self._trouble = reason
        await self._database.run(alarms.beat, [Beat(Watched.MAIL, reason)])

    async def _well(self) -> None:
        """Note that the server takes what it is given."""
        self._hold = 0.0
        if self._trouble != "":
            self._trouble = ""
            await self._database.run(alarms.beat, [Beat(Watched.MAIL)])


def _around(session: Session, at: Moment, due: Due, *, alone: bool) -> _Around:
    own = due.member_id or 0
    known = member_addresses.known(session, [own]).get(own, [])
    member = session.get(Member, own)
    # A mail brings one entry: that of the activity which it is about.
    about = due.activity_id if alone else None
    mailed = mailed_entries.pending(session, at, own, about) if about is not None else None
    ways = tuple(one.address.channel for one in known)
    return _Around(ways, mailboxes.token_of(session, at, due.address), member.name if member else "", mailed)


def _note(session: Session, at: Moment, due: Due, mailed: Mailed) -> None:
    mailed_entries.note(session, at, due.member_id or 0, due.activity_id or 0, mailed)
