"""Rural-aid pairings (助农结对): registered by one person, confirmed by another, and only then they count."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from corps import audit, notices
from corps.moment import Moment
from corps.notices import offices
from corps.notices.kinds import Kind
from corps.people import Actor, Office, demand_coordinator, heard, who_holds
from corps.refusals import Reason, Refused
from corps.second_person import Deed, demand_second, second_person
from corps.sql import some
from corps.teams import demand_teams_in_use
from models import Activity, Member, Notice, Pairing, Team, Visit
from models.enums import ActivityState, PairingCounts, PairingState


def counts(row: Pairing, rule: PairingCounts, *, visited: bool) -> bool:
    """Tell whether a pairing counts in its year: it is confirmed, and lasted, and (by `rule`) was `visited` in it.

    One that ends within its own year was no lasting tie; one that ends later has been, and a year that is over
    keeps its number.
    """
    if rule is PairingCounts.VISITED and not visited:
        return False
    if row.state is PairingState.ENDED:
        return row.ended_on is not None and row.ended_on.year > row.year
    return row.state is PairingState.CONFIRMED


def counted(year: int, rule: PairingCounts) -> ColumnElement[bool]:
    """Return `counts` as a condition on the pairings of one year."""
    lasted = and_(col(Pairing.state) == PairingState.ENDED, col(Pairing.ended_on) > dt.date(year, 12, 31))
    stands = and_(col(Pairing.year) == year, or_(col(Pairing.state) == PairingState.CONFIRMED, lasted))
    return and_(stands, visited()) if rule is PairingCounts.VISITED else stands


def visited() -> ColumnElement[bool]:
    """Return the condition that a pairing was visited in its year: deeds count, so the visit's report is verified."""
    held = some(
        col(Visit.pairing_id) == col(Pairing.id),
        col(Activity.id) == col(Visit.activity_id),
        col(Activity.state) == ActivityState.VERIFIED,
        col(Activity.year) == col(Pairing.year),
    )
    return held.correlate(Pairing)


def is_waiting() -> ColumnElement[bool]:
    """Return the condition that a pairing waits for its second person: it does not count yet, and may."""
    return col(Pairing.state) == PairingState.REGISTERED


NAME_MAX = 80
REASON_MAX = 300
LIVE = (PairingState.REGISTERED, PairingState.CONFIRMED)


@dataclass(frozen=True)
class PairingPlan:
    """What is said about a pairing. `since` is a local date; its year is the one the pairing counts in."""

    team_id: int
    partner: str
    place: str
    since: dt.date


@dataclass(frozen=True)
class Registered:
    """The outcome of a registration. `office` is asked to confirm it; nobody in it: there is no second person."""

    id: int
    office: Office


def demand_registrar(actor: Actor, team_id: int | None) -> None:
    """Raise Refused unless `actor` may register for that team: its leader, or any coordinator."""
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)


def register(session: Session, actor: Actor, at: Moment, plan: PairingPlan, again: int | None = None) -> Registered:
    """Hand in a pairing, or (`again`: its id) a returned one once more; another coordinator is asked to confirm it."""
    demand_registrar(actor, plan.team_id)
    if plan.since > at.today():
        raise Refused(Reason.INCOMPLETE)
    demand_teams_in_use(session, [plan.team_id])
    team = session.exec(select(Team).where(Team.id == plan.team_id).with_for_update()).first()
    if team is None:
        raise Refused(Reason.GONE)
    if same := twins(session, plan.partner, col(Pairing.team_id) == plan.team_id):
        raise Refused(Reason.ALREADY_PAIRED, f"pairing:{same[0].id}", title=plan.partner)
    row = _returned(session, actor, again) if again else None
    row = row or Pairing(
        team_id=plan.team_id, partner="", since=plan.since, year=0, state=PairingState.REGISTERED, round=0,
        registered_by=actor.id, registered_at=at.now,
    )  # fmt: skip
    row.team_id, row.partner, row.place = plan.team_id, plan.partner, plan.place
    row.since, row.year, row.round = plan.since, plan.since.year, row.round + 1
    row.state, row.registered_by, row.registered_at = PairingState.REGISTERED, actor.id, at.now
    session.add(row)
    session.flush()
    after = {"partner": row.partner, "place": row.place, "since": row.since.isoformat(), "team": team.short_name}
    audit.record(session, at, actor.id, "pairing.register", f"pairing:{row.id}", None, after)
    return Registered(row.id or 0, _ask(session, at, row))


def registering(row: Pairing) -> Deed:
    """Return who registered a pairing, and when."""
    return Deed(row.registered_by, row.registered_at)


def deciders(session: Session, row: Pairing) -> Office:
    """Return who may confirm a pairing or return it: the coordinators who can be reached, but who registered it."""
    return second_person(session, registering(row))


def _ask(session: Session, at: Moment, row: Pairing) -> Office:
    office = deciders(session, row)
    notices.owe(session, at, _request(row).to(office.people))
    return office


def requests(session: Session) -> list[tuple[notices.Owed, Office]]:
    """Return what waits to be confirmed, with who may do it."""
    rows = session.exec(select(Pairing).where(is_waiting()).order_by(col(Pairing.id))).all()
    return [(_request(row), deciders(session, row)) for row in rows]


def _request(row: Pairing) -> notices.Owed:
    subject = {"pairing": row.id, "round": row.round}
    return notices.Owed(Kind.PAIRING_REQUEST, f"pairing:{row.id}:{row.round}", subject=subject)


def twins(session: Session, partner: str, *conditions: Any) -> list[Pairing]:  # noqa: ANN401 - SQLAlchemy's expressions
    """Return the live pairings with a partner of that name that meet `conditions`."""
    same = select(Pairing).where(Pairing.partner == partner, col(Pairing.state).in_(LIVE))
    return list(session.exec(same.where(*conditions)).all())


def _lock(session: Session, pairing_id: int) -> Pairing:
    row = session.exec(select(Pairing).where(Pairing.id == pairing_id).with_for_update()).first()
    if row is None:
        raise Refused(Reason.GONE)
    return row


def _returned(session: Session, actor: Actor, pairing_id: int) -> Pairing:
    row = _lock(session, pairing_id)
    demand_registrar(actor, row.team_id)
    if row.state is not PairingState.RETURNED:
        raise Refused(Reason.ALREADY_SENT, f"pairing:{row.id}", title=row.partner)
    return row


def demand_decidable(session: Session, actor: Actor, pairing_id: int) -> Pairing:
    """Return the pairing, locked, if `actor` may confirm or return it now. Raises Refused otherwise."""
    demand_coordinator(actor)
    row = _lock(session, pairing_id)
    if row.state is not PairingState.REGISTERED:
        decided = audit.last_change(session, actor, f"pairing:{row.id}")
        raise Refused(Reason.ALREADY_DECIDED, name=row.partner, **decided)
    demand_second(session, actor, registering(row))
    return row


def confirm(session: Session, actor: Actor, at: Moment, pairing_id: int) -> None:
    """确认: it counts from now on, and whoever registered it is told."""
    row = demand_decidable(session, actor, pairing_id)
    row.state, row.confirmed_by, row.confirmed_at = PairingState.CONFIRMED, actor.id, at.now
    session.add(row)
    audit.record(session, at, actor.id, "pairing.confirm", f"pairing:{row.id}")
    _tell_registrar(session, at, row, actor.id)


def send_back(session: Session, actor: Actor, at: Moment, pairing_id: int, reason: str) -> Office:
    """退回 with the reason; whoever registered it can correct it and hand it in again. Returns who is told."""
    row = demand_decidable(session, actor, pairing_id)
    row.state, row.return_reason = PairingState.RETURNED, reason
    session.add(row)
    audit.record(session, at, actor.id, "pairing.return", f"pairing:{row.id}", None, {"reason": row.return_reason})
    return _tell_registrar(session, at, row, actor.id)


def keepers(session: Session, row: Pairing, by: int | None) -> Office:
    """Return who hears what `by` has decided on a pairing: who registered it; of one to correct, who stands in."""
    registrar = session.get(Member, row.registered_by)
    if row.state is not PairingState.RETURNED and registrar is not None:
        return heard(session, registrar)
    return who_holds(session, row.registered_by, (row.team_id,), but=(by,))


def _tell_registrar(session: Session, at: Moment, row: Pairing, by: int) -> Office:
    """Tell who registered it, and stop asking the others. Returns who is told."""
    requests = col(Notice.key).startswith(f"pairing:{row.id}:{row.round}:", autoescape=True)
    notices.cancel_owed(session, "decided", col(Notice.kind) == Kind.PAIRING_REQUEST.value, requests)
    key, subject = f"pairing_decided:{row.id}:{row.round}", {"pairing": row.id, "round": row.round, "by": by}
    office, registrar = keepers(session, row, by), session.get(Member, row.registered_by)
    word = notices.Owed(Kind.PAIRING_DECIDED, key, registrar, subject)
    notices.owe(session, at, offices.for_one(word, office))
    return office


def demand_endable(session: Session, actor: Actor, pairing_id: int) -> Pairing:
    """Return the pairing, locked, if `actor` may end it now. Raises Refused otherwise."""
    demand_coordinator(actor)
    row = _lock(session, pairing_id)
    if row.state is not PairingState.CONFIRMED:
        raise Refused(Reason.ALREADY_DECIDED, f"pairing:{row.id}", name=row.partner)
    return row


def end(session: Session, actor: Actor, at: Moment, pairing_id: int, reason: str) -> None:
    """结束 with a reason. Years that are over keep their number (see `counts`)."""
    row = demand_endable(session, actor, pairing_id)
    row.state, row.ended_by, row.ended_on = PairingState.ENDED, actor.id, at.today()
    row.end_reason = reason
    session.add(row)
    audit.record(session, at, actor.id, "pairing.end", f"pairing:{row.id}", None, {"reason": row.end_reason})
