"""The lists behind a broadcast's card, a page at a time: who has it by which way, who not and why, who is silent.

A coordinator reads of all teams, a leader of the own one.
"""

from dataclasses import dataclass

from sqlmodel import Session

from corps.broadcasts import broadcasts, progress, recipients
from corps.broadcasts.recipients import Missed
from corps.moment import Moment
from corps.people import Actor
from corps.sql import page_start
from models import Broadcast


@dataclass(frozen=True)
class SilentPage:
    """A page of those who have not confirmed, as (team, name); of `total`, from `start`."""

    total: int
    start: int
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HavingPage:
    """A page of those whom a copy of their own has reached, as (channel, team, name); of `total`, from `start`."""

    total: int
    start: int
    people: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class MissedPage:
    """A page of those who did not get it; of `total`, from `start`."""

    total: int
    start: int
    people: tuple[Missed, ...]


def having(session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int, size: int) -> HavingPage:
    """Return page `number` of those who have it in a message of their own, by the way that it came."""
    row = broadcasts.find(session, actor, broadcast_id)
    total = recipients.count_having(session, row)
    start = page_start(total, number, size)
    return HavingPage(total, start, tuple(recipients.having(session, row, start, size)))


def silent(session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int, size: int) -> SilentPage:
    """Return page `number` of those who have not confirmed, for a coordinator."""
    return _silent(session, broadcasts.find(session, actor, broadcast_id), None, number, size)


def silent_of_own_team(
    session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int, size: int
) -> SilentPage:
    """Return page `number` of those of the leader's own team who have not confirmed."""
    return _silent(session, progress.find_for_leader(session, actor, broadcast_id), actor.team_id, number, size)


def missed(session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int, size: int) -> MissedPage:
    """Return page `number` of those who did not get it, for a coordinator."""
    return _missed(session, broadcasts.find(session, actor, broadcast_id), None, number, size)


def missed_of_own_team(
    session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int, size: int
) -> MissedPage:
    """Return page `number` of those of the leader's own team who did not get it."""
    return _missed(session, progress.find_for_leader(session, actor, broadcast_id), actor.team_id, number, size)


def _silent(session: Session, row: Broadcast, team_id: int | None, number: int, size: int) -> SilentPage:
    total = recipients.count_silent(session, row, team_id)
    start = page_start(total, number, size)
    return SilentPage(total, start, tuple(recipients.silent_people(session, row, team_id, start, size)))


def _missed(session: Session, row: Broadcast, team_id: int | None, number: int, size: int) -> MissedPage:
    total = recipients.count_missed(session, row, team_id)
    start = page_start(total, number, size)
    return MissedPage(total, start, tuple(recipients.missed(session, row, team_id, size, start)))
