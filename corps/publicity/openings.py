"""Tells a team in the evening what began to stand open to it (公示): one message a person, however much it is."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import notices
from corps.moment import Moment
from corps.notices.declarations import Parts, Question, declare
from corps.notices.kinds import Kind
from corps.open_hours import OpenHours, open_hours
from corps.publicity import boards
from corps.publicity.boards import PublicLine
from corps.sql import first_time
from models import HoursEntry, Member, OwnService
from models.enums import MemberStatus

TOLD_AT = dt.time(18, 30)
"""When it is told, by the corps' clock: after work, and not for each verification by itself."""


@dataclass(frozen=True)
class Opened:
    """What stands open to the reader since the message before, the first to become final first."""

    lines: tuple[PublicLine, ...]


def owe_openings(session: Session, at: Moment) -> int:
    """Owe what is to be told this evening. Returns how many messages are new."""
    wall = at.wall(at.now)
    if not at.policy.publicity_days or wall.time() < TOLD_AT:
        return 0
    if not first_time(session, at, f"publicity:{wall.date().isoformat()}"):
        return 0
    found = open_hours(session, at)
    to_tell: defaultdict[int, list[str]] = defaultdict(list)
    for about in _begun(session, at, found):
        for member_id in _concerned(session, about):
            to_tell[member_id].append(about)
    people = session.exec(select(Member).where(col(Member.id).in_(to_tell)).order_by(col(Member.id))).all()
    stem = f"publicity:{wall.date().isoformat()}"
    owed = [
        notices.Owed(Kind.PUBLICITY, f"{stem}:{one.id}", one, {"about": to_tell[one.id or 0]})
        for one in people
        if one.status is MemberStatus.ACTIVE
    ]
    return notices.owe(session, at, owed)


def _begun(session: Session, at: Moment, found: OpenHours) -> list[str]:
    """Return what has not been told of yet; what was verified anew is told anew."""
    verified = {f"a{number}": one.verified_at for number, one in found.activities.items()}
    verified |= {f"o{number}": one.verified_at for number, one in found.own.items()}
    return [
        about
        for about, when in sorted(verified.items())
        if first_time(session, at, f"public:{about}:{int(when.timestamp())}")
    ]


def _concerned(session: Session, about: str) -> set[int]:
    """Return the members of the teams to which it stands open, and who is credited."""
    number = boards.number_of(about)
    if about.startswith("o"):
        own = session.get_one(OwnService, number)
        teams, credited = {own.team_id}, {own.member_id}
    else:
        teams = boards.open_to(session, number)
        credited = set(session.exec(select(HoursEntry.member_id).where(HoursEntry.activity_id == number)).all())
    mates = select(Member.id).where(col(Member.team_id).in_([team for team in teams if team is not None]))
    return credited | {one or 0 for one in session.exec(mates).all()}


def _facts(question: Question) -> Parts | None:
    """Return what of it stands open to the reader still."""
    found = question.lookups.once("open_hours", lambda: open_hours(question.session, question.at))
    about = set(question.due.subject["about"])
    lines = tuple(line for line in boards.lines_of(question.session, question.actor, found) if line.about in about)
    return (Opened(lines),) if lines else None


declare(Kind.PUBLICITY, _facts, priority=6, optional=True)
