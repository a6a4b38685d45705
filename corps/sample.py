"""A sample corps for the sandbox: plainly marked as such, and never mixed with a real one."""

from dataclasses import dataclass

from sqlmodel import Session, SQLModel, col, select

from corps.moment import Moment
from corps.teams import Roster, list_teams, settle
from models import Member, Milestone, Team
from models.words import MemberStatus

MARK = "sandbox:sample"


@dataclass(frozen=True)
class Player:
    """Somebody to play in the sandbox. `note` says what they are; `started`: they have pressed START."""

    telegram_id: int
    name: str
    note: str
    started: bool


def is_there(session: Session, _at: Moment) -> bool:
    """Tell whether the database holds the sample corps."""
    return session.get(Milestone, MARK) is not None


def begin_anew(session: Session, at: Moment, roster: Roster) -> None:
    """Empty the database and fill it with the sample corps."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        session.connection().execute(table.delete())
    session.expunge_all()
    settle(session, roster)
    session.add(Milestone(key=MARK, at=at.now))
    _people(session, at)


def _people(session: Session, at: Moment) -> None:
    teams = list_teams(session)
    for number, name in enumerate(("王统筹", "李统筹")):
        session.add(
            Member(
                telegram_id=1001 + number, name=name, status=MemberStatus.ACTIVE, is_coordinator=True, created_at=at.now
            )
        )
    for number, team in enumerate(teams[:3]):
        session.add(
            Member(
                telegram_id=2001 + number, name=f"{team.short_name}联络员", team_id=team.id,
                status=MemberStatus.ACTIVE, is_leader=True, created_at=at.now,
            )
        )  # fmt: skip
    for number in range(12):
        session.add(
            Member(
                telegram_id=3001 + number, name=f"成员{number + 1}", team_id=teams[number % 3].id,
                status=MemberStatus.ACTIVE, created_at=at.now,
            )
        )  # fmt: skip
    session.flush()


def cast(session: Session, _at: Moment) -> list[Player]:
    """Return who can be played."""
    rows = session.exec(
        select(Member, Team.name).join(Team, col(Team.id) == col(Member.team_id), isouter=True).order_by(col(Member.id))
    ).all()
    return [
        Player(member.telegram_id, member.name, _note(member, team or ""), started=True)
        for member, team in rows
        if member.telegram_id is not None
    ]


def _note(member: Member, team: str) -> str:
    if member.is_coordinator:
        return "统筹"
    return f"{team} 联络员" if member.is_leader else f"{team} 成员"
