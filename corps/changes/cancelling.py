"""Cancelling an activity (取消活动): nothing owed for it goes out any more, and exactly those affected are told."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit, notices, robots
from corps.activities import cards, proposals
from corps.activities.cards import Card
from corps.activities.rules import concerned_teams, may_manage, may_shape
from corps.activities.stages import Stage, stage_of
from corps.changes import affected
from corps.moment import Moment
from corps.notices.declarations import Listing, Question, declare
from corps.notices.kinds import Kind, is_soon
from corps.notices.reach import Reach, reach
from corps.people import Actor, demand_coordinator
from corps.refusals import Reason, Refused
from corps.signups.slots import lock_whole
from models import Activity, ActivityTeam, Member, Notice, Slot
from models.enums import ActivityState

REASON_MAX = 200


def _still_off(_question: Question, card: Card) -> bool:
    return card.state is ActivityState.CANCELLED


declare(
    Kind.CANCELLED,
    cards.shown(_still_off),
    priority=1,
    absorbs=(Kind.CANCELLED, Kind.CHANGED, Kind.REMINDER, Kind.CARD),
    listing=Listing(Kind.CHANGED, personal=True),
    office=affected.office_of,
)


@dataclass(frozen=True)
class Outlook:
    """What cancelling would do: who is told; a draft is simply deleted.

    `over`: its time has passed, so what is said is that it was not held, with the reason.
    """

    activity_id: int
    title: str
    draft: bool
    reach: Reach
    over: bool = False

    @property
    def told(self) -> int:
        """How many people hear of it."""
        return self.reach.told


@dataclass(frozen=True)
class Cancelled:
    """The outcome of 确认取消. `reach` is who is told: nobody when it was cancelled before."""

    activity_id: int
    title: str
    deleted: bool
    reach: Reach

    @property
    def told(self) -> int:
        """How many people hear of it."""
        return self.reach.told


def outlook(session: Session, actor: Actor, at: Moment, activity_id: int) -> Outlook:
    """Return what cancelling would do. For coordinators, and who owes the report; Refused when it is too late."""
    activity = _cancellable(session, actor, at, activity_id)
    if activity.state is ActivityState.CANCELLED:
        raise Refused(Reason.CANCELLED, f"activity:{activity.id}", title=activity.title)
    draft = activity.state is ActivityState.DRAFT
    people = [] if draft else _audience(session, actor, activity_id)
    heard, over = _reach(session, at, activity, people), stage_of(activity, at.now) is Stage.OVER
    return Outlook(activity_id, activity.title, draft, heard, over=over)


def cancel(session: Session, actor: Actor, at: Moment, activity_id: int, reason: str = "") -> Cancelled:
    """Cancel an activity, or delete a draft. Doing it again changes nothing and tells nobody."""
    activity = _cancellable(session, actor, at, activity_id)
    if activity.state is ActivityState.CANCELLED:
        return Cancelled(activity_id, activity.title, deleted=False, reach=Reach())
    if activity.state is ActivityState.DRAFT:
        _delete(session, actor, at, activity)
        return Cancelled(activity_id, activity.title, deleted=True, reach=Reach())
    before = activity.state.value
    activity.state, activity.cancelled_at = ActivityState.CANCELLED, at.now
    activity.cancel_reason = reason
    session.add(activity)
    after = {"state": activity.state.value, "reason": activity.cancel_reason}
    audit.record(session, at, actor.id, "activity.cancel", f"activity:{activity_id}", {"state": before}, after)
    notices.cancel_owed(
        session,
        "the activity is cancelled",
        col(Notice.activity_id) == activity_id,
        col(Notice.kind) != Kind.BROADCAST.value,
    )
    people = _audience(session, actor, activity_id)
    urgent = _urgent(at, activity)
    word = notices.Owed(Kind.CANCELLED, f"cancelled:{activity_id}", activity_id=activity_id, urgent=urgent)
    notices.owe(session, at, word.to(people) + word.in_rooms(robots.who_told(session, activity_id)))
    return Cancelled(activity_id, activity.title, deleted=False, reach=_reach(session, at, activity, people))


def _cancellable(session: Session, actor: Actor, at: Moment, activity_id: int) -> Activity:
    activity, _ = lock_whole(session, activity_id)
    teams = tuple(concerned_teams(session, activity_id))
    own = activity.state is ActivityState.DRAFT and may_shape(actor, activity.created_by, teams)
    if not (own or (stage_of(activity, at.now) is Stage.OVER and may_manage(actor, teams))):
        demand_coordinator(actor)
    if activity.state is ActivityState.VERIFIED:
        raise Refused(Reason.REPORTED, f"activity:{activity.id}", title=activity.title)
    return activity


def _audience(session: Session, actor: Actor, activity_id: int) -> list[Member]:
    """Return those who hold something, the leaders of the teams concerned, and the claimers: not the actor."""
    return affected.each_once(
        affected.holders(session, activity_id),
        affected.answering(session, concerned_teams(session, activity_id), actor.member_id),
        affected.claimers(session, activity_id),
        but=actor.id,
    )


def _urgent(at: Moment, activity: Activity) -> bool:
    return dt.timedelta(0) < activity.ends_at - at.now and is_soon(activity.starts_at, at.now)


def _reach(session: Session, at: Moment, activity: Activity, people: list[Member]) -> Reach:
    return reach(session, at, Kind.CANCELLED, people, urgent=_urgent(at, activity))


def _delete(session: Session, actor: Actor, at: Moment, activity: Activity) -> None:
    """Remove a draft: nobody but its author and coordinators has ever seen it."""
    proposals.settle(session, at, activity, actor, {"title": activity.title})
    audit.record(session, at, actor.id, "activity.delete", f"activity:{activity.id}", {"title": activity.title})
    for table in (ActivityTeam, Slot):
        for row in session.exec(select(table).where(table.activity_id == activity.id)).all():
            session.delete(row)
    session.flush()
    session.delete(activity)
    session.flush()
