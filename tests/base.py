"""A small corps to test on: a database, a clock that stands still, and people by name."""

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from bot.runtime.clock import Clock
from bot.runtime.database import Database
from bot.runtime.teams_file import read_roster
from corps import audit, member_addresses
from corps.activities import planning
from corps.activities.planning import Plan, SlotPlan
from corps.addresses import TELEGRAM, Address, telegram
from corps.attachments import Attachment, AttachmentKind
from corps.attendance import reports, roll_call
from corps.delivery import leasing
from corps.moment import Moment, Policy, Quiet
from corps.notices import Due
from corps.notices.kinds import Kind
from corps.people import Actor, recognise
from corps.refusals import Refused
from corps.signups import signups
from corps.system.roster import settle
from models import Member, MemberAddress, Notice, SignUp, Slot, Team
from models.enums import AttendanceState, CountedBy, MemberStatus, NoticeState, SignUpState

P = ParamSpec("P")
T = TypeVar("T")

ROSTER = read_roster(Path(__file__).parent.parent / "teams.toml")


class StoppedClock(Clock):
    """A clock that tests move by hand. Begins on Wednesday, 2 December 2026, 10:00 in Chongqing."""

    def __init__(self, timezone: str = "Asia/Shanghai") -> None:
        super().__init__(timezone)
        self.at = self.instant(dt.datetime.fromisoformat("2026-12-02 10:00"))

    def now(self) -> dt.datetime:
        """Return where the hands stand."""
        return self.at

    def push(self, by: dt.timedelta) -> None:
        """Move the hands."""
        self.at += by

    def settle(self) -> None:
        """Stay: a stopped clock has no real time to return to."""

    def set_wall(self, text: str) -> None:
        """Set the hands to a local wall-clock time in ISO form, such as `2026-12-05 13:40`."""
        self.at = self.instant(dt.datetime.fromisoformat(text))


@dataclass
class Corps:
    """The corps under test. People are named; `do` runs an operation as one of them, in one transaction."""

    database: Database
    clock: StoppedClock
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(5001))

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.database.engine

    def run(self, operation: Callable[Concatenate[Session, Moment, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an operation of time itself."""
        return self.database.run_now(operation, *args, **kwargs)

    def do(
        self,
        who: int,
        operation: Callable[Concatenate[Session, Actor, Moment, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run an operation as the person with that Telegram id."""

        def work(session: Session, at: Moment) -> T:
            actor = recognise(session, at, telegram(who))
            try:
                return operation(session, actor, at, *args, **kwargs)
            except Refused as no:
                audit.say_who(session, actor, no)
                raise

        return self.database.run_now(work)

    def team(self, short_name: str) -> int:
        """Return a team's id."""
        found = self.run(lambda s, _at: s.exec(select(Team.id).where(Team.short_name == short_name)).one())
        return found or 0

    def person(self, name: str, team: str | None = None, *, leader: bool = False, coordinator: bool = False) -> int:
        """Admit somebody and return the Telegram id."""
        number = next(self._ids)
        member = Member(
            name=name,
            team_id=self.team(team) if team else None,
            status=MemberStatus.ACTIVE,
            is_leader=leader,
            is_coordinator=coordinator,
            created_at=self.clock.now(),
        )
        self.run(lambda s, at: enter(s, at, member, telegram(number)))
        return number

    def member(self, name: str, team: str = "民盟") -> int:
        """Admit a member."""
        return self.person(name, team)

    def leader(self, name: str, team: str = "民盟") -> int:
        """Admit a team leader."""
        return self.person(name, team, leader=True)

    def coordinator(self, name: str = "王统筹") -> int:
        """Admit a coordinator."""
        return self.person(name, coordinator=True)

    def member_id(self, number: int) -> int:
        """Return the row id of the member with that Telegram id."""
        return self.run(lambda s, _at: next(iter(member_addresses.members_at(s, [telegram(number)]))))

    def lost(self, number: int) -> dt.datetime | None:
        """Return since when the member with that Telegram id can't be reached, None when they can."""
        own = self.member_id(number)
        return self.run(lambda s, _at: member_addresses.lost_since(s, [own])).get(own)

    def instant(self, wall: str) -> dt.datetime:
        """Return the instant of a local wall-clock time such as `2026-12-05 14:00`."""
        return self.clock.instant(dt.datetime.fromisoformat(wall))

    def plan(
        self,
        title: str = "防诈骗公益讲座",
        starts: str = "2026-12-05 14:00",
        ends: str = "2026-12-05 16:00",
        slots: tuple[SlotPlan, ...] | None = None,
        teams: tuple[str, ...] = ("民盟",),
        **more: Any,  # noqa: ANN401 - other fields of a plan
    ) -> Plan:
        """Return the plan of a lecture of one team with a speaker and five volunteers, unless told otherwise."""
        ids = tuple(self.team(name) for name in teams)
        own = ids[0] if len(ids) == 1 else None
        default = (SlotPlan("主讲人", "lecture", 1, own), SlotPlan("志愿者", "lecture", 5, own))
        return Plan(
            title=title,
            starts_at=self.instant(starts),
            ends_at=self.instant(ends),
            place="磁器口街道金蓉社区",
            venue="community",
            slots=slots or default,
            team_ids=ids,
            **more,
        )

    def publish(self, by: int, plan: Plan | None = None) -> int:
        """Publish an activity and return its id."""
        activity_id = self.do(by, planning.draft, plan or self.plan())
        self.do(by, planning.publish, activity_id)
        return activity_id

    def slot(self, activity_id: int, role: str | None = None) -> int:
        """Return the id of an activity's slot by its role (default: its first)."""
        statement = select(Slot.id).where(Slot.activity_id == activity_id).order_by(col(Slot.position))
        if role is not None:
            statement = statement.where(Slot.role == role)
        return self.run(lambda s, _at: s.exec(statement).first()) or 0

    def owed(self, kind: Kind, state: NoticeState | None = NoticeState.OWED) -> list[Notice]:
        """Return the notices of a kind in a state (None: in any), oldest first."""
        statement = select(Notice).where(Notice.kind == kind.value).order_by(col(Notice.id))
        if state is not None:
            statement = statement.where(Notice.state == state)
        return self.run(lambda s, _at: list(s.exec(statement).all()))

    def told(self, kind: Kind) -> set[int]:
        """Return the Telegram ids of those to whom a notice of a kind is owed, and of groups."""
        return {self.to(notice) for notice in self.owed(kind)}

    def to(self, notice: Notice) -> int:
        """Return whom a notice is for: a member's Telegram id, or a group's."""
        if notice.member_id is None:
            return notice.address.number if notice.address else 0
        return self.number(notice.member_id)

    def number(self, member_id: int) -> int:
        """Return the Telegram id of the member with that row id, 0 for somebody who has none."""
        return next((number for number, own in self._numbers() if own == member_id), 0)

    def _numbers(self) -> list[tuple[int, int]]:
        """Return Telegram id and row id of everybody."""
        statement = select(MemberAddress.external, MemberAddress.member_id).where(MemberAddress.channel == TELEGRAM)
        return [(int(own), member_id) for own, member_id in self.run(lambda s, _at: s.exec(statement).all())]

    def sign_ups(self, slot_id: int) -> dict[int, SignUpState]:
        """Return Telegram id → state of everybody who ever signed up in a slot."""
        statement = select(SignUp.member_id, SignUp.state).where(SignUp.slot_id == slot_id)
        states = dict(self.run(lambda s, _at: s.exec(statement).all()))
        return {number: SignUpState(states[own]) for number, own in self._numbers() if own in states}

    def hold(self, planner: int, verifier: int, leader: int, *people: int, plan: Plan | None = None) -> int:
        """Let an activity take place with these people, be reported by the leader and verified. Returns its id."""
        plan = plan or self.plan()
        activity_id = self.publish(planner, plan)
        for person in people:
            self.do(person, signups.sign_up, self.slot(activity_id, plan.slots[-1].role))
        self.clock.at = plan.ends_at + dt.timedelta(minutes=5)
        ids = [self.member_id(person) for person in people]
        self.do(leader, roll_call.mark, activity_id, ids, AttendanceState.PRESENT)
        self.do(leader, reports.submit, activity_id, reports.Account(80, CountedBy.HEADCOUNT))
        self.do(verifier, reports.verify, activity_id)
        return activity_id


def enter(session: Session, at: Moment, member: Member, *addresses: Address) -> None:
    """Enter a member with these addresses, the first preferred."""
    session.add(member)
    session.flush()
    for address in addresses:
        member_addresses.add(session, at, member.id or 0, address)


def row_at(session: Session, number: int) -> Member:
    """Return the row of the member with that Telegram id."""
    return session.exec(
        select(Member)
        .join(MemberAddress, col(MemberAddress.member_id) == col(Member.id))
        .where(MemberAddress.channel == TELEGRAM, MemberAddress.external == str(number))
    ).one()


def photo(file_id: str = "p", unique: str = "") -> Attachment:
    """Return a photo that came by Telegram."""
    return Attachment(
        AttachmentKind.PHOTO, type="image/jpeg", channel=TELEGRAM, id=file_id, unique=unique or f"u{file_id}"
    )


def found_corps(engine: Engine, quiet: Quiet | None = None, leads: tuple[dt.timedelta, ...] | None = None) -> Corps:
    """Return a corps with the sample roster and nobody in it yet, on a migrated database."""
    clock = StoppedClock()
    policy = Policy(zone=clock, quiet=quiet) if leads is None else Policy(zone=clock, quiet=quiet, leads=leads)
    database = Database(engine, clock, policy)
    database.run_now(lambda session, at: settle(session, ROSTER, at))
    return Corps(database, clock)


def all_due(session: Session, at: Moment, most: int = 1000) -> list[Due]:
    """Lease everything that is due, notice by notice, as if each chat were written to at once."""
    taken: list[Due] = []
    while len(taken) < most and (parcels := leasing.take_due(session, at, most)):
        taken += [due for parcel in parcels for due in parcel]
    return taken
