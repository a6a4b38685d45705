"""What stands open to a team, as its members read it: which activity, who, and how many hours."""

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps.activities.rules import concerned_teams
from corps.attendance.credited import credited
from corps.moment import Moment
from corps.open_hours import Open, OpenHours, open_hours
from corps.own_hours.own_entries import credited_own
from corps.people import Actor, Named, name_for, reads_names_of
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from corps.sql import page_within
from models import Activity, Attendance, HoursEntry, Objection, OwnHoursEntry, OwnService
from models.enums import ObjectionState

A_PAGE = 8


@dataclass(frozen=True)
class PublicLine:
    """Something that stands open. `about` names it: `a` and the activity's id, or `o` and the service's elsewhere."""

    about: str
    day: dt.date
    title: str
    until: dt.datetime | None
    own: bool = False


@dataclass(frozen=True)
class PublicList:
    """A page of what stands open to the reader, the first to become final first; `days` is the corps' habit."""

    lines: tuple[PublicLine, ...]
    total: int
    days: int
    page: int
    pages: int


@dataclass(frozen=True)
class PublicPerson:
    """Who is credited with how many minutes."""

    name: Named
    minutes: int


@dataclass(frozen=True)
class PublicCard:
    """One thing that stands open, with the people whom the reader may know; `others` are so many more."""

    line: PublicLine
    people: tuple[PublicPerson, ...]
    others: int
    rounding: Rounding
    may_object: bool


def list_open(session: Session, actor: Actor, at: Moment, page: int = 0) -> PublicList:
    """Return a page of what stands open to the reader: the own team's, to coordinators all."""
    found = lines_of(session, actor, open_hours(session, at))
    page, pages = page_within(len(found), page, A_PAGE)
    shown = tuple(found[page * A_PAGE : (page + 1) * A_PAGE])
    return PublicList(shown, len(found), at.policy.publicity_days, page, pages)


def count_open(session: Session, actor: Actor, found: OpenHours) -> int:
    """Return how much of what was `found` open stands open to the reader."""
    return len(lines_of(session, actor, found))


def lines_of(session: Session, actor: Actor, found: OpenHours) -> list[PublicLine]:
    """Return what of `found` stands open to the reader, the first to become final first."""
    lines: list[PublicLine] = []
    if not (found.activities or found.own):
        return lines
    for row in session.exec(select(Activity).where(col(Activity.id).in_(found.activities))).all():
        number = row.id or 0
        if reads_names_of(actor, *open_to(session, number)):
            lines.append(PublicLine(f"a{number}", row.local_date, row.title, found.activities[number].until))
    services = session.exec(select(OwnService).where(col(OwnService.id).in_(found.own))).all()
    lines += [
        PublicLine(f"o{own.id}", own.day, own.title, found.own[own.id or 0].until, own=True)
        for own in services
        if reads_names_of(actor, own.team_id) or own.member_id == actor.member_id
    ]
    return sorted(lines, key=lambda line: (line.until or dt.datetime.max.replace(tzinfo=dt.UTC), line.about))


def open_to(session: Session, activity_id: int) -> set[int | None]:
    """Return the teams to which an activity's hours stand open: those concerned, and those for which somebody came."""
    came = select(Attendance.team_id).where(Attendance.activity_id == activity_id)
    return {*concerned_teams(session, activity_id), *session.exec(came).all()}


def see(session: Session, actor: Actor, at: Moment, about: str) -> PublicCard:
    """Return one thing that stands open. Raises Refused when it is final by now, or not for this reader."""
    found = open_hours(session, at)
    line = next((line for line in lines_of(session, actor, found) if line.about == about), None)
    if line is None:
        raise Refused(Reason.GONE)
    rows = _own_people(session, at, about) if line.own else _people(session, at, about)
    people = [
        PublicPerson(name_for(session, actor, member_id, team_id), minutes) for member_id, team_id, minutes in rows
    ]
    known = [person for person in people if person.name.name]
    known.sort(key=lambda person: person.name.name.encode("gb18030"))
    return PublicCard(
        line, tuple(known), len(people) - len(known), at.policy.rounding, _may_object(session, actor, about)
    )


def _may_object(session: Session, actor: Actor, about: str) -> bool:
    waiting = select(Objection.id).where(Objection.member_id == actor.member_id, is_about(about))
    return actor.is_member and session.exec(waiting.where(Objection.state == ObjectionState.OPEN)).first() is None


def is_about(about: str) -> ColumnElement[bool]:
    """Return the condition that an objection is about something."""
    number = number_of(about)
    return col(Objection.own_id) == number if about.startswith("o") else col(Objection.activity_id) == number


def number_of(about: str) -> int:
    """Return the id in the name of something that stands open. Raises Refused for what is no such name."""
    if not re.fullmatch(r"[ao][1-9][0-9]{0,8}", about):
        raise Refused(Reason.GONE)
    return int(about[1:])


def open_one(session: Session, at: Moment, about: str) -> Open:
    """Return how something stands open. Raises Refused when it is final."""
    found = open_hours(session, at)
    number, among = number_of(about), found.own if about.startswith("o") else found.activities
    if number not in among:
        raise Refused(Reason.GONE)
    return among[number]


def _people(session: Session, at: Moment, about: str) -> list[tuple[int, int | None, int]]:
    """Return who is credited in an activity, for which team, with how many minutes."""
    entries = credited(at.policy.rounding, col(HoursEntry.activity_id) == number_of(about))
    mark = and_(col(Attendance.activity_id) == entries.c.activity_id, col(Attendance.member_id) == entries.c.member_id)
    rows = session.execute(
        columns(entries.c.member_id, col(Attendance.team_id), func.sum(entries.c.minutes))
        .select_from(entries)
        .join(Attendance, mark, isouter=True)
        .group_by(entries.c.member_id, col(Attendance.team_id))
    ).all()
    return [(member_id, team_id, int(minutes)) for member_id, team_id, minutes in rows]


def _own_people(session: Session, at: Moment, about: str) -> list[tuple[int, int | None, int]]:
    entries = credited_own(at.policy.rounding, col(OwnHoursEntry.own_id) == number_of(about))
    rows = session.execute(
        columns(entries.c.member_id, col(OwnService.team_id), entries.c.minutes)
        .select_from(entries)
        .join(OwnService, col(OwnService.id) == entries.c.own_id)
    ).all()
    return [(member_id, team_id, int(minutes)) for member_id, team_id, minutes in rows]
