"""再办一场: a past activity is planned once more, and those who came are asked in private whether they come again."""

from sqlmodel import Session, col, select

from corps import audit, conversations, notices
from corps.activities import cards, entry_form
from corps.activities.cards import Card
from corps.activities.entry_answers import Data
from corps.activities.entry_form import DONE, Stand
from corps.activities.places import filling_teams, last_begins
from corps.activities.presence import came_there
from corps.activities.rules import concerned_teams, find_activity, may_manage
from corps.activities.stages import COMING, Stage, stage_of
from corps.moment import Moment
from corps.notices.declarations import Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.teams import event_categories, list_teams, venue_names
from models import Activity, Attendance, Audit, Member, Slot
from models.enums import MemberStatus


def _still_free(_question: Question, card: Card) -> bool:
    return card.ahead and all(slot.mine is None for slot in card.slots)


declare(Kind.AGAIN, cards.shown(_still_free), optional=True, absorbs=(Kind.CARD,))


def begin(session: Session, actor: Actor, at: Moment, activity_id: int, key: str) -> Stand:
    """再办一场: take everything over but the date, and ask for that. What is half filled in is not thrown away.

    A leader holds the own team's activity once more, as a draft for a coordinator to approve.
    """
    activity = find_activity(session, activity_id)
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    stage = stage_of(activity, at.now)
    if stage in COMING or stage is Stage.DRAFT:
        raise Refused(Reason.NOT_ENDED, title=activity.title)
    found = conversations.find(session, actor.address, entry_form.KIND)
    if found is not None and found.data and found.step != DONE and entry_form.AGAIN_OF not in found.data:
        raise Refused(Reason.HALF_FILLED)
    return entry_form.begin_with(session, actor, at, _taken_over(session, at, activity), key)


def _taken_over(session: Session, at: Moment, activity: Activity) -> Data:
    """Return what /new would have been told. What is retired is left out: it is asked for."""
    teams = {team.id for team in list_teams(session)}
    categories = {name.code for name in event_categories(session)}
    slots = session.exec(
        select(Slot).where(Slot.activity_id == activity.id).order_by(col(Slot.position), col(Slot.id))
    ).all()
    there = [team for team in concerned_teams(session, activity.id or 0) if team in teams]
    data: Data = {
        "title": activity.title,
        "place": activity.place,
        "notes": activity.notes,
        "check_out": activity.check_out,
        "slots": [
            {
                "role": slot.role,
                "places": slot.places,
                "category": slot.category if slot.category in categories else None,
                "team": slot.team_id if slot.team_id in teams else None,
                "open": slot.open and slot.team_id not in teams,
                **_own_hours(at, slot),
            }
            for slot in slots
        ],
        entry_form.AGAIN_OF: activity.id,
    }
    if any(kind.code == activity.venue for kind in venue_names(session)):
        data["venue"] = activity.venue
    return {**data, "teams": there, "open": False} if there else data


def _own_hours(at: Moment, slot: Slot) -> Data:
    """Return a slot's own hours as they would be typed; nothing for none."""
    if slot.starts_at is None or slot.ends_at is None:
        return {}
    return {"hours": f"{at.wall(slot.starts_at):%H:%M}-{at.wall(slot.ends_at):%H:%M}"}


def ask_those_who_came(session: Session, actor: Actor, at: Moment, activity_id: int) -> int:
    """Ask those who came the last time, and may sign up, whether they come again. Returns how many are asked."""
    activity = find_activity(session, activity_id)
    drafted = select(Audit).where(Audit.subject == f"activity:{activity_id}", Audit.action == "activity.draft")
    trace = session.exec(drafted.order_by(col(Audit.id)).limit(1)).first()
    former = (trace.after or {}).get(entry_form.AGAIN_OF) if trace is not None else None
    until = last_begins(session, activity)
    if former is None or until <= at.now:
        return 0
    concerned = concerned_teams(session, activity_id)
    slots = session.exec(select(Slot).where(Slot.activity_id == activity_id)).all()
    teams = {team for slot in slots for team in filling_teams(slot, concerned)}
    people = session.exec(
        select(Member)
        .join(Attendance, col(Attendance.member_id) == col(Member.id))
        .where(
            Attendance.activity_id == former,
            came_there(),
            Member.status == MemberStatus.ACTIVE,
            col(Member.team_id).in_(teams),
            Member.id != actor.id,
        )
        .order_by(col(Member.id))
    ).all()
    stem = f"again:{activity_id}"
    words = notices.Owed(Kind.AGAIN, stem, activity_id=activity_id, expires_at=until).to(people)
    if words:
        audit.record(session, at, actor.id, "activity.again", f"activity:{activity_id}", None, {"people": len(words)})
    return notices.owe(session, at, words)
