"""Whose report is missing: who owes it, and when a coordinator last asked them (催联络员)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps.activities import rules
from corps.moment import Moment
from corps.people import Actor, Office
from models import Audit, Member

NUDGE = "report.nudge"
"""The audit's word for 催联络员."""

NUDGE_PAUSE = dt.timedelta(hours=12)
"""How long those who owe a report are left alone after they were asked."""


@dataclass(frozen=True)
class ReportOwed:
    """A report that is missing, as a coordinator reads it.

    `names` owe it and (`hears`) can be reached; they were asked once more at `nudged_at`, and may be again now or not.
    """

    names: tuple[str, ...]
    hears: bool
    nudged_at: dt.datetime | None
    may_nudge: bool


def read(session: Session, actor: Actor, at: Moment, activity_id: int, team_ids: Sequence[int]) -> ReportOwed:
    """Return who owes the report of an activity of these teams."""
    office = rules.reporters(session, team_ids)
    asked = select(Audit.at).where(Audit.subject == f"activity:{activity_id}", Audit.action == NUDGE)
    last = session.exec(asked.order_by(col(Audit.id).desc()).limit(1)).first()
    rested = last is None or not at.now - NUDGE_PAUSE < last <= at.now  # a time to come is a clock put back since
    names = tuple(member.name for member in office.people)
    return ReportOwed(names, office.hears, last, bool(leaders(actor, office)) and rested)


def leaders(actor: Actor, office: Office) -> tuple[Member, ...]:
    """Return whom a coordinator can ask: the leaders who owe it and can be reached, but for the one who asks."""
    if office.stands_in or not office.hears:
        return ()
    return tuple(member for member in office.people if member.id != actor.member_id)
