"""The senders' live cards: which of them should be shown anew, at a pace that Telegram and people bear."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from corps.addresses import Address
from corps.broadcasts import acknowledgements, broadcasts, progress
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.progress import Progress
from corps.moment import Moment
from corps.people import Actor, demand_leader_or_coordinator, recognise
from models import Broadcast, Notice
from models.enums import BroadcastState

WHILE_SENDING = dt.timedelta(seconds=3)
AFTERWARDS = dt.timedelta(seconds=5)
WATCHED = dt.timedelta(hours=6)
"""How long after the start a card follows the acknowledgements by itself; later it does when 刷新 is pressed."""

LIVE = (BroadcastState.SENDING, BroadcastState.STOPPED, BroadcastState.MISSED)


@dataclass(frozen=True)
class LiveCard:
    """A card to be drawn again. Without a message it is to be sent; `digest` tells what it shows now.

    `read_at` is the moment whose state it will show: what happens while the card is on its way is news for the next.
    """

    broadcast_id: int
    address: Address
    message_id: str | None
    digest: str
    language: str
    standing: Progress
    read_at: dt.datetime


@dataclass(frozen=True)
class SpentCard:
    """The card of a broadcast that is due: it says so, and a new one comes where its sender sees it."""

    broadcast_id: int
    address: Address
    message_id: str
    language: str
    when: dt.datetime


def spent(session: Session, at: Moment) -> list[SpentCard]:
    """Return the cards that still offer 取消 for what has gone out, or whose hour was missed."""
    rows = session.exec(
        select(Broadcast).where(
            Broadcast.card_digest == broadcasts.SPENT,
            col(Broadcast.card_address).is_not(None),
            col(Broadcast.card_message_id).is_not(None),
        )
    ).all()
    found = []
    for row in rows:
        assert row.card_address is not None  # noqa: S101 - chosen so
        language = recognise(session, at, row.card_address).language
        when = row.scheduled_for or at.now
        found.append(SpentCard(row.id or 0, row.card_address, row.card_message_id or "", language, when))
    return found


def taken_down(session: Session, _at: Moment, broadcast_id: int) -> None:
    """Note that a spent card offers nothing any more: a new one is to be sent."""
    row = session.get(Broadcast, broadcast_id, with_for_update=True)
    if row is not None and row.card_digest == broadcasts.SPENT:
        row.card_message_id, row.card_digest, row.card_shown_at = None, "", None
        session.add(row)


def due(session: Session, at: Moment) -> list[LiveCard]:
    """Return the cards that may have changed and have rested long enough.

    One that was shown in what is now the future has: the clock has been put back since.
    """
    rested = (col(Broadcast.card_shown_at) <= at.now - WHILE_SENDING) | (col(Broadcast.card_shown_at) > at.now)
    rows = session.exec(
        select(Broadcast).where(
            col(Broadcast.card_address).is_not(None),
            col(Broadcast.state).in_(LIVE),
            Broadcast.card_digest != broadcasts.SPENT,
            col(Broadcast.card_message_id).is_(None)
            | col(Broadcast.card_shown_at).is_(None)
            | ((col(Broadcast.sent_at) > at.now - WATCHED) & rested),
        )
    ).all()
    return [card for row in rows if (card := _card(session, at, row)) is not None]


def _card(session: Session, at: Moment, row: Broadcast) -> LiveCard | None:
    assert row.card_address is not None  # noqa: S101 - chosen so
    if row.card_message_id is None and at.is_quiet():
        return None  # a new card is a message like any other: it waits for the morning
    reader = recognise(session, at, row.card_address)
    if row.state is not BroadcastState.MISSED and not broadcasts.oversees(reader, row):
        lost(session, at, row.id or 0)  # it names people: that is not for everybody
        return None
    standing = progress.read(session, at, row)
    if not _rested(at, row) and not _moves(session, row, standing):
        return None
    return LiveCard(
        row.id or 0, row.card_address, row.card_message_id, row.card_digest, reader.language, standing, at.now
    )


def _rested(at: Moment, row: Broadcast) -> bool:
    shown_at = row.card_shown_at
    return shown_at is None or shown_at <= at.now - AFTERWARDS or shown_at > at.now


def _moves(session: Session, row: Broadcast, standing: Progress) -> bool:
    """Tell whether messages are going out, or the last of them did since the card was shown."""
    if standing.total.queued:
        return standing.held_until is None
    since = select(Notice.id).where(Notice.broadcast_id == row.id, col(Notice.sent_at) >= row.card_shown_at).limit(1)
    return session.exec(since).first() is not None


def shown(session: Session, _at: Moment, card: LiveCard, message_id: str, digest: str) -> None:
    """Note that a card shows the state behind `digest`, as it was read."""
    row = session.get(Broadcast, card.broadcast_id, with_for_update=True)
    if row is not None:
        row.card_message_id, row.card_digest, row.card_shown_at = message_id, digest, card.read_at
        session.add(row)


def lost(session: Session, _at: Moment, broadcast_id: int) -> None:
    """Note that a card is gone: its sender deleted it, cannot be reached or is no coordinator now.

    It is not sent again by itself.
    """
    row = session.get(Broadcast, broadcast_id, with_for_update=True)
    if row is not None:
        row.card_address, row.card_message_id = None, None
        session.add(row)


@dataclass(frozen=True)
class Former:
    """A broadcast in a list: when it went out, or is to."""

    id: int
    html: str
    when: dt.datetime


LISTED = (BroadcastState.SENDING, BroadcastState.SCHEDULED, BroadcastState.STOPPED, BroadcastState.MISSED)
"""The states in which a broadcast stands in lists: it went out, or is to."""


def for_reader(actor: Actor, states: Collection[BroadcastState] = LISTED) -> tuple[Any, ...]:
    """Return the conditions on the broadcasts that somebody may list; a leader's own only."""
    demand_leader_or_coordinator(actor)
    own = () if actor.is_coordinator else (Broadcast.sender_id == actor.id,)
    return (col(Broadcast.state).in_(states), *own)


def recent(session: Session, actor: Actor, _at: Moment, limit: int = 8) -> list[Former]:
    """Return the newest broadcasts that were sent or are scheduled; a leader's own only."""
    statement = select(Broadcast).where(*for_reader(actor)).order_by(col(Broadcast.id).desc())
    return [
        Former(row.id or 0, row.html, row.sent_at or row.scheduled_for or row.created_at)
        for row in session.exec(statement.limit(limit)).all()
    ]


Shown = Progress | Preview
"""What a broadcast's card shows: how it stands, or the hour it waits for."""


def see(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Shown:
    """Return the card of a broadcast that is out or waits for its hour."""
    row = broadcasts.find(session, actor, broadcast_id)
    if row.state is BroadcastState.SCHEDULED:
        return broadcasts.preview(session, actor, at, broadcast_id)
    broadcasts.demand_begun(row)
    return progress.read(session, at, row)


def nudge(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> tuple[int, Shown]:
    """催一下: remind those who have not confirmed. Returns how many, and the card as it is now."""
    number = acknowledgements.nudge(session, actor, at, broadcast_id)
    return number, see(session, actor, at, broadcast_id)


def stop(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Shown:
    """停止发送: take back what is not out yet. Returns the card as it is now."""
    broadcasts.stop(session, actor, at, broadcast_id)
    return see(session, actor, at, broadcast_id)
