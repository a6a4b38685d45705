"""A leader's draft (起草): its author and the coordinators see it, and it is public once one of these approves it.

Approving it (批准) is publishing it: `corps.activities.planning.publish`. That it waits is noted under `proposal_key`.
"""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import audit, conversations, notices
from corps.activities import card_queries, cards
from corps.activities.cards import Card
from corps.activities.rules import concerned_teams, demand_own_plan, find_activity, may_shape
from corps.conversations import Conversation
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor, Office, demand_coordinator, who_answers
from corps.refusals import Reason, Refused
from corps.sql import first_time
from models import Activity, Audit, Member, Milestone, Notice
from models.enums import ActivityState

KIND = "draft_return"
REASON_MAX = 300
HANDED_IN = "activity.propose"


@dataclass(frozen=True)
class Proposed:
    """A draft waits for a coordinator. `office` are those who are asked."""

    card: Card
    office: Office


def propose(session: Session, actor: Actor, at: Moment, activity_id: int, shown: str = "") -> Proposed:
    """提交: ask the coordinators to approve the own draft as it was `shown`. Pressing twice asks once."""
    activity = _draft(session, activity_id)
    if actor.is_coordinator or not may_shape(actor, activity.created_by, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    demand_own_plan(session, actor, activity_id)
    audit.demand_as_shown(
        session, actor, shown, cards.see(session, actor, at, activity_id).plan, f"activity:{activity_id}"
    )
    office = who_answers(session, None, but=(actor.id,))
    if first_time(session, at, card_queries.proposal_key(activity_id)):
        audit.record(session, at, actor.id, HANDED_IN, f"activity:{activity_id}")
        notices.owe(session, at, _request(session, activity_id, actor.id).to(office.people))
    return Proposed(cards.see(session, actor, at, activity_id), office)


def waiting(session: Session) -> list[Activity]:
    """Return the drafts that wait for a coordinator, by their start."""
    drafts = select(Activity).where(Activity.state == ActivityState.DRAFT)
    rows = session.exec(drafts.order_by(col(Activity.starts_at), col(Activity.id))).all()
    keys = {card_queries.proposal_key(row.id or 0): row for row in rows}
    noted = set(session.exec(select(Milestone.key).where(col(Milestone.key).in_(keys))).all())
    return [row for key, row in keys.items() if key in noted]


def requests(session: Session) -> list[tuple[notices.Owed, Office]]:
    """Return the requests for the drafts that wait, with who may approve them."""
    return [
        (_request(session, row.id or 0, row.created_by), who_answers(session, None, but=(row.created_by,)))
        for row in waiting(session)
    ]


def _request(session: Session, activity_id: int, author: int) -> notices.Owed:
    stem = f"draft:{activity_id}:{_round(session, activity_id)}"
    return notices.Owed(Kind.DRAFT_REQUEST, stem, subject={"draft": activity_id, "member": author})


def _round(session: Session, activity_id: int) -> int:
    """Return how often the draft has been handed in."""
    handed_in = select(func.count()).where(Audit.action == HANDED_IN, Audit.subject == f"activity:{activity_id}")
    return session.exec(handed_in).one()


def _draft(session: Session, activity_id: int) -> Activity:
    """Return a draft, locked. Raises Refused, with who did it and when, for one that is public or gone."""
    activity = find_activity(session, activity_id, lock=True)
    if activity.state is not ActivityState.DRAFT:
        raise Refused(Reason.ALREADY_DECIDED, f"activity:{activity_id}", name=activity.title)
    return activity


def _waiting(session: Session, actor: Actor, activity_id: int) -> tuple[Activity, Milestone]:
    demand_coordinator(actor)
    activity = _draft(session, activity_id)
    note = session.get(Milestone, card_queries.proposal_key(activity_id))
    if note is None:
        raise Refused(Reason.ALREADY_DECIDED, f"activity:{activity_id}", name=activity.title)
    return activity, note


@dataclass(frozen=True)
class Returning:
    """Where 退回 stands: the reason is asked, or (`done`) the draft has gone back to its author."""

    title: str
    done: bool = False


def ask_reason(session: Session, actor: Actor, at: Moment, activity_id: int, shown: str = "") -> Returning:
    """退回: ask why the draft that was `shown` goes back."""
    activity, _ = _waiting(session, actor, activity_id)
    audit.demand_as_shown(
        session, actor, shown, cards.see(session, actor, at, activity_id).plan, f"activity:{activity_id}"
    )
    conversations.put(session, at, actor.address, KIND, "reason", {"activity": activity_id})
    return Returning(activity.title)


def ask_reason_again(session: Session, actor: Actor, _at: Moment, conversation: Conversation) -> Returning:
    """Return the open question again."""
    return Returning(_waiting(session, actor, conversation.data["activity"])[0].title)


def take_reason(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str) -> Returning:
    """Take the reason, and send the draft back with it; what has no letter in it is none, and the question stays."""
    reason = conversations.end_with_reason(session, actor.address, conversation, text, REASON_MAX)
    if not reason:
        return ask_reason_again(session, actor, at, conversation)
    return send_back(session, actor, at, conversation.data["activity"], reason)


def send_back(session: Session, actor: Actor, at: Moment, activity_id: int, reason: str) -> Returning:
    """退回 with a reason: the author is told, may change it and hand it in again."""
    activity, _ = _waiting(session, actor, activity_id)
    audit.record(session, at, actor.id, "activity.send_back", f"activity:{activity_id}", None, {"reason": reason})
    settle(session, at, activity, actor, {"draft": activity_id, "reason": reason})
    return Returning(activity.title, done=True)


def settle(session: Session, at: Moment, activity: Activity, actor: Actor, subject: dict[str, object]) -> bool:
    """End the request for a draft: nobody is asked any more, and its author reads what became of it.

    `subject` says what: with a `reason` it came back, with a `title` it was deleted, else it is public. Returns whether
    there was one.
    """
    note = session.get(Milestone, card_queries.proposal_key(activity.id or 0))
    if note is None:
        return False
    key = f"draft_decided:{activity.id}:{_round(session, activity.id or 0)}"
    session.delete(note)
    stem = f"draft:{activity.id}:"
    asked = col(Notice.key).startswith(stem, autoescape=True)
    notices.cancel_owed(session, "decided", col(Notice.kind) == Kind.DRAFT_REQUEST.value, asked)
    author = session.get(Member, activity.created_by)
    if author is not None and author.id != actor.member_id:
        told = {"member": actor.member_id, **subject}
        notices.owe(session, at, [notices.Owed(Kind.DRAFT_DECIDED, key, author, told)])
    return True
