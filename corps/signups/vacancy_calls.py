"""Calls for free places of coming activities, to those who can fill them."""

import datetime as dt
from collections.abc import Collection, Iterable

from sqlmodel import Session, col, select

from corps import groups, notices
from corps.activities import cards
from corps.activities.cards import Card, SlotCard
from corps.activities.stages import Stage
from corps.moment import Moment
from corps.notices.declarations import Listing, Question, declare
from corps.notices.kinds import Kind
from corps.people import coordinators, is_paused, who_answers
from corps.signups.vacancies import ActivityVacancy, Need, vacancies_ahead
from corps.sql import first_time
from corps.teams import teams_suiting
from models import Activity, Member, Notice
from models.enums import MemberStatus

CALL_LEADS = (dt.timedelta(days=5), dt.timedelta(days=2))
"""How long before an activity a call for its free places goes out."""

TOO_LATE = dt.timedelta(hours=3)
"""Closer to the start than this a call finds nobody any more."""


def _still_lacks(question: Question, card: Card) -> bool:
    return card.stage is Stage.AHEAD and any(slot.free and _is_asked(question.due, slot) for slot in card.slots)


def _is_asked(due: notices.Due, slot: SlotCard) -> bool:
    """Tell whether a call for free places is about that slot: to a group, about those of its own team."""
    if due.member_id is not None:
        return True
    return not slot.open if slot.team_id is None else slot.team_id == due.subject["team"]


def _to_leaders(session: Session, at: Moment, notice: Notice, team_id: int) -> None:
    """Owe to the team's leaders the call that its group did not get."""
    key, activity_id, until = notice.key.rpartition(":")[0], notice.activity_id, notice.expires_at
    owed = [
        notices.Owed(Kind.UNFILLED, f"{key}:{leader.id}", leader, activity_id=activity_id, expires_at=until)
        for leader in who_answers(session, team_id).people
    ]
    notices.owe(session, at, owed)


declare(
    Kind.UNFILLED,
    cards.shown(_still_lacks),
    optional=True,
    absorbs=(Kind.CARD,),
    listing=Listing(Kind.UNFILLED),
    to_members=_to_leaders,
)


def owe_calls(session: Session, at: Moment) -> int:
    """Call for the free places of each activity whose round has come. Returns the number of new notices."""
    return sum(_round(session, at, opening) for opening in vacancies_ahead(session, at, CALL_LEADS[0]))


def _round(session: Session, at: Moment, opening: ActivityVacancy) -> int:
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


def _to_group(group: groups.Group, stamp: str, opening: ActivityVacancy, until: dt.datetime) -> notices.Owed:
    return notices.Owed(
        kind=Kind.UNFILLED,
        key=f"{stamp}:g{group.address.short}",
        member=None,
        subject={"team": group.team_id},
        activity_id=opening.activity_id,
        expires_at=until,
        group=group.address,
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
            asked += who_answers(session, team_id).people
        people |= {member.id: member for member in asked}
    return list(people.values())


def claimers(session: Session, category: str) -> list[Member]:
    """Return the leaders whose team suits a category; all leaders when none does, the coordinators without any."""
    statement = select(Member).where(col(Member.is_leader), Member.status == MemberStatus.ACTIVE)
    leaders = session.exec(statement.where(col(Member.team_id).is_not(None)).order_by(col(Member.id))).all()
    suited = teams_suiting(session, category)
    return [leader for leader in leaders if leader.team_id in suited] or list(leaders) or coordinators(session)
