"""Pairings as people read them: one on its card, a year's in a list."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.pairings import visit_times
from corps.pairings.pairings import counts, deciders, keepers, registering, requests, twins, visited
from corps.pairings.visit_times import VisitLine
from corps.people import Actor, Named, Office, demand_leader_or_coordinator, name_for
from corps.refusals import Reason, Refused
from corps.second_person import took_part
from models import Notice, Pairing, Team
from models.enums import PairingCounts, PairingState


@dataclass(frozen=True)
class PairingCard:
    """A pairing as one person sees it. `also` names other teams that have registered a partner of that name.

    `may_keep`: the person records its visits and what is agreed. `visits` are the last ones; `idle_days`: for so many
    days there was none, 0 while that is no matter.
    """

    id: int
    team_id: int
    team: str
    partner: str
    place: str
    since: dt.date
    year: int
    state: PairingState
    registrar: Named
    confirmer: Named | None
    return_reason: str
    end_reason: str
    ended_on: dt.date | None
    also: tuple[str, ...]
    round: int
    may_decide: bool
    may_end: bool
    may_correct: bool
    mine: bool = False
    contact: str = ""
    agreed: str = ""
    until: dt.date | None = None
    may_keep: bool = False
    visits: tuple[VisitLine, ...] = ()
    idle_days: int = 0

    @property
    def sign(self) -> str:
        """The fingerprint of what 确认 confirms."""
        return audit.fingerprint(self.round, self.state.value, self.team_id, self.partner, self.place, self.since)


def see(session: Session, actor: Actor, at: Moment, pairing_id: int) -> PairingCard:
    """Return a pairing, for leaders and coordinators. Raises Refused when there is none."""
    demand_leader_or_coordinator(actor)
    row = session.get(Pairing, pairing_id)
    team = session.get(Team, row.team_id) if row else None
    if row is None or team is None:
        raise Refused(Reason.GONE)
    live = row.state is PairingState.REGISTERED
    others = twins(session, row.partner, col(Pairing.id) != row.id) if live else []
    names = select(Team.short_name).where(col(Team.id).in_({other.team_id for other in others}))
    return PairingCard(
        id=pairing_id,
        team_id=row.team_id,
        team=team.name,
        partner=row.partner,
        place=row.place,
        since=row.since,
        year=row.year,
        state=row.state,
        registrar=name_for(session, actor, row.registered_by, row.team_id),
        confirmer=name_for(session, actor, row.confirmed_by) if row.confirmed_by is not None else None,
        return_reason=row.return_reason,
        end_reason=row.end_reason,
        ended_on=row.ended_on,
        also=tuple(session.exec(names.order_by(col(Team.position))).all()) if others else (),
        round=row.round,
        may_decide=live and actor.is_coordinator and not took_part(session, registering(row), actor.member_id),
        may_end=actor.is_coordinator and row.state is PairingState.CONFIRMED,
        may_correct=row.state is PairingState.RETURNED and actor.manages(row.team_id),
        mine=row.registered_by == actor.member_id,
        contact=row.contact,
        agreed=row.agreed,
        until=row.until,
        may_keep=row.state is PairingState.CONFIRMED and actor.manages(row.team_id),
        visits=visit_times.last_visits(session, pairing_id),
        idle_days=visit_times.idle_days(session, at, [row]).get(pairing_id, 0),
    )


def _facts(question: Question) -> Parts | None:
    """Return the pairing, unless it has moved on; to be decided only by one who still may."""
    card = see(question.session, question.actor, question.at, question.due.subject["pairing"])
    asks = question.due.kind is Kind.PAIRING_REQUEST
    idle = not card.may_decide if asks else card.state is PairingState.RETURNED and not card.may_correct
    return None if card.round != question.due.subject["round"] or idle else (card,)


def _office(session: Session, notice: Notice) -> Office:
    row = session.exec(select(Pairing).where(Pairing.id == notice.subject["pairing"])).one()
    asks = notice.kind == Kind.PAIRING_REQUEST.value
    return deciders(session, row) if asks else keepers(session, row, notice.subject.get("by"))


declare(Kind.PAIRING_REQUEST, _facts, priority=4, keeps=14 * DAY, office=_office, waits=True, requests=requests)
declare(Kind.PAIRING_DECIDED, _facts, keeps=14 * DAY, office=_office, waits=True, single=True)


@dataclass(frozen=True)
class PairingLine:
    """A pairing in a list."""

    id: int
    team: str
    partner: str
    since: dt.date
    state: PairingState
    counts: bool
    last_visit: dt.date | None = None
    idle_days: int = 0


@dataclass(frozen=True)
class PairingList:
    """The pairings of a year, those that wait first, and the nearest other years that have some.

    `rule` is what makes one count.
    """

    year: int
    earlier: int | None
    later: int | None
    lines: tuple[PairingLine, ...]
    rule: PairingCounts = PairingCounts.CONFIRMED


def list_year(session: Session, actor: Actor, at: Moment, year: int | None = None) -> PairingList:
    """Return the pairings of a year (default: the local one), those waiting for a decision first."""
    demand_leader_or_coordinator(actor)
    year = year or at.today().year
    rows = session.exec(
        select(Pairing, Team.short_name, visited())
        .join(Team, col(Team.id) == col(Pairing.team_id))
        .where(Pairing.year == year)
        .order_by(col(Pairing.since), col(Pairing.id))
    ).all()
    order = list(PairingState)
    rule = at.policy.pairing_counts
    last, idle = visit_times.last_days(session), visit_times.idle_days(session, at, [row for row, _, _ in rows])
    found = [
        PairingLine(
            id=row.id or 0,
            team=team,
            partner=row.partner,
            since=row.since,
            state=row.state,
            counts=counts(row, rule, visited=visit),
            last_visit=last.get(row.id or 0),
            idle_days=idle.get(row.id or 0, 0),
        )
        for row, team, visit in rows
    ]
    others = {*session.exec(select(Pairing.year).distinct()).all(), at.today().year}
    return PairingList(
        year=year,
        earlier=max((other for other in others if other < year), default=None),
        later=min((other for other in others if other > year), default=None),
        lines=tuple(sorted(found, key=lambda line: order.index(line.state))),
        rule=rule,
    )
