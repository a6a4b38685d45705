"""Places still free in what is ahead, and the call for them to those who can fill them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import groups, notices
from corps.cards import TAKING
from corps.moment import Moment
from corps.notice_kinds import Kind
from corps.people import coordinators, is_paused, leaders_of
from corps.reminders import first_time
from models import Activity, ActivityTeam, Member, SignUp, Slot, Team
from models.words import ActivityState, MemberStatus

CALL_LEADS = (dt.timedelta(days=5), dt.timedelta(days=2))
"""How long before an activity its free places are called out."""

TOO_LATE = dt.timedelta(hours=3)
"""Closer to the start than this nobody is found any more: a call would only worry."""


@dataclass(frozen=True)
class Need:
    """A slot with free places. `team_ids` are the teams whose members fill it; none while it is open to claim."""

    slot_id: int
    activity_id: int
    category: str
    role: str
    free: int
    team_ids: frozenset[int]

    @property
    def open(self) -> bool:
        """Whether a team has yet to claim it."""
        return not self.team_ids


@dataclass(frozen=True)
class Opening:
    """An activity ahead with free places."""

    activity_id: int
    title: str
    starts_at: dt.datetime
    needs: tuple[Need, ...]


def openings(session: Session, at: Moment, ahead: dt.timedelta) -> list[Opening]:
    """Return the published activities that start within `ahead` and still need people, soonest first."""
    upcoming = session.exec(
        select(Activity)
        .where(
            Activity.state == ActivityState.PUBLISHED,
            col(Activity.starts_at) > at.now,
            col(Activity.starts_at) <= at.now + ahead,
        )
        .order_by(col(Activity.starts_at), col(Activity.id))
    ).all()
    needs = _needs(session, [activity.id or 0 for activity in upcoming])
    return [
        Opening(activity.id or 0, activity.title, activity.starts_at, tuple(needs[activity.id or 0]))
        for activity in upcoming
        if activity.id in needs
    ]


def _needs(session: Session, activity_ids: list[int]) -> dict[int, list[Need]]:
    """Return the free places, by activity; an activity that is full is not in it."""
    named: defaultdict[int, set[int]] = defaultdict(set)
    for row in session.exec(select(ActivityTeam).where(col(ActivityTeam.activity_id).in_(activity_ids))).all():
        named[row.activity_id].add(row.team_id)
    taken = dict(
        session.exec(
            select(SignUp.slot_id, func.count())
            .where(col(SignUp.activity_id).in_(activity_ids), col(SignUp.state).in_(TAKING))
            .group_by(col(SignUp.slot_id))
        ).all()
    )
    slots = select(Slot).where(col(Slot.activity_id).in_(activity_ids)).order_by(col(Slot.position), col(Slot.id))
    needs: defaultdict[int, list[Need]] = defaultdict(list)
    for slot in session.exec(slots).all():
        free = slot.places - taken.get(slot.id or 0, 0)
        shared = set() if slot.open else named[slot.activity_id]
        teams = shared if slot.team_id is None else {slot.team_id}
        if free > 0:
            need = Need(slot.id or 0, slot.activity_id, slot.category, slot.role, free, frozenset(teams))
            needs[slot.activity_id].append(need)
    return needs


def owe_calls(session: Session, at: Moment) -> int:
    """Call for the free places of each activity whose round has come. Returns the number of new notices."""
    return sum(_round(session, at, opening) for opening in openings(session, at, CALL_LEADS[0]))


def _round(session: Session, at: Moment, opening: Opening) -> int:
    """Owe the latest round that is due, once; one that came before the activity was published is not called."""
    if opening.starts_at - at.now < TOO_LATE:
        return 0
    due = [lead for lead in CALL_LEADS if opening.starts_at - lead <= at.now]
    later = [lead for lead in CALL_LEADS if lead < due[-1]]
    stamp = f"unfilled:{opening.activity_id}:{int(opening.starts_at.timestamp())}:{due[-1].days}"
    if not first_time(session, at, stamp):
        return 0
    activity = session.get(Activity, opening.activity_id)
    if activity is None or opening.starts_at - due[-1] <= (activity.published_at or activity.created_at):
        return 0
    chosen = [group for group in groups.of_teams(session, _filling(opening.needs)) if group.cards]
    spared = {group.team_id for group in chosen} if later else set()
    until = opening.starts_at - (later[0] if later else TOO_LATE)
    owed = [
        notices.Owed(Kind.UNFILLED, f"{stamp}:{member.id}", member, {}, opening.activity_id, expires_at=until)
        for member in _called(session, opening.needs, spared)
        if not is_paused(member, at)
    ]
    return notices.owe(session, at, owed + [_to_group(group, stamp, opening, until) for group in chosen])


def _filling(needs: Iterable[Need]) -> set[int]:
    """Return the teams whose members fill the free places."""
    return {team_id for need in needs for team_id in need.team_ids}


def _to_group(group: groups.Group, stamp: str, opening: Opening, until: dt.datetime) -> notices.Owed:
    return notices.Owed(
        kind=Kind.UNFILLED,
        key=f"{stamp}:g{group.chat_id}",
        member=None,
        subject={"team": group.team_id},
        activity_id=opening.activity_id,
        expires_at=until,
        chat_id=group.chat_id,
    )


def _called(session: Session, needs: Iterable[Need], spared: Collection[int]) -> list[Member]:
    """Return who is called: the leaders of the teams that fill the slots, and who may claim the open ones.

    While there is another round to come, a call in the team's group is enough for its leaders (`spared`);
    in the last one they are called by themselves as well: now it is for them to find people.
    """
    people: dict[int | None, Member] = {}
    for need in needs:
        asked = claimers(session, need.category) if need.open else []
        for team_id in sorted(need.team_ids - set(spared)):
            asked += leaders_of(session, team_id)
        people |= {member.id: member for member in asked}
    return list(people.values())


def claimers(session: Session, category: str) -> list[Member]:
    """Return the leaders whose team suits a category; all leaders when none does, the coordinators without any."""
    statement = select(Member).where(col(Member.is_leader), Member.status == MemberStatus.ACTIVE)
    leaders = session.exec(statement.where(col(Member.team_id).is_not(None)).order_by(col(Member.id))).all()
    suited = {team.id for team in session.exec(select(Team)).all() if category in team.suits}
    return [leader for leader in leaders if leader.team_id in suited] or list(leaders) or coordinators(session)
