"""The way out to a group: it may have moved, or be closed."""

from typing import cast

import pytest
from sqlmodel import col, select
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.telegram.circuit_breaker import CircuitBreaker
from bot.telegram.sender import TelegramSender
from bot.texts.voice import Voice
from bot.views.notice_status import troubles_screen
from corps import notices
from corps.addresses import telegram
from corps.broadcasts import broadcasts
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.delivery import leasing, status
from corps.delivery.notice_facts import open_all
from corps.membership import group_binding
from corps.notices import GiveUp, Moved
from corps.notices.kinds import Kind
from corps.people import coordinators
from corps.refusals import Reason, Refused
from models import Notice, TeamGroup
from tests.base import Corps, all_due
from tests.stage import NoPace, no_files

GROUP = -500


class Unwilling:
    """A Telegram that answers every message with the same error."""

    def __init__(self, error: TelegramError) -> None:
        self._error = error

    async def do_api_request(self, *_args: object, **_kwargs: object) -> None:
        raise self._error


def the_coordinator(corps: Corps) -> int:
    """Return the one coordinator."""
    (wang,) = corps.run(lambda s, _at: [row.id or 0 for row in coordinators(s)])
    return corps.number(wang)


async def sent_to_group(corps: Corps, error: TelegramError) -> notices.Outcome:
    """Broadcast to a team's group at a Telegram that refuses, and return how it ended."""
    wang = corps.coordinator()
    corps.member("张明")
    team = corps.team("民盟")
    corps.do(wang, group_binding.bind, telegram(GROUP), "民盟分团群", team)
    audience = Audience(Scope.TEAMS, teams=(team,), in_groups=True)
    preview = corps.do(wang, broadcasts.prepare, Content("周六集合"), audience)
    corps.do(wang, broadcasts.confirm, preview.id, preview.revision, (telegram(1), "2"))
    (due,) = corps.run(all_due)
    [letter] = corps.run(open_all, [(due,)])
    sender = TelegramSender(cast("Bot", Unwilling(error)), corps.database, no_files(), NoPace(), CircuitBreaker())
    outcome = await sender.deliver(letter)
    corps.run(leasing.record, [(due.id, outcome)])
    return outcome


async def test_a_group_that_became_a_supergroup_gets_it_at_its_new_address(corps: Corps) -> None:
    outcome = await sent_to_group(corps, ChatMigrated(-100500))
    assert isinstance(outcome, Moved)
    (due,) = corps.run(all_due)
    assert due.address.number == -100500
    assert corps.run(lambda s, _at: s.exec(select(TeamGroup)).one()).address == telegram(-100500)


async def test_a_group_that_is_closed_to_us_is_untied_and_its_members_get_it(corps: Corps) -> None:
    outcome = await sent_to_group(corps, Forbidden("bot was kicked from the supergroup chat"))
    assert isinstance(outcome, GiveUp)
    assert corps.run(lambda s, _at: s.exec(select(TeamGroup)).all()) == []
    kinds = corps.run(lambda s, _at: s.exec(select(Notice.kind, Notice.state).order_by(col(Notice.id))).all())
    assert [(kind, str(state)) for kind, state in kinds] == [
        ("broadcast", "cancelled"),
        ("broadcast", "owed"),
        ("group_lost", "owed"),
    ]


async def test_a_group_that_forbids_writing_is_listed_by_name_and_can_be_tried_again(corps: Corps) -> None:
    outcome = await sent_to_group(corps, BadRequest("not enough rights to send text messages to the chat"))
    assert isinstance(outcome, GiveUp)
    wang = the_coordinator(corps)
    found = corps.do(wang, status.troubles, 0, 5)
    text = str(troubles_screen(Voice("zh", corps.clock), found).text)
    assert "民盟分团群（民盟）" in text
    assert "群里不让机器人发言" in text
    (trouble,) = found.shown
    corps.do(wang, status.retry, trouble.id)
    assert [due.address.number for due in corps.run(all_due)] == [GROUP]


async def test_what_failed_in_a_group_that_is_tied_no_more_cannot_be_retried_and_says_why(corps: Corps) -> None:
    await sent_to_group(corps, BadRequest("not enough rights to send text messages to the chat"))
    wang = the_coordinator(corps)
    (trouble,) = corps.do(wang, status.troubles, 0, 5).shown
    corps.do(wang, group_binding.unbind, telegram(GROUP))
    with pytest.raises(Refused, match=Reason.GROUP_GONE.value):
        corps.do(wang, status.retry, trouble.id)


async def test_a_group_that_was_deleted_counts_as_lost(corps: Corps) -> None:
    await sent_to_group(corps, BadRequest("Chat not found"))
    assert corps.run(lambda s, _at: s.exec(select(TeamGroup)).all()) == []
    assert len(corps.owed(Kind.GROUP_LOST)) == 1
