"""The request of somebody who wants to join: it lies with those who lead the team, whoever they are by then."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.membership.listed import find_listed, left_team
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import Office, who_answers
from models import Member, Notice, Team
from models.enums import MemberStatus, NoticeState

_HAS_IT = (NoticeState.OWED, NoticeState.LEASED, NoticeState.SENT)


@dataclass(frozen=True)
class Applicant:
    """Somebody who asks to join. `listed` is the row of the team's list that it may be (`corps.membership.listed`).

    `former`: that row is of somebody of this name who left; `elsewhere`: from another team.
    """

    id: int
    name: str
    team: str
    listed: int = 0
    former: bool = False
    elsewhere: bool = False

    @property
    def sign(self) -> str:
        """The fingerprint of who asks to join what: 通过 is for that."""
        return audit.fingerprint(self.name, self.team, *([self.listed] if self.listed else []))


def find_applicant(session: Session, member_id: int) -> Applicant | None:
    """Return the applicant, or None once it is decided."""
    row = session.exec(
        select(Member, Team).join(Team, col(Team.id) == col(Member.team_id)).where(Member.id == member_id)
    ).first()
    if row is None or row[0].status is not MemberStatus.APPLICANT:
        return None
    listed = find_listed(session, row[0])
    former, team = left_team(session, listed)
    return Applicant(member_id, row[0].name, row[1].name, listed, former, former and team != row[0].team_id)


def _facts(question: Question) -> Parts | None:
    """Return who asks, for one who still answers for that team."""
    member = question.session.get(Member, question.due.subject["applicant"])
    if member is None or not question.actor.manages(member.team_id):
        return None
    applicant = find_applicant(question.session, question.due.subject["applicant"])
    return None if applicant is None else (applicant,)


def _deciders(session: Session, notice: Notice) -> Office:
    own = notice.subject["applicant"]
    applicant = session.get(Member, own)
    return who_answers(session, applicant.team_id if applicant is not None else None, but=(own,))


declare(Kind.JOIN_REQUEST, _facts, priority=3, keeps=14 * DAY, office=_deciders, waits=True)


def ask(session: Session, at: Moment, applicant: Member) -> Office:
    """Bring a request to whoever answers for the team. Returns who that is."""
    office = who_answers(session, applicant.team_id, but=(applicant.id,))
    _owe(session, at, applicant, office.people)
    return office


def hand_on(session: Session, at: Moment, team_id: int | None = None) -> None:
    """Bring the open requests of a team (None: of all) to those who lead it now and do not have them yet.

    For when somebody who has them leads no more: what is still owed to that person is not sent (`notice_facts`).
    """
    statement = select(Member).where(Member.status == MemberStatus.APPLICANT).order_by(col(Member.id))
    if team_id is not None:
        statement = statement.where(Member.team_id == team_id)
    for applicant in session.exec(statement).all():
        told = _told(session, applicant)
        office = who_answers(session, applicant.team_id, but=(applicant.id,))
        _owe(session, at, applicant, [member for member in office.people if member.id not in told])


def _told(session: Session, applicant: Member) -> set[int | None]:
    """Return who has this request, or will get it. An earlier one of the same person does not count."""
    statement = select(Notice.member_id).where(
        col(Notice.key).startswith(f"join:{applicant.id}:"), col(Notice.state).in_(_HAS_IT)
    )
    if applicant.consented_at is not None:
        statement = statement.where(col(Notice.created_at) >= applicant.consented_at)
    return set(session.exec(statement).all())


def _owe(session: Session, at: Moment, applicant: Member, leaders: Sequence[Member]) -> None:
    stem = f"join:{applicant.id}:{int(at.now.timestamp())}"
    notices.owe(session, at, notices.Owed(Kind.JOIN_REQUEST, stem, subject={"applicant": applicant.id}).to(leaders))
