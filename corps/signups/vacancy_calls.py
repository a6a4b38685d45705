"""Calls for free places of coming activities, to those who can fill them."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from corps import groups, member_addresses, notices, robots
from corps.activities import cards
from corps.activities.cards import Card, SlotCard
from corps.activities.places import filling_teams
from corps.moment import Moment
from corps.notices.declarations import Listing, Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor, Office, who_answers
from corps.signups.vacancies import ActivityVacancy, Need, vacancies_ahead
from corps.sql import first_time
from corps.teams import teams_suiting
from models import Activity, Member, Notice
from models.enums import MemberStatus

CALL_LEADS = (dt.timedelta(days=5), dt.timedelta(days=2))
"""How long before an activity a call for its free places goes out."""

TOO_LATE = dt.timedelta(hours=3)
"""Closer to the start than this a call finds nobody any more."""


def gaps(card: Card, reader: Actor) -> tuple[SlotCard, ...]:
    """Return the slots with free places that this reader can do something about; a coordinator can about all."""
    return tuple(slot for slot in card.slots if slot.ahead and slot.free and _concerns(reader, slot, card.team_ids))


def _concerns(reader: Actor, slot: SlotCard, team_ids: tuple[int, ...]) -> bool:
    return reader.is_coordinator or slot.may_claim or reader.team_id in filling_teams(slot, team_ids)


def _still_lacks(question: Question, card: Card) -> bool:
    reader = question.actor
    asked = reader.is_leader or reader.is_coordinator or question.due.member_id is None
    return asked and bool(gaps(card, reader))


def _office(session: Session, notice: Notice) -> Office:
    """Return who is called now in the place of one who was called for a team's slot, or for one open to claim."""
    subject = notice.subject
    if "category" in subject:
        return Office(tuple(claimers(session, subject["category"])), hears=True)
    return who_answers(session, subject.get("team"))


def _to_leaders(session: Session, at: Moment, notice: Notice, team_id: int) -> None:
    """Owe to the team's leaders the call that its group did not get."""
    key, activity_id, until = notice.key.rpartition(":")[0], notice.activity_id, notice.expires_at
    call = notices.Owed(Kind.UNFILLED, key, None, {"team": team_id}, activity_id, expires_at=until)
    notices.owe(session, at, call.to(who_answers(session, team_id).people))


declare(
    Kind.UNFILLED,
    cards.shown(_still_lacks),
    optional=True,
    absorbs=(Kind.CARD,),
    listing=Listing(Kind.UNFILLED),
    to_members=_to_leaders,
    office=_office,
    invites=True,
)


def owe_calls(session: Session, at: Moment) -> int:
    """Call for the free places of each activity whose round has come. Returns the number of new notices."""
    return sum(_round(session, at, opening) for opening in vacancies_ahead(session, at, CALL_LEADS[0]))


def _round(session: Session, at: Moment, opening: ActivityVacancy) -> int:
    """Owe the latest round that is due, once; one that came before the activity was published is not called."""
    due = [lead for lead in CALL_LEADS if opening.first - lead <= at.now]
    if not due or opening.last - at.now < TOO_LATE:
        return 0
    later = [lead for lead in CALL_LEADS if lead < due[-1]]
    stamp = f"unfilled:{opening.activity_id}:{int(opening.starts_at.timestamp())}:{due[-1].days}"
    if not first_time(session, at, stamp):
        return 0
    activity = session.get(Activity, opening.activity_id)
    if activity is None or opening.first - due[-1] <= (activity.published_at or activity.created_at):
        return 0
    filling = _filling(opening.needs)
    chosen = [group for group in groups.of_teams(session, filling) if group.cards]
    rooms: list[groups.Group | robots.GroupRobot] = [*chosen, *robots.of_teams(session, filling)]
    spared = {group.team_id for group in chosen} if later else set()
    until = opening.first - later[0] if later else opening.last - TOO_LATE
    call = notices.Owed(Kind.UNFILLED, stamp, activity_id=opening.activity_id, expires_at=until)
    owed = call.in_rooms(rooms)
    for member, subject in _called(session, at, opening.needs, spared):
        owed += replace(call, subject=subject).to([member])
    return notices.owe(session, at, owed)


def _filling(needs: Iterable[Need]) -> set[int]:
    """Return the teams whose members fill the free places."""
    return {team_id for need in needs for team_id in need.team_ids}


def _called(
    session: Session, at: Moment, needs: Iterable[Need], spared: Collection[int]
) -> list[tuple[Member, dict[str, Any]]]:
    """Return who is called, and for what: the leaders of the teams that fill the slots, and who may claim open ones.

    Who can't be reached, or has paused, is called for nothing: somebody else is. While there is another round to come,
    a call in the team's group is enough for its leaders (`spared`); in the last one they are called by themselves as
    well: now it is for them to find people.
    """
    asleep, people = _asleep(session, at), dict[int | None, tuple[Member, dict[str, Any]]]()
    for need in needs:
        if need.open:
            people |= {one.id: (one, {"category": need.category}) for one in claimers(session, need.category, asleep)}
        for team_id in sorted(need.team_ids - set(spared)):
            people |= {one.id: (one, {"team": team_id}) for one in who_answers(session, team_id, asleep).people}
    return list(people.values())


def _asleep(session: Session, at: Moment) -> set[int | None]:
    """Return those in an office who have asked for quiet: a call is not for them."""
    paused = select(Member.id).where(or_(col(Member.is_leader), col(Member.is_coordinator)))
    return set(session.exec(paused.where(col(Member.paused_until) > at.now)).all())


def claimers(session: Session, category: str, but: Collection[int | None] = ()) -> list[Member]:
    """Return the leaders who can be reached and whose team suits a category; all when none does.

    Without any, the coordinators. `but` does not count.
    """
    statement = select(Member).where(col(Member.is_leader), Member.status == MemberStatus.ACTIVE)
    awake = statement.where(~member_addresses.is_lost(), col(Member.id).not_in(but))
    leaders = session.exec(awake.where(col(Member.team_id).is_not(None)).order_by(col(Member.id))).all()
    suited = teams_suiting(session, category)
    chosen = [leader for leader in leaders if leader.team_id in suited] or list(leaders)
    return chosen or list(who_answers(session, None, but).people)
