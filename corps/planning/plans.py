"""排一排: proposals for what is missing in the 五个10, kept until somebody decides; accepted ones become drafts.

`look` says what is to be found, the solver finds it, `keep` stores it: the two transactions may have another between
them, so that what has been arranged meanwhile is not proposed once more.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from corps import audit, notices
from corps.activities import planning
from corps.activities.holidays import DayKind
from corps.activities.planning import Plan, SlotPlan
from corps.activities.stages import ON
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.people import Actor, Office, demand_coordinator, who_answers
from corps.planning.ground import look_up
from corps.planning.options import Ground, Option, Why, build
from corps.planning.problem import Problem, Solution
from corps.refusals import Reason, Refused
from corps.teams import CategoryName, VenueName, list_categories, list_teams, suits, venue_in_use, venue_name
from models import Activity, Category, PlanProposal, Slot, Team
from models.enums import ProposalState


class Give(StrEnum):
    """What would have to give where something wanted can't be placed."""

    NO_TEAM = "no_team"
    NO_PEOPLE = "no_people"
    BARRED = "barred"
    NO_TIME = "no_time"
    TIGHT = "tight"


@dataclass(frozen=True)
class Shortage:
    """So many of a category found no place. `more` are teams that could be asked: those that were barred."""

    category: CategoryName
    unit: str
    number: int
    give: Give
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A proposed event with the reasons for it. `expertise` is what the roster says of the team."""

    id: int
    category: CategoryName
    team_id: int
    team: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    venue: VenueName
    place: str
    why: Why
    expertise: tuple[str, ...]
    state: ProposalState
    activity_id: int | None = None


@dataclass(frozen=True)
class Barred:
    """A team that is not to be proposed for a category this year."""

    proposal_id: int
    category: CategoryName
    team: str


@dataclass(frozen=True)
class PlanView:
    """The open proposals of a year, what found no place, and who is left out. `unsolved`: the search failed."""

    year: int
    this_year: int
    proposals: tuple[Proposal, ...]
    shortages: tuple[Shortage, ...]
    barred: tuple[Barred, ...]
    unsolved: bool = False
    proven: bool = True


@dataclass(frozen=True)
class Search:
    """What is to be found for a year: the options, and the problem of choosing among them."""

    year: int
    ground: Ground
    options: tuple[Option, ...]
    problem: Problem


def look(session: Session, actor: Actor, at: Moment, year: int | None = None) -> Search:
    """Return what is to be found for this year or the next; open proposals that fit no more are let go before."""
    demand_coordinator(actor)
    year = year or at.today().year
    if year not in (at.today().year, at.today().year + 1):
        raise Refused(Reason.GONE)
    _let_go(session, at, year)
    ground = look_up(session, at, year)
    return Search(year, ground, *build(ground))


def _let_go(session: Session, at: Moment, year: int) -> None:
    """End the open proposals whose day is too near by now, or whose team has something else on it."""
    ground = look_up(session, at, year)
    known = {team.id for team in ground.teams}
    taken = {(team, one.day) for one in ground.standing if not one.proposed for team in one.teams}
    for row in _rows(session, year, ProposalState.OPEN):
        fits = row.local_date >= ground.first and row.team_id in known and (row.team_id, row.local_date) not in taken
        if not fits:
            row.state = ProposalState.GONE
            session.add(row)
    session.flush()


def _rows(session: Session, year: int, state: ProposalState) -> list[PlanProposal]:
    rows = select(PlanProposal).where(PlanProposal.year == year, PlanProposal.state == state)
    return list(session.exec(rows.order_by(col(PlanProposal.starts_at), col(PlanProposal.id))).all())


def keep(session: Session, actor: Actor, at: Moment, search: Search, solution: Solution | None) -> PlanView:
    """Store what was found, as far as it is still missing, and return all open proposals."""
    demand_coordinator(actor)
    wanted = dict(look_up(session, at, search.year).missing)
    for place in solution.chosen if solution is not None else ():
        option = search.options[place]
        if wanted.get(option.category, 0) > 0:
            wanted[option.category] -= 1
            session.add(_row(at, search.year, option))
    session.flush()
    return _view(session, at, search, solution)


def next_ones(session: Session, actor: Actor, _at: Moment, year: int) -> dict[str, tuple[int, Proposal]]:
    """Return by category the first of a year's open proposals, with its place among them all."""
    demand_coordinator(actor)
    first: dict[str, tuple[int, PlanProposal]] = {}
    for place, row in enumerate(_rows(session, year, ProposalState.OPEN)):
        first.setdefault(row.category, (place, row))
    return {code: (place, proposal_of(session, row)) for code, (place, row) in first.items()}


def _row(at: Moment, year: int, option: Option) -> PlanProposal:
    starts, ends = (at.policy.zone.instant(dt.datetime.combine(option.day, t)) for t in (option.starts, option.ends))
    return PlanProposal(
        year=year, category=option.category, team_id=option.team, starts_at=starts, ends_at=ends,
        local_date=option.day, venue=option.venue, place=option.place, why=asdict(option.why),
        state=ProposalState.OPEN, made_at=at.now,
    )  # fmt: skip


def _view(session: Session, at: Moment, search: Search, solution: Solution | None) -> PlanView:
    ground = look_up(session, at, search.year)
    categories = {row.code: row for row in list_categories(session)}
    teams = {team.id: team.short_name for team in list_teams(session)}
    barred = {(row.category, row.team_id): row.id or 0 for row in _rows(session, search.year, ProposalState.BARRED)}
    shortages = [
        Shortage(CategoryName.of(categories[code]), categories[code].unit_zh, number, *_give(search, code, teams))
        for code, number in ground.missing.items()
        if number and code in categories
    ]
    return PlanView(
        year=search.year,
        this_year=at.today().year,
        proposals=tuple(proposal_of(session, row) for row in _rows(session, search.year, ProposalState.OPEN)),
        shortages=tuple(shortages) if solution is not None else (),
        barred=tuple(
            Barred(proposal_id, CategoryName.of(categories[code]), teams[team])
            for (code, team), proposal_id in barred.items()
            if code in categories and team in teams
        ),
        unsolved=solution is None,
        proven=solution is None or solution.proven,
    )


def _give(search: Search, code: str, teams: dict[int, str]) -> tuple[Give, tuple[str, ...]]:
    """Return what would have to give for one more of a category."""
    ground = search.ground
    suiting = [team for team in ground.teams if suits(team, code)]
    with_people = ground.suited(code)
    barred = tuple(teams[team.id] for team in with_people if (code, team.id) in ground.barred and team.id in teams)
    if not suiting:
        return Give.NO_TEAM, ()
    if not with_people:
        return Give.NO_PEOPLE, tuple(teams[team.id] for team in suiting if team.id in teams)
    if ground.first > ground.last:
        return Give.NO_TIME, ()
    return (Give.BARRED, barred) if barred else (Give.TIGHT, ())


def proposal_of(session: Session, row: PlanProposal) -> Proposal:
    """Return a stored proposal as it is read."""
    category, team = session.get_one(Category, row.category), session.get_one(Team, row.team_id)
    return Proposal(
        id=row.id or 0,
        category=CategoryName.of(category),
        team_id=row.team_id,
        team=team.short_name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        venue=venue_name(session, row.venue),
        place=row.place,
        why=Why(**{**row.why, "day": DayKind(row.why["day"])}),
        expertise=tuple(team.expertise),
        state=row.state,
        activity_id=row.activity_id,
    )


def _open(session: Session, actor: Actor, proposal_id: int) -> PlanProposal:
    """Return an open proposal, locked. Raises Refused, with who decided it and when, for another."""
    demand_coordinator(actor)
    row = session.exec(select(PlanProposal).where(PlanProposal.id == proposal_id).with_for_update()).first()
    if row is None:
        raise Refused(Reason.GONE)
    if row.state is not ProposalState.OPEN:
        category = session.get_one(Category, row.category)
        name = category.name_zh if actor.language == "zh" else category.name_en
        raise Refused(Reason.ALREADY_DECIDED, f"plan:{row.id}", name=name)
    return row


def _decide(
    session: Session, actor: Actor, at: Moment, row: PlanProposal, state: ProposalState, action: str
) -> PlanProposal:
    row.state, row.decided_by, row.decided_at = state, actor.id, at.now
    session.add(row)
    after = {"category": row.category, "team": session.get_one(Team, row.team_id).short_name}
    audit.record(session, at, actor.id, action, f"plan:{row.id}", None, after)
    session.flush()
    return row


def year_of(session: Session, actor: Actor, _at: Moment, proposal_id: int) -> int | None:
    """Return the year of whose plan a proposal is one; None: there is none."""
    demand_coordinator(actor)
    row = session.get(PlanProposal, proposal_id)
    return row.year if row is not None else None


def take_another(session: Session, actor: Actor, at: Moment, proposal_id: int) -> int:
    """换一个: this team is not proposed for the category in that week any more. Returns the plan's year."""
    return _decide(session, actor, at, _open(session, actor, proposal_id), ProposalState.PASSED, "plan.pass").year


def never(session: Session, actor: Actor, at: Moment, proposal_id: int) -> int:
    """不排这个分团: the team is not proposed for the category any more this year. Returns the plan's year."""
    row = _decide(session, actor, at, _open(session, actor, proposal_id), ProposalState.BARRED, "plan.bar")
    for other in _rows(session, row.year, ProposalState.OPEN):
        if (other.category, other.team_id) == (row.category, row.team_id):
            other.state = ProposalState.GONE
            session.add(other)
    session.flush()
    return row.year


def afresh(session: Session, actor: Actor, at: Moment, year: int) -> int:
    """重新排: drop all open proposals of a year. Returns the year."""
    demand_coordinator(actor)
    for row in _rows(session, year, ProposalState.OPEN):
        row.state, row.decided_by, row.decided_at = ProposalState.GONE, actor.id, at.now
        session.add(row)
    audit.record(session, at, actor.id, "plan.afresh", f"year:{year}")
    session.flush()
    return year


def bring_back(session: Session, actor: Actor, at: Moment, proposal_id: int) -> int:
    """恢复: a team that was left out may be proposed again. Returns the plan's year."""
    demand_coordinator(actor)
    barred = session.get(PlanProposal, proposal_id)
    if barred is None:
        raise Refused(Reason.GONE)
    for row in _rows(session, barred.year, ProposalState.BARRED):
        if (row.category, row.team_id) == (barred.category, barred.team_id):
            _decide(session, actor, at, row, ProposalState.GONE, "plan.unbar")
    return barred.year


@dataclass(frozen=True)
class Accepted:
    """The outcome of 采纳: the draft's id, and who is asked whether it suits; nobody: no leader can be reached."""

    proposal: Proposal
    year: int
    activity_id: int
    asked: Office


def accept(session: Session, actor: Actor, at: Moment, proposal_id: int, no_place: str, role: str) -> Accepted:
    """采纳: it becomes a draft, with the roles of the last event of its category; the team's leader is asked.

    Args:
        session: The caller's.
        actor: The coordinator.
        at: Now.
        proposal_id: The proposal.
        no_place: What the draft says for a place that is still open.
        role: What helpers are called where there was no such event yet.
    """
    row = _open(session, actor, proposal_id)
    if row.starts_at <= at.now:
        raise Refused(Reason.TIME_PAST, title=session.get_one(Category, row.category).name_zh)
    plan = Plan(
        title=session.get_one(Category, row.category).name_zh,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place or no_place,
        venue=venue_in_use(session, row.venue),
        slots=_slots(session, row, role),
        team_ids=(row.team_id,),
    )
    row.activity_id = planning.draft(session, actor, at, plan)
    _decide(session, actor, at, row, ProposalState.ACCEPTED, "plan.accept")
    office = team_leaders(session, row, but=actor.id)
    asked = notices.Owed(Kind.PLAN_ASK, f"plan_ask:{row.id}", subject={"plan": row.id}, expires_at=row.starts_at)
    notices.owe(session, at, asked.to(office.people))
    return Accepted(proposal_of(session, row), row.year, row.activity_id, office)


def _slots(session: Session, row: PlanProposal, role: str) -> tuple[SlotPlan, ...]:
    """Return the slots of the last event of the category, to be filled by the proposal's team."""
    last = session.exec(
        select(Slot.activity_id)
        .join(Activity, col(Activity.id) == col(Slot.activity_id))
        .where(Slot.category == row.category, col(Activity.state).in_(ON))
        .order_by(col(Activity.starts_at).desc(), col(Activity.id).desc())
        .limit(1)
    ).first()
    slots = session.exec(
        select(Slot)
        .where(Slot.activity_id == last, Slot.category == row.category)
        .order_by(col(Slot.position), col(Slot.id))
    ).all()
    roles = {slot.role: SlotPlan(slot.role, row.category, slot.places, row.team_id) for slot in slots}
    return tuple(roles.values()) or (SlotPlan(role, row.category, 5, row.team_id),)


def team_leaders(session: Session, row: PlanProposal, but: int | None = None) -> Office:
    """Return the team's leaders who can be reached; a coordinator in their place knows the plan already."""
    office = who_answers(session, row.team_id, but=(but,))
    return office if office.people and not office.stands_in else Office((), hears=False)
