"""Reminds a team of a pairing that was not visited for too long (`VISIT_REMINDER_DAYS`), once for each such time."""

from sqlmodel import Session

from corps import notices
from corps.moment import Moment
from corps.notices.declarations import DAY, Listing, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.pairings import pairing_cards, visit_times
from corps.people import Office, who_answers
from corps.sql import first_time
from models import Notice, Pairing


def owe_visit_reminders(session: Session, at: Moment) -> int:
    """Owe the reminders of pairings without a visit. Returns how many are new."""
    owed = 0
    last = visit_times.last_days(session)
    for row, _ in visit_times.idle(session, at):
        stamp = f"visit_due:{row.id}:{last.get(row.id or 0, row.since).isoformat()}"
        if first_time(session, at, stamp):
            word = notices.Owed(Kind.VISIT_DUE, stamp, subject={"pairing": row.id})
            owed += notices.owe(session, at, word.to(who_answers(session, row.team_id).people))
    return owed


def _still_idle(question: Question) -> Parts | None:
    """Return the pairing, unless it was visited meanwhile or has ended."""
    card = pairing_cards.see(question.session, question.actor, question.at, question.due.subject["pairing"])
    return (card,) if card.idle_days and card.may_keep else None


def _keepers(session: Session, notice: Notice) -> Office:
    return who_answers(session, session.get_one(Pairing, notice.subject["pairing"]).team_id)


declare(Kind.VISIT_DUE, _still_idle, keeps=14 * DAY, office=_keepers, listing=Listing(Kind.VISIT_DUE))
