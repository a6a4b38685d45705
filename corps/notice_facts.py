"""What a notice says is looked up when it goes out, so that it is true then, or is not sent at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from corps import cards, joining, quotas, reports, roles
from corps.lookups import Lookups
from corps.merging import tellers
from corps.moment import Moment
from corps.notice_kinds import Kind
from corps.notices import Due
from corps.people import Actor
from corps.refusals import Refused
from models import Member, SignUp, Team
from models.words import ActivityState, SignUpState


@dataclass(frozen=True)
class Facts:
    """What a notice's view needs: the person, and whatever its kind is about."""

    actor: Actor
    card: cards.Card | None = None
    report: reports.ReportCard | None = None
    applicant: joining.Applicant | None = None
    quota: quotas.Quota | None = None
    person: str = ""
    team: str = ""


@dataclass(frozen=True)
class Letter:
    """One message ready to be worded: who talks, with the facts; `more` are others in the same list.

    `ids` are all notices that end with this message, `moot` those that end unsent.
    """

    due: Due
    facts: Facts | None
    more: tuple[tuple[Due, Facts], ...] = ()
    ids: tuple[int, ...] = ()
    moot: tuple[int, ...] = ()


def open_all(session: Session, at: Moment, parcels: Sequence[tuple[Due, ...]]) -> list[Letter]:
    """Return a letter for each parcel. One whose `facts` are None has nothing left to say."""
    lookups = Lookups(session, at)
    return [_open(session, at, parcel, lookups) for parcel in parcels]


def _open(session: Session, at: Moment, parcel: tuple[Due, ...], lookups: Lookups) -> Letter:
    facts = {due.id: found for due in parcel if (found := load(session, at, due, lookups)) is not None}
    moot = tuple(due.id for due in parcel if due.id not in facts)
    talking = tellers([due for due in parcel if due.id in facts])
    if not talking:
        return Letter(parcel[0], None, moot=moot)
    first, *others = talking
    more = tuple((other, facts[other.id]) for other in others)
    return Letter(first, facts[first.id], more, tuple(facts), moot)


def load(session: Session, at: Moment, due: Due, lookups: Lookups | None = None) -> Facts | None:
    """Return the facts of a notice as they are now. None when it no longer makes sense."""
    try:
        return _load(session, at, due, lookups or Lookups(session, at))
    except Refused:
        # Whoever it was for may not see this any longer: no coordinator now, another team, the activity gone.
        return None


def _load(session: Session, at: Moment, due: Due, lookups: Lookups) -> Facts | None:
    actor = lookups.actor(due.telegram_id)
    card = None
    if due.activity_id is not None:
        card = lookups.card(actor, due.activity_id)
        if not _still_so(session, due, card):
            return None
    if not _person_still_so(session, due, actor):
        return None
    applicant = None
    if due.kind is Kind.JOIN_REQUEST:
        applicant = joining.find_applicant(session, due.subject["applicant"])
        if applicant is None:
            return None
    report = None
    if due.kind in (Kind.VERIFY_REQUEST, Kind.RETURNED, Kind.VERIFIED) and due.activity_id is not None:
        report = reports.read(session, actor, at, due.activity_id)
        if report is None or (due.kind is Kind.VERIFY_REQUEST and not report.may_decide):
            return None
    quota = lookups.once("quota", lambda: quotas.tally(session, at)) if due.kind is Kind.QUOTA else None
    person, team = _names(session, due.subject)
    return Facts(actor, card, report, applicant, quota, person, team)


def _names(session: Session, subject: dict[str, Any]) -> tuple[str, str]:
    """Return the names of the member and the team (else the one left) a notice is about, as they are now."""
    member = session.get(Member, subject["member"]) if subject.get("member") else None
    team_id = subject.get("team") or subject.get("from")
    team = session.get(Team, team_id) if team_id else None
    return member.name if member else "", team.name if team else ""


def _person_still_so(session: Session, due: Due, actor: Actor) -> bool:
    """Tell whether a notice about somebody's place in the corps is still true."""
    subject = due.subject
    match due.kind:
        case Kind.ROLE:
            return roles.still_so(session, due.member_id, subject["role"], on=subject["on"])
        case Kind.MOVED:
            return actor.is_member and actor.team_id == subject["team"]
        case Kind.MOVED_IN:
            member = session.get(Member, subject["member"])
            return member is not None and member.team_id == subject["team"] and actor.manages(subject["team"])
        case Kind.DISMISSED:
            return not actor.is_member
        case Kind.UNREACHABLE:
            lost = session.get(Member, subject["member"])
            return lost is not None and lost.unreachable_since is not None
        case Kind.ALARM | Kind.ALARM_OVER:
            return actor.is_member and actor.is_coordinator
        case _:
            return True


def _still_so(session: Session, due: Due, card: cards.Card) -> bool:
    """Tell whether a notice about an activity still makes sense."""
    live = card.state is ActivityState.PUBLISHED
    if due.kind is Kind.CARD:
        return live and not card.started
    if due.kind is Kind.REMINDER:
        row = session.get(SignUp, due.subject["sign_up"])
        moved = int(card.starts_at.timestamp()) != due.subject["starts"]
        return live and not card.started and not moved and row is not None and row.state is SignUpState.GOING
    if due.kind is Kind.OFFER:
        row = session.get(SignUp, due.subject["sign_up"])
        return live and row is not None and row.state is SignUpState.OFFERED and row.offers == due.subject["offer"]
    if due.kind is Kind.REPORT_REQUEST:
        return live and card.may_report
    return True
