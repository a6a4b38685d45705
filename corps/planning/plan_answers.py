"""What a team says to an accepted proposal: its leader is asked whether it suits; who accepted it hears the answer."""

from dataclasses import dataclass

from sqlmodel import Session, select

from corps import audit, notices
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import Actor, Named, Office, demand_coordinator, name_for, who_holds
from corps.planning.plans import Accepted, Proposal, proposal_of, team_leaders
from corps.refusals import Reason, Refused
from models import Activity, Notice, PlanProposal
from models.enums import ActivityState, ProposalState


@dataclass(frozen=True)
class Answer:
    """What an accepted proposal is to its team: `suits` None while nobody has answered. `by` has."""

    proposal: Proposal
    suits: bool | None
    by: Named
    may_answer: bool


def see_answer(session: Session, actor: Actor, _at: Moment, proposal_id: int) -> Answer:
    """Return what a team is asked, for its leaders and for coordinators. Raises Refused when it is gone."""
    row = session.get(PlanProposal, proposal_id)
    if row is None or row.state is not ProposalState.ACCEPTED:
        raise Refused(Reason.GONE)
    if not actor.manages(row.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    by = name_for(session, actor, row.answered_by, row.team_id)
    return Answer(proposal_of(session, row), row.suits, by, _is_draft(session, row) and actor.leads(row.team_id))


def see_accepted(session: Session, actor: Actor, _at: Moment, proposal_id: int) -> Accepted | None:
    """Return what became of an accepted proposal, for coordinators; None while it is anything else."""
    demand_coordinator(actor)
    row = session.get(PlanProposal, proposal_id)
    if row is None or row.state is not ProposalState.ACCEPTED or row.activity_id is None:
        return None
    asked = team_leaders(session, row, but=row.decided_by)
    return Accepted(proposal_of(session, row), row.year, row.activity_id, asked)


def _is_draft(session: Session, row: PlanProposal) -> bool:
    draft = session.get(Activity, row.activity_id) if row.activity_id is not None else None
    return draft is not None and draft.state is ActivityState.DRAFT


def answer(session: Session, actor: Actor, at: Moment, proposal_id: int, *, suits: bool) -> Answer:
    """合适 or 不合适: the coordinator who accepted it hears; a leader may change the answer while it is a draft."""
    row = session.exec(select(PlanProposal).where(PlanProposal.id == proposal_id).with_for_update()).first()
    if row is None or row.state is not ProposalState.ACCEPTED or not _is_draft(session, row):
        raise Refused(Reason.GONE)
    if not actor.leads(row.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    if row.suits is not suits:
        row.suits, row.answered_by = suits, actor.id
        session.add(row)
        audit.record(session, at, actor.id, "plan.answer", f"plan:{row.id}", None, {"suits": suits})
        session.flush()
        office = who_holds(session, row.decided_by, (), but=(actor.id,))
        key = f"plan_answer:{row.id}:{int(suits)}:{int(at.now.timestamp())}"
        subject = {"plan": row.id, "suits": suits}
        notices.owe(session, at, notices.Owed(Kind.PLAN_ANSWER, key, subject=subject).to(office.people))
    return see_answer(session, actor, at, proposal_id)


def _asked(question: Question) -> Parts | None:
    """Return what a leader is asked, while it is a draft and nobody has answered."""
    found = see_answer(question.session, question.actor, question.at, question.due.subject["plan"])
    return (found,) if found.may_answer and found.suits is None else None


def _answered(question: Question) -> Parts | None:
    """Return what the team said, unless it says something else by now."""
    found = see_answer(question.session, question.actor, question.at, question.due.subject["plan"])
    return (found,) if found.suits is question.due.subject["suits"] else None


def _asked_office(session: Session, notice: Notice) -> Office:
    return team_leaders(session, session.get_one(PlanProposal, notice.subject["plan"]))


def _answer_office(session: Session, notice: Notice) -> Office:
    row = session.get_one(PlanProposal, notice.subject["plan"])
    return who_holds(session, row.decided_by, (), but=(row.answered_by,))


declare(Kind.PLAN_ASK, _asked, keeps=14 * DAY, office=_asked_office, waits=True)
declare(Kind.PLAN_ANSWER, _answered, keeps=14 * DAY, office=_answer_office)
