"""The last call: shortly before the start somebody who can still do something hears that people are missing."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session

from corps import notices, robots
from corps.activities import cards
from corps.activities.cards import SlotCard
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import who_answers
from corps.signups.vacancies import ActivityVacancy, vacancies_ahead
from corps.signups.vacancy_calls import claimers, gaps
from corps.sql import first_time
from models import Activity, Member

SETTLED = dt.timedelta(hours=1)
"""How long after it was published an activity that is near is left alone: people are just signing up."""

OF_USE = dt.timedelta(hours=1)
"""How long before the start the call comes at the latest, where the night does not forbid it."""


@dataclass(frozen=True)
class LastCall:
    """What a last call says beside the card.

    It is read at `now`; `lacking` are the slots that this reader can do something about.
    """

    now: dt.datetime
    lacking: tuple[SlotCard, ...]


def _facts(question: Question) -> Parts | None:
    card = cards.card_of(question)
    if int(card.starts_at.timestamp()) != question.due.subject["starts"]:
        return None
    lacking = gaps(card, question.actor)
    return (card, LastCall(question.at.now, lacking)) if lacking else None


declare(
    Kind.LAST_CALL,
    _facts,
    priority=2,
    keeps=DAY,
    absorbs=(Kind.UNFILLED, Kind.CARD),
    listing=Listing(Kind.LAST_CALL),
    office=lambda session, _notice: who_answers(session, None),
    invites=True,
)


def call_at(at: Moment, starts_at: dt.datetime, published_at: dt.datetime) -> dt.datetime:
    """Return when the last call of an activity goes out: a day before, or soon after it was published; never at night.

    What is published so late that an hour's patience would leave no time is called for at once.
    """
    call = at.after_quiet_hours(max(starts_at - DAY, published_at + SETTLED))
    return call if call <= starts_at - OF_USE else at.after_quiet_hours(published_at)


def keys_for(activity: Activity) -> str:
    """Return the pattern of the keys under which the last call at the activity's present time is owed."""
    return f"lastcall:{activity.id}:{int(activity.starts_at.timestamp())}:%"


def owe_last_calls(session: Session, at: Moment) -> int:
    """Owe the last call of each activity that is near and lacks people, once for each date. Returns how many."""
    return sum(_call(session, at, opening) for opening in vacancies_ahead(session, at, DAY))


def _call(session: Session, at: Moment, opening: ActivityVacancy) -> int:
    """Call those who fill the slots or may claim them, and the coordinators, who can move, cut, ask or cancel."""
    activity = session.get(Activity, opening.activity_id)
    if activity is None or at.now < call_at(at, opening.first, activity.published_at or activity.created_at):
        return 0
    stamp = keys_for(activity).removesuffix(":%")
    if not first_time(session, at, stamp):
        return 0
    people: dict[int | None, Member] = {member.id: member for member in who_answers(session, None).people}
    for need in opening.needs:
        teams = (who_answers(session, team).people for team in sorted(need.team_ids))
        asked = claimers(session, need.category) if need.open else [member for team in teams for member in team]
        people |= {member.id: member for member in asked}
    call = notices.Owed(
        kind=Kind.LAST_CALL,
        key=stamp,
        subject={"starts": int(activity.starts_at.timestamp())},
        activity_id=activity.id,
        expires_at=opening.last,
    )
    filling = {team_id for need in opening.needs for team_id in need.team_ids}
    return notices.owe(session, at, call.to(people.values()) + call.in_rooms(robots.of_teams(session, filling)))
