"""The board's first page: its parts, each looked up only if it is requested; and the facts of the wall page."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session

from corps import today
from corps.board import delivery, events, people
from corps.board.delivery import BroadcastRow
from corps.board.events import Event, Month, YearTable
from corps.board.people import PeopleRow
from corps.moment import Moment
from corps.people import Actor, demand_coordinator, demand_leader_or_coordinator
from corps.planning import plans
from corps.planning.plans import Proposal
from corps.quotas import tally
from corps.quotas.tally import Quota
from corps.records import audit_log, documents
from corps.records.audit_log import About, AuditPage
from corps.records.documents import Register
from corps.today import Today

COLUMNS = (("wait",), ("five", "year"), ("month", "broadcasts", "register"), ("people", "audit"))
"""The parts in reading order."""

PARTS = tuple(part for column in COLUMNS for part in column)
OF_COORDINATORS = ("register", "audit")
LATEST = 4
PAPERS = 4
"""How many documents the first page shows."""

WALL_SHOWS, WALL_DAYS = 8, 60


@dataclass(frozen=True)
class Board:
    """The requested parts of a year's board; the others are None. `next_ones`: the first proposal of each category.

    `silent`: how many have not confirmed the broadcasts of the last two weeks, summed up.
    """

    year: int
    own_team: bool
    quota: Quota | None = None
    next_ones: dict[str, tuple[int, Proposal]] = field(default_factory=dict)
    wait: Today | None = None
    month: Month | None = None
    table: YearTable | None = None
    people: tuple[PeopleRow, ...] | None = None
    broadcasts: tuple[BroadcastRow, ...] | None = None
    silent: int = 0
    register: Register | None = None
    audit: AuditPage | None = None

    def has(self, part: str) -> bool:
        """Tell whether it is a part of this board."""
        return not self.own_team or part not in OF_COORDINATORS


def see(session: Session, actor: Actor, at: Moment, year: int, parts: Collection[str]) -> Board:
    """Return the requested parts of a year's board (0: this year); a leader gets the numbers of the own team."""
    demand_leader_or_coordinator(actor)
    now = at.today()
    year = year or now.year
    parts = [part for part in parts if actor.is_coordinator or part not in OF_COORDINATORS]
    planned = year in (now.year, now.year + 1) and actor.is_coordinator
    number = now.month if year == now.year else 12 if year < now.year else 1
    quota = tally.tally(session, at, year) if "five" in parts else None
    sent = delivery.rows(session, actor, at, LATEST) if {"broadcasts", "wait"} & {*parts} else None
    silent = delivery.unconfirmed(session, actor, at, sent or ()) if "wait" in parts else ()
    return Board(
        year=year,
        own_team=not actor.is_coordinator,
        quota=quota,
        next_ones=plans.next_ones(session, actor, at, year) if "five" in parts and planned else {},
        wait=today.see(session, actor, at, quota) if "wait" in parts else None,
        month=events.month(session, actor, at, year, number) if "month" in parts else None,
        table=events.year_table(session, actor, at, year) if "year" in parts else None,
        people=people.by_team(session, actor, at) if "people" in parts else None,
        broadcasts=sent,
        silent=sum(one.silent for one in silent),
        register=documents.read(session, actor, at, 0, PAPERS) if "register" in parts else None,
        audit=audit_log.read(session, actor, at, About(), 0, LATEST) if "audit" in parts else None,
    )


@dataclass(frozen=True)
class Wall:
    """The facts of the wall page: the year and the next activities. No names of people."""

    quota: Quota
    events: tuple[Event, ...]


def wall(session: Session, actor: Actor, at: Moment) -> Wall:
    """Return the wall's view, for coordinators."""
    demand_coordinator(actor)
    return Wall(tally.tally(session, at), events.ahead(session, at, WALL_DAYS, WALL_SHOWS))
