"""What a notice says is looked up when it goes out, so that it is true then, or is not sent at all."""

from dataclasses import dataclass

from sqlmodel import Session

from corps import cards, joining, pairing_cards, quotas, reports
from corps.moment import Moment
from corps.notice_kinds import Kind
from corps.notices import Due
from corps.people import Actor, recognise
from models import SignUp
from models.words import ActivityState, SignUpState


@dataclass(frozen=True)
class Facts:
    """What a notice's view needs: the person, and whatever its kind is about."""

    actor: Actor
    card: cards.Card | None = None
    report: reports.ReportCard | None = None
    applicant: joining.Applicant | None = None
    quota: quotas.Quota | None = None
    pairing: pairing_cards.PairingCard | None = None


def load(session: Session, at: Moment, due: Due) -> Facts | None:
    """Return the facts of a notice as they are now. None when it no longer makes sense."""
    actor = recognise(session, at, due.telegram_id)
    card = None
    if due.activity_id is not None:
        card = cards.see(session, actor, at, due.activity_id)
        if not _still_so(session, due, card):
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
    quota = quotas.tally(session, at) if due.kind is Kind.QUOTA else None
    pairing = None
    if due.kind in (Kind.PAIRING_REQUEST, Kind.PAIRING_DECIDED):
        pairing = _pairing(session, actor, at, due)
        if pairing is None:
            return None
    return Facts(actor, card, report, applicant, quota, pairing)


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


def _pairing(session: Session, actor: Actor, at: Moment, due: Due) -> pairing_cards.PairingCard | None:
    """Return the pairing a notice is about, None when it has moved on or the reader's role has gone."""
    if not (actor.is_leader or actor.is_coordinator):
        return None
    card = pairing_cards.see(session, actor, at, due.subject["pairing"])
    asks = due.kind is Kind.PAIRING_REQUEST
    return None if card.round != due.subject["round"] or (asks and not card.may_decide) else card
