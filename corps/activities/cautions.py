"""What a coordinator is told before publishing: odd hours, holidays, clashes, who will hear of it."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from corps import member_addresses
from corps.activities import cards, planning, rules
from corps.activities.cards import Card
from corps.activities.holidays import DayKind, day_kind, holiday_name
from corps.activities.places import at_that_time
from corps.activities.rules import concerned_teams, find_activity
from corps.activities.stages import ON
from corps.moment import Moment
from corps.notices.reach import Reach
from corps.people import Actor
from corps.sql import flushed_connection
from models import Activity
from models.enums import ActivityState

EARLIEST, LATEST = dt.time(7), dt.time(22)
"""The hours in which people expect an activity; outside them the coordinator is asked to look twice."""

ALIKE = 0.75
"""The share of letters in common from which two titles are taken for one."""


class CautionKind(StrEnum):
    """What a coordinator should know before publishing; none of it forbids."""

    ODD_HOURS = "odd_hours"
    HOLIDAY = "holiday"
    UNKNOWN_YEAR = "unknown_year"
    TEAM_BUSY = "team_busy"
    UNDER_WAY = "under_way"
    TWICE = "twice"
    REACH = "reach"
    NO_MEMBERS = "no_members"
    NO_LEADER = "no_leader"
    NO_CLAIMER = "no_claimer"


@dataclass(frozen=True)
class Caution:
    """One thing to know; `what` names the holiday, the other activity, or the teams; `reach` is who will hear of it."""

    kind: CautionKind
    what: str = ""
    reach: Reach | None = None


def cautions(session: Session, at: Moment, activity_id: int) -> tuple[Caution, ...]:
    """Return what a coordinator should know about an activity's time: odd hours, a holiday, a busy team."""
    activity = find_activity(session, activity_id)
    twice = tuple(Caution(CautionKind.TWICE, twin) for twin in twins(session, activity_id))
    if activity.back_entry_reason:
        return twice  # it is over: nobody can choose another time
    found = (*twice, *cautions_at(session, at, activity_id, activity.starts_at, activity.ends_at))
    if activity.starts_at > at.now:
        return (*found, *_audience(session, at, activity))
    return (Caution(CautionKind.UNDER_WAY), *found) if at.now < activity.ends_at else found


def _audience(session: Session, at: Moment, activity: Activity) -> list[Caution]:
    """Return who will hear of an activity when it is published, and which of its teams lack somebody."""
    activity_id = activity.id or 0
    people, teams = planning.audience(session, activity_id), rules.team_names(flushed_connection(session), activity_id)
    heard = planning.reach_of_cards(session, at, activity, people, activity.created_by)
    found = [Caution(CautionKind.REACH, reach=heard)]
    gone = member_addresses.lost_since(session, [member.id or 0 for member in people])
    here = [member for member in people if member.id not in gone]
    peopled = {member.team_id for member in people}
    led = {member.team_id for member in here if member.is_leader}
    empty = [name for team, name in teams.items() if team not in peopled]
    leaderless = [name for team, name in teams.items() if team in peopled - led]
    if empty:
        found.append(Caution(CautionKind.NO_MEMBERS, "、".join(empty)))
    if leaderless:
        found.append(Caution(CautionKind.NO_LEADER, "、".join(leaderless)))
    if planning.has_open_slot(session, activity_id) and not led:
        found.append(Caution(CautionKind.NO_CLAIMER))
    return found


def twins(session: Session, activity_id: int) -> list[str]:
    """Return the titles of activities that may be this one, entered a second time.

    On the same day, at an overlapping time in the same place, or of the same team with a like title. It is said and
    never forbidden: a lecture may be given twice a day.
    """
    activity = find_activity(session, activity_id)
    others = session.exec(
        select(Activity)
        .where(
            Activity.id != activity_id,
            Activity.local_date == activity.local_date,
            col(Activity.state).in_(ON),
        )
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    teams = set(concerned_teams(session, activity_id))
    return [other.title for other in others if _alike(session, activity, other, teams)]


def _alike(session: Session, one: Activity, other: Activity, teams: set[int]) -> bool:
    overlap = one.starts_at < other.ends_at and other.starts_at < one.ends_at
    if overlap and _bare(one.place) == _bare(other.place):
        return True
    return _like(one.title, other.title) and bool(teams & set(concerned_teams(session, other.id or 0)))


def _like(one: str, other: str) -> bool:
    """Tell whether two titles may name the same thing: one is in the other, or most of their letters agree."""
    first, second = _bare(one), _bare(other)
    if first in second or second in first:
        return True
    common = (Counter(first) & Counter(second)).total()
    return 2 * common / (len(first) + len(second)) >= ALIKE


def _bare(text: str) -> str:
    """Return the letters and digits of a text, in small letters."""
    return "".join(char for char in text.casefold() if char.isalnum())


def cautions_at(
    session: Session, at: Moment, activity_id: int, starts_at: dt.datetime, ends_at: dt.datetime
) -> tuple[Caution, ...]:
    """Return what to know about an activity if it took place at that time."""
    starts, ends = at.wall(starts_at), at.wall(ends_at)
    found = []
    if starts.time() < EARLIEST or ends.time() > LATEST or ends.date() > starts.date():
        found.append(Caution(CautionKind.ODD_HOURS))
    day = day_kind(starts.date(), at.policy.holidays)
    if day is DayKind.PUBLIC_HOLIDAY:
        found.append(Caution(CautionKind.HOLIDAY, holiday_name(starts.date(), at.policy.holidays) or ""))
    elif day is DayKind.UNKNOWN:
        found.append(Caution(CautionKind.UNKNOWN_YEAR, str(starts.year)))
    found += [Caution(CautionKind.TEAM_BUSY, title) for title in _busy(session, activity_id, starts_at, ends_at)]
    return tuple(found)


def _busy(session: Session, activity_id: int, starts_at: dt.datetime, ends_at: dt.datetime) -> list[str]:
    """Return the titles of other activities of the same teams at that time."""
    teams = set(concerned_teams(session, activity_id))
    others = session.exec(
        select(Activity).where(
            Activity.id != activity_id,
            at_that_time(starts_at, ends_at),
        )
    ).all()
    return [other.title for other in others if teams & set(concerned_teams(session, other.id or 0))]


def see_with_cautions(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, tuple[Caution, ...]]:
    """Return a card, and for a draft what to look at twice before it is published."""
    card = cards.see(session, actor, at, activity_id)
    draft = card.state is ActivityState.DRAFT
    return card, cautions(session, at, activity_id) if draft else ()
