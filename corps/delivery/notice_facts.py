"""What a notice says is looked up when it goes out, so that it is true then, or is not sent at all.

What many notices of one batch ask for is looked up once: a card for a thousand people is one card, not a thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlmodel import Session

from corps import groups, robots
from corps.delivery.merging import tellers
from corps.moment import Moment
from corps.notices import Due, offices
from corps.notices.declarations import Lookups, Parts, Question, declared
from corps.people import Actor, recognise
from corps.refusals import Refused
from models import Notice

T = TypeVar("T")


@dataclass(frozen=True)
class Facts:
    """What a notice's view needs: the reader, and what its kind is about."""

    actor: Actor
    parts: Parts = ()

    def find(self, wanted: type[T]) -> T | None:
        """Return the part of that class, None when the notice is not about such a thing."""
        return next((part for part in self.parts if isinstance(part, wanted)), None)

    def the(self, wanted: type[T]) -> T:
        """Return the part of that class. Raises LookupError when the kind declares none."""
        found = self.find(wanted)
        if found is None:
            raise LookupError(f"a notice says nothing of a {wanted.__name__}")
        return found


@dataclass(frozen=True)
class Letter:
    """One message ready to be worded: who talks, with the facts; `more` are others in the same list.

    `ids` are all notices that end with this message, `moot` those that end unsent.
    """

    due: Due
    facts: Facts | None
    more: tuple[tuple[Due, Facts], ...] = ()
    ids: tuple[int, ...] = ()
    moot: tuple[int, ...] = ()


def open_all(session: Session, at: Moment, parcels: Sequence[tuple[Due, ...]]) -> list[Letter]:
    """Return a letter for each parcel. One whose `facts` are None has nothing left to say."""
    lookups = Lookups(session, at)
    return [_open(session, at, parcel, lookups) for parcel in parcels]


def _open(session: Session, at: Moment, parcel: tuple[Due, ...], lookups: Lookups) -> Letter:
    facts = {due.id: found for due in parcel if (found := load(session, at, due, lookups)) is not None}
    moot = tuple(due.id for due in parcel if due.id not in facts)
    _hand_on(session, at, moot)
    said = [due for due in parcel if due.id in facts]
    talking = [_whole(due, said) for due in tellers(said)]
    if not talking:
        return Letter(parcel[0], None, moot=moot)
    first, *others = talking
    more = tuple((other, facts[other.id]) for other in others)
    return Letter(first, facts[first.id], more, tuple(facts), moot)


def _hand_on(session: Session, at: Moment, moot: Sequence[int]) -> None:
    """Let what is not for this reader any more go to whoever answers for it by now."""
    for notice_id in moot:
        notice = session.get(Notice, notice_id)
        if notice is not None:
            offices.hand_on(session, at, notice)


def _whole(due: Due, said: Sequence[Due]) -> Due:
    """Return a notice with all that the others of its kind and activity would have said: one tells, all end sent."""
    together = declared(due.kind).together
    if together is None:
        return due
    same = [other for other in said if other.kind is due.kind and other.activity_id == due.activity_id]
    return replace(due, subject=together([one.subject for one in sorted(same, key=lambda one: one.id)]))


def load(session: Session, at: Moment, due: Due, lookups: Lookups | None = None) -> Facts | None:
    """Return the facts of a notice as they are now. None when it no longer makes sense."""
    try:
        return _load(session, at, due, lookups or Lookups(session, at))
    except Refused:
        # Whoever it was for may not see this any longer: no coordinator now, another team, the activity gone.
        return None


def _load(session: Session, at: Moment, due: Due, lookups: Lookups) -> Facts | None:
    if due.member_id is None:
        team_id, is_robot = due.subject.get("team"), due.address.channel in robots.CHANNELS
        if not (robots.serves if is_robot else groups.is_of)(session, due.address, team_id):
            return None  # tied to another team since, or to none: what is the team's is not for whoever is there now
        actor = (robots if is_robot else groups).guest(at, due.address, team_id)
    else:
        actor = lookups.once(("actor", due.address), lambda: recognise(session, at, due.address))
    parts = declared(due.kind).facts(Question(lookups, due, actor))
    return None if parts is None else Facts(actor, parts)
