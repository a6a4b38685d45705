"""One sample activity from its plan to its verified report, told in step."""

import datetime as dt
from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum, auto

from sqlmodel import Session, col, select

from corps.activities import planning
from corps.activities.planning import Plan, SlotPlan
from corps.attendance import check_in, report_requests, reports, roll_call
from corps.attendance.reports import Account
from corps.moment import Moment
from corps.people import Actor
from corps.sample.people import COORDINATORS, LEADERS, MEMBERS, Company
from corps.sample.story import Story
from corps.signups import signups
from corps.teams import list_categories
from models import Slot
from models.enums import AttendanceState, CountedBy, SignUpState

MARK_ZH = "（示例）"
OPEN = "待认领"
SHARED = ""
"""Whose a need is: a team's (its short name), open to claim, or shared by the teams concerned."""


@dataclass(frozen=True)
class SampleNeed:
    """One slot: role, category, places, and whose it is."""

    role: str
    category: str
    places: int
    whose: str


class Ending(Enum):
    """How far the story goes, at most; the present may cut it short."""

    VERIFIED = auto()
    REPORTED = auto()
    RETURNED = auto()
    SILENT = auto()


@dataclass(frozen=True)
class Event:
    """A sample activity. `starts` is local wall-clock time; `keen` are the people who try to sign up, by Telegram id.

    `lead_days` is how long before the start it was published.
    """

    title: str
    starts: dt.datetime
    hours: float
    place: str
    venue: str
    needs: tuple[SampleNeed, ...]
    keen: tuple[int, ...] = ()
    beneficiaries: int = 60
    words: str = ""
    ending: Ending = Ending.VERIFIED
    lead_days: int = 9

    @property
    def teams(self) -> tuple[str, ...]:
        """The short names of the teams concerned, each once."""
        return tuple(dict.fromkeys(need.whose for need in self.needs if need.whose not in (OPEN, SHARED)))

    @property
    def turn(self) -> int:
        """A number of its own, by which small things vary: the same each time."""
        return self.starts.toordinal() + len(self.title)


class Staging:
    """Tells events with the corps' own operations."""

    def __init__(self, session: Session, company: Company) -> None:
        self._session = session
        self._company = company
        self._codes = [kind.code for kind in list_categories(session) if kind.counts != "pairing"]

    def plan(self, event: Event, at: Moment) -> Plan:
        """Return the event as the corps plans it; a category that the roster lacks is played by another."""
        starts = at.policy.zone.instant(event.starts)
        return Plan(
            title=event.title + MARK_ZH,
            starts_at=starts,
            ends_at=starts + dt.timedelta(hours=event.hours),
            place=event.place,
            venue=event.venue,
            slots=tuple(self._slot(need) for need in event.needs),
            team_ids=tuple(dict.fromkeys(self._company.team_id(name) for name in event.teams)),
        )

    def _slot(self, need: SampleNeed) -> SlotPlan:
        code = need.category if need.category in self._codes else self._codes[len(need.role) % len(self._codes)]
        team = None if need.whose in (OPEN, SHARED) else self._company.team_id(need.whose)
        return SlotPlan(need.role, code, need.places, team, open=need.whose == OPEN)

    def hold(self, event: Event, instant: dt.datetime) -> Story:
        """Tell one event, which starts at `instant`: published, claimed, signed up for, held, reported, decided."""
        at = yield instant - dt.timedelta(days=event.lead_days, hours=-(event.turn % 3))
        publisher = self._company.actor(at, COORDINATORS[event.turn % 2].number)
        activity_id = planning.draft(self._session, publisher, at, self.plan(event, at))
        at = yield at.now + dt.timedelta(minutes=5)
        planning.publish(self._session, publisher, at, activity_id)
        going = yield from self._gather(event, activity_id, at.now)
        yield from self._meet(event, going, activity_id, instant)
        yield from self._account(event, activity_id, instant + dt.timedelta(hours=event.hours))

    def _gather(
        self, event: Event, activity_id: int, published: dt.datetime
    ) -> Generator[dt.datetime, Moment, list[int]]:
        """Tell who claims and who signs up, one after another. Returns who has a place."""
        statement = select(Slot).where(Slot.activity_id == activity_id).order_by(col(Slot.position))
        slots, when, going = self._session.exec(statement).all(), published + dt.timedelta(minutes=20), []
        for person in event.keen:
            when += dt.timedelta(minutes=35)
            at = yield when
            actor = self._company.actor(at, person)
            if not actor.is_member:
                continue
            own = [slot for slot in slots if not slot.open and slot.team_id in (actor.team_id, None)]
            slot_id = own[0 if actor.is_leader else -1].id or 0
            if signups.sign_up(self._session, actor, at, slot_id, wait=True).state is SignUpState.GOING:
                going.append(person)
        return going

    def _meet(self, event: Event, going: list[int], activity_id: int, instant: dt.datetime) -> Story:
        """Tell who checks in: most people do, some are confirmed by the leader afterwards."""
        for turn, person in enumerate(going):
            if (event.turn + turn) % 4:
                at = yield instant - dt.timedelta(minutes=20 - 2 * turn)
                check_in.check_in(self._session, self._company.actor(at, person), at, activity_id)

    def _account(self, event: Event, activity_id: int, ended: dt.datetime) -> Story:
        """Tell how the activity is reported and decided on."""
        at = yield ended + dt.timedelta(minutes=10)
        report_requests.owe_report_requests(self._session, at)
        if event.ending is Ending.SILENT:
            return
        at = yield ended + dt.timedelta(hours=2, minutes=event.turn % 50)
        reporter = self._company.actor(at, self._company.manager(event.teams))
        self._mark(event, reporter, at, activity_id)
        account = Account(event.beneficiaries, list(CountedBy)[event.turn % 3], event.words + MARK_ZH)
        reports.submit(self._session, reporter, at, activity_id, account)
        if event.ending is Ending.REPORTED:
            return
        at = yield ended + dt.timedelta(hours=22)
        verifier = self._company.actor(at, COORDINATORS[1].number)
        if event.ending is Ending.VERIFIED:
            reports.verify(self._session, verifier, at, activity_id)
        else:
            reports.send_back(
                self._session, verifier, at, activity_id, "受益人次写的是 500，和现场照片差得多，请再核对一下。"
            )

    def _mark(self, event: Event, reporter: Actor, at: Moment, activity_id: int) -> None:
        """Mark those who did not check in: now and then somebody had excused themselves, the others were there."""
        unknown = [
            person.member_id
            for person in roll_call.roll(self._session, reporter, at, activity_id)
            if person.state is AttendanceState.UNKNOWN
        ]
        excused = {member_id for member_id in unknown if (event.turn + member_id) % 5 == 0}
        for state, people in (
            (AttendanceState.EXCUSED, excused),
            (AttendanceState.PRESENT, set(unknown) - excused),
        ):
            if people:
                roll_call.mark(self._session, reporter, at, activity_id, sorted(people), state)


def some(starts: dt.datetime, *teams: str) -> tuple[int, ...]:
    """Return the Telegram ids of those teams' leaders, and of three in four of their members, others each time."""
    members = [part for turn, part in enumerate(MEMBERS) if (turn + starts.toordinal()) % 4]
    return tuple(part.number for part in (*LEADERS, *members) if part.team in teams)


def everybody(*teams: str) -> tuple[int, ...]:
    """Return the Telegram ids of the leaders and members of those teams: leaders first, then as they joined."""
    return tuple(part.number for part in (*LEADERS, *MEMBERS) if part.team in teams)
