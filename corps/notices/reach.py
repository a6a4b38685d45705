"""Who hears of something, by which way, and when: what people read before and after a message is owed."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from corps import member_addresses
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.notices.outbox import spared
from models import Member


@dataclass(frozen=True)
class Reach:
    """Whom a message reaches.

    `alone` people get it by themselves; `groups` (titles) get it once each, for `there` people who are in them.
    `lost` are the names of those who can't be reached, `paused` is how many have asked for quiet. It goes out at once,
    or `held_until` the quiet hours end.
    """

    alone: int = 0
    groups: tuple[str, ...] = ()
    there: int = 0
    lost: tuple[str, ...] = ()
    paused: int = 0
    held_until: dt.datetime | None = None
    today: dt.date | None = None

    @property
    def told(self) -> int:
        """How many people hear of it."""
        return self.alone + self.there


def reach(
    session: Session,
    at: Moment,
    kind: Kind,
    alone: Collection[Member],
    groups: Collection[str] = (),
    there: int = 0,
    *,
    urgent: bool = False,
) -> Reach:
    """Return whom a message of that kind reaches, if it is owed now to these people and groups.

    Args:
        session: The caller's.
        at: When it is owed.
        kind: What is told: some kinds are spared those who have paused.
        alone: Who gets it by themselves.
        groups: The titles of the groups that get it.
        there: How many people read it in these groups.
        urgent: Whether it goes out even in quiet hours.
    """
    awake = [member for member in alone if not spared(at, member, kind)]
    paused = len(alone) - len(awake)
    here = member_addresses.known(session, [member.id or 0 for member in awake])
    awake = [member for member in awake if member.id in here]  # whoever is only listed so far hears nothing
    gone = {member_id for member_id, theirs in here.items() if not theirs[0].reachable}
    due = at.now if urgent else at.after_quiet_hours()
    return Reach(
        alone=len(awake) - len(gone),
        groups=tuple(groups),
        there=there,
        lost=tuple(member.name for member in awake if member.id in gone),
        paused=paused,
        held_until=due if due > at.now else None,
        today=at.today(),
    )
