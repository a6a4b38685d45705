"""What a kind of notice is, declared once beside its facts: urgency, life, merging, what it says, whether still so.

A new kind is a name in `corps.notices.kinds`, one `declare` in the module that owes it, its view in
`bot.views.notices`, and its texts. Nobody else lists kinds.
"""

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlmodel import Session

from corps.moment import Moment
from corps.notices.due import Due, Owed
from corps.notices.kinds import URGENT, Kind
from corps.people import NOBODY, Actor, Named, Office, name_for
from models import Notice, Team

T = TypeVar("T")
DAY = dt.timedelta(days=1)


class Lookups:
    """Remembers answers for as long as one transaction lasts: many notices of one batch ask for the same."""

    def __init__(self, session: Session, at: Moment) -> None:
        self.session = session
        self.at = at
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, look: Callable[[], T]) -> T:
        """Return what `look` returns, looked up the first time only."""
        if key not in self._known:
            self._known[key] = look()
        return cast("T", self._known[key])


@dataclass(frozen=True)
class Question:
    """A notice that is about to go out: what does it say to this reader now?"""

    lookups: Lookups
    due: Due
    actor: Actor

    @property
    def session(self) -> Session:
        """The session in which the facts are looked up."""
        return self.lookups.session

    @property
    def at(self) -> Moment:
        """The moment at which the notice goes out."""
        return self.lookups.at


Parts = tuple[object, ...]
"""What a notice says, in frozen results of the subjects concerned; the view asks for each by its class."""

ToMembers = Callable[[Session, Moment, Notice, int], None]
"""Owes to the members of a team what its group did not get: it is the team's group no more."""

OfficeOf = Callable[[Session, Notice], Office]
"""Says who answers now for what a notice asks or tells: it is for them, whoever had it before."""

RequestsOf = Callable[[Session], Iterable[tuple[Owed, Office]]]
"""Returns the requests of a kind that wait for an answer, as they are owed to several, each with who answers now."""

FactsOf = Callable[[Question], Parts | None]
"""Looks up what a notice says. None, or a refusal, when it no longer makes sense: then it is not sent."""


@dataclass(frozen=True)
class Names:
    """The member, as its reader may know them, and the team a notice is about; empty for what it is not about."""

    person: Named = NOBODY
    team: str = ""


def names(question: Question) -> Names:
    """Return the names of the member and the team (else the one left) that a notice's subject holds."""
    subject, session = question.due.subject, question.session
    team_id = subject.get("team") or subject.get("from")
    team = session.get(Team, team_id) if team_id else None
    return Names(name_for(session, question.actor, subject.get("member"), team_id), team.name if team else "")


def always(question: Question) -> Parts:
    """Say the names, whatever has become of it: an answer to what somebody did is never moot."""
    return (names(question),)


@dataclass(frozen=True)
class Listing:
    """How several of a kind, about different activities or people, make one list.

    `family` names the kinds that share a list, by the kind that heads it; `above`: up to so many come each by itself;
    `most`: no more than these at once, None for all. `singly`: each is about a person or a place and counts alone;
    others count once per activity. `personal`: its heading says "your" or names buttons; a group's robot has another.
    """

    family: Kind
    above: int = 1
    most: int | None = 10
    singly: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Declaration:
    """A kind of notice.

    A lower `priority` is sent first; after `keeps` it is of no use any more. An `optional` one (what is on, reminders,
    digests) is not sent to those who have paused; what changes for them, and answers to what they did, always are.
    It `absorbs` kinds that say less about the same activity: one message with the card then says both. `together` makes
    one subject of several that are sent as one. `to_members` owes it to a team's members when it was for a group that
    the team has lost; None: nobody gets it. `office` says who answers for it now, if it is for an office and not for a
    person: if that has become somebody else, it is handed on to them; one that `waits` for an answer also after it was
    read. `requests` returns all that wait, for whoever takes up the office. `single`: it is for one person at first,
    and the key of that notice does not end with the person's id. It `invites` to sign up: a robot's link says so.
    """

    kind: Kind
    facts: FactsOf
    priority: int = 5
    keeps: dt.timedelta = 3 * DAY
    optional: bool = False
    absorbs: frozenset[Kind] = frozenset()
    listing: Listing | None = None
    together: Callable[[Sequence[dict[str, Any]]], dict[str, Any]] | None = None
    to_members: ToMembers | None = None
    office: OfficeOf | None = None
    waits: bool = False
    requests: RequestsOf | None = None
    single: bool = False
    invites: bool = False


DECLARED: dict[Kind, Declaration] = {}


def declare(
    kind: Kind,
    facts: FactsOf = always,
    *,
    priority: int = 5,
    keeps: dt.timedelta = 3 * DAY,
    optional: bool = False,
    absorbs: Collection[Kind] = (),
    listing: Listing | None = None,
    together: Callable[[Sequence[dict[str, Any]]], dict[str, Any]] | None = None,
    to_members: ToMembers | None = None,
    office: OfficeOf | None = None,
    waits: bool = False,
    requests: RequestsOf | None = None,
    single: bool = False,
    invites: bool = False,
) -> None:
    """Declare a kind of notice. Once, in the module that owes it; see `Declaration`."""
    DECLARED[kind] = Declaration(
        kind,
        facts,
        priority,
        keeps,
        optional,
        frozenset(absorbs),
        listing,
        together,
        to_members,
        office,
        waits,
        requests,
        single,
        invites,
    )


def declared(kind: Kind) -> Declaration:
    """Return what was declared of a kind."""
    return DECLARED[kind]


def priorities() -> list[int]:
    """Return all priorities there are, the most urgent first."""
    return sorted({URGENT, *(known.priority for known in DECLARED.values())})


def family_of(kind: Kind) -> frozenset[Kind]:
    """Return the kinds that make one list with this one, itself among them; none when it always comes by itself."""
    listing = DECLARED[kind].listing
    if listing is None:
        return frozenset()
    others = (known for known in DECLARED.values() if known.listing is not None)
    return frozenset(known.kind for known in others if known.listing and known.listing.family is listing.family)


def tells_more(kind: Kind, other: Kind) -> bool:
    """Tell whether one kind says what the other would say about the same activity."""
    return other in DECLARED[kind].absorbs


def is_about_card(kind: Kind) -> bool:
    """Tell whether a kind shows its activity's card, and so may say what another would, or be said by it."""
    return bool(DECLARED[kind].absorbs) or any(kind in known.absorbs for known in DECLARED.values())
