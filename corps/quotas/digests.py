"""The weekly digest: the whole 五个10 for coordinators, and for each leader what still concerns the team.

Who gets one is decided once a week (`Milestone`); what it says is looked up when it goes out.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from corps import groups, notices, robots
from corps.activities.rules import concerned_teams
from corps.activities.stages import Stage, at_stage
from corps.attendance.report_offices import verifiable
from corps.moment import Moment
from corps.notices.declarations import Parts, Question, declare
from corps.notices.kinds import Kind
from corps.pairings import visit_times
from corps.pairings.pairings import is_waiting, registering
from corps.people import Actor, coordinators
from corps.quotas import tally
from corps.quotas.tally import Quota, QuotaLine
from corps.second_person import parts_taken
from corps.signups.vacancies import ActivityVacancy, Need, vacancies_ahead
from corps.sql import first_time
from corps.teams import suits, team_in_use
from models import Activity, Member, Milestone, Pairing, Report, Team
from models.enums import ActivityState, MemberStatus

USEFUL = dt.timedelta(days=4)
"""How long after its time a digest is still of use; what was slept through for longer is left out."""

AHEAD = dt.timedelta(days=14)
BEGUN = "digest:begun"


@dataclass(frozen=True)
class Task:
    """Something that waits for somebody: an activity (or pairing) by id and name."""

    id: int
    title: str
    day: dt.date


@dataclass(frozen=True)
class CorpsDigest:
    """What a coordinator reads. `suited` is category → short names of the teams that could help."""

    quota: Quota
    reports: tuple[Task, ...]
    pairings: tuple[Task, ...]
    unreported: tuple[Task, ...]
    visits: tuple[Task, ...]
    openings: tuple[ActivityVacancy, ...]
    suited: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class TeamDigest:
    """What a leader reads: only what the team itself can do."""

    team: str
    quota: Quota
    unreported: tuple[Task, ...]
    openings: tuple[ActivityVacancy, ...]
    to_claim: tuple[ActivityVacancy, ...]
    behind: tuple[QuotaLine, ...]
    visits: tuple[Task, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read."""
        return not (self.unreported or self.openings or self.to_claim or self.behind or self.visits)


def owe_digests(session: Session, at: Moment, fired: dt.datetime | None) -> int:
    """Owe the digests of the week in which the timetable last fired. Returns the number of new notices.

    Args:
        session: The caller's.
        at: Now.
        fired: When the digest's crontab line last fired, None when that was too long ago.
    """
    begun = session.get(Milestone, BEGUN)
    if begun is None:
        begun = Milestone(key=BEGUN, at=at.now)
        session.add(begun)
        session.flush()
    if fired is None or fired < begun.at or at.now - fired > USEFUL:
        return 0
    iso = at.wall(fired).isocalendar()
    week = f"{iso.year}-W{iso.week:02}"
    if session.get(Milestone, f"quota:{week}") or not first_time(session, at, f"quota:{week}"):
        return 0
    until = fired + USEFUL
    owed = notices.Owed(Kind.QUOTA, f"quota:corps:{week}", expires_at=until).to(coordinators(session))
    owed += [
        notices.Owed(Kind.TEAM_DIGEST, f"quota:{member.team_id}:{week}:{member.id}", member, expires_at=until)
        for member in _leaders_with_something_to_read(session, at)
    ]
    for room in _rooms(session):
        if for_group(session, at, room.team_id) is not None:
            owed += notices.Owed(Kind.TEAM_DIGEST, f"quota:{room.team_id}:{week}", expires_at=until).in_rooms([room])
    return notices.owe(session, at, owed)


def _rooms(session: Session) -> list[groups.Group | robots.GroupRobot]:
    """Return the groups that take what is for all of a team, and its robots."""
    return [*(group for group in groups.of_teams(session) if group.cards), *robots.of_teams(session)]


def _leaders_with_something_to_read(session: Session, at: Moment) -> list[Member]:
    """Return the leaders who are no coordinators: one person, one message."""
    leaders = session.exec(
        select(Member)
        .where(
            col(Member.is_leader),
            col(Member.is_coordinator).is_(False),
            Member.status == MemberStatus.ACTIVE,
            col(Member.team_id).is_not(None),
        )
        .order_by(col(Member.team_id), col(Member.id))
    ).all()
    digests = {team_id: for_team(session, at, team_id) for team_id in {leader.team_id or 0 for leader in leaders}}
    return [leader for leader in leaders if (digest := digests[leader.team_id or 0]) is not None and not digest.empty]


def for_corps(session: Session, at: Moment, actor: Actor) -> CorpsDigest:
    """Return what a coordinator can do this week. Reports and pairings are those that `actor` may decide."""
    teams = session.exec(select(Team).where(team_in_use()).order_by(col(Team.position), col(Team.id))).all()
    quota = tally.tally(session, at)
    reported = session.exec(
        select(Activity, Report)
        .join(Report, col(Report.activity_id) == col(Activity.id))
        .where(Activity.state == ActivityState.REPORTED)
        .order_by(col(Report.submitted_at), col(Report.id))
    ).all()
    waiting = session.exec(select(Pairing).where(is_waiting()).order_by(col(Pairing.id))).all()
    own = parts_taken(session, [registering(row) for row in waiting], actor.id)
    pairings = [row for row in waiting if registering(row) not in own]
    return CorpsDigest(
        quota=quota,
        reports=tuple(_task(row) for _, row in verifiable(session, actor, [(one, row) for row, one in reported])),
        pairings=tuple(Task(row.id or 0, row.partner, row.since) for row in pairings),
        unreported=tuple(_task(activity) for activity in unreported(session, at)),
        visits=_visits(session, at, None),
        openings=tuple(vacancies_ahead(session, at, AHEAD)),
        suited={
            line.category.code: tuple(team.short_name for team in teams if suits(team, line.category.code))
            for line in quota.lines
        },
    )


def for_team(session: Session, at: Moment, team_id: int) -> TeamDigest | None:
    """Return what a team's leader can do this week, None when the team is gone."""
    team = session.get(Team, team_id)
    if team is None or team.retired_at is not None:
        return None
    ahead = vacancies_ahead(session, at, AHEAD)
    quota = tally.tally(session, at)
    own = (_task(a) for a in unreported(session, at) if set(concerned_teams(session, a.id or 0)) == {team_id})
    return TeamDigest(
        team=team.name,
        quota=quota,
        unreported=tuple(own),
        openings=_only(ahead, lambda need: team_id in need.team_ids),
        to_claim=_only(ahead, lambda need: need.open and suits(team, need.category)),
        behind=tuple(line for line in quota.lines if line.behind and suits(team, line.category.code)),
        visits=_visits(session, at, team_id),
    )


def _visits(session: Session, at: Moment, team_id: int | None) -> tuple[Task, ...]:
    """Return the pairings (of one team, or all) that were not visited for too long, by the day since when."""
    return tuple(
        Task(row.id or 0, row.partner, at.today() - dt.timedelta(days=days))
        for row, days in visit_times.idle(session, at)
        if team_id in (None, row.team_id)
    )


def _only(ahead: list[ActivityVacancy], concerns: Callable[[Need], bool]) -> tuple[ActivityVacancy, ...]:
    """Return the openings with only those needs that concern somebody."""
    kept = (replace(opening, needs=tuple(filter(concerns, opening.needs))) for opening in ahead)
    return tuple(opening for opening in kept if opening.needs)


def for_group(session: Session, at: Moment, team_id: int) -> TeamDigest | None:
    """Return what a team's group is told: where people are still needed. What the leader owes is not for all."""
    digest = for_team(session, at, team_id)
    if digest is None or not digest.openings:
        return None
    return replace(digest, unreported=(), to_claim=(), behind=(), visits=())


def _of_corps(question: Question) -> Parts | None:
    return (for_corps(question.session, question.at, question.actor),) if question.actor.is_coordinator else None


def _of_team(question: Question) -> Parts | None:
    """Return the digest of the reader's team, or of the group's, None when there is nothing left to read."""
    session, at, actor = question.session, question.at, question.actor
    if question.due.member_id is None:
        shown = for_group(session, at, question.due.subject["team"])
        return (shown,) if shown is not None else None
    digest = for_team(session, at, actor.team_id) if actor.is_leader and actor.team_id is not None else None
    return None if digest is None or digest.empty else (digest,)


declare(Kind.QUOTA, _of_corps, priority=8, keeps=USEFUL, optional=True)
declare(Kind.TEAM_DIGEST, _of_team, priority=8, keeps=USEFUL, optional=True, invites=True)


def unreported(session: Session, at: Moment) -> list[Activity]:
    """Return the activities that are over and have no report, oldest first."""
    over = select(Activity).where(at_stage(Stage.OVER, at.now))
    return list(session.exec(over.order_by(col(Activity.ends_at), col(Activity.id))).all())


def _task(activity: Activity) -> Task:
    return Task(activity.id or 0, activity.title, activity.local_date)
