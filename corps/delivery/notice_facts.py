"""What a notice says is looked up when it goes out, so that it is true then, or is not sent at all.

What many notices of one batch ask for is looked up once: a card for a thousand people is one card, not a thousand.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from sqlmodel import Session, col, select

from corps import groups, member_addresses
from corps.activities import cards
from corps.activities.places import HOLDS_PLACE
from corps.activities.stages import Stage
from corps.addresses import Address
from corps.attendance import reports
from corps.broadcasts import copies
from corps.changes import change_notices
from corps.delivery.merging import tellers
from corps.membership import joining, roles
from corps.moment import Moment
from corps.notices import Due
from corps.notices.kinds import Kind
from corps.pairings import pairing_cards
from corps.people import Actor, recognise
from corps.quotas import digests
from corps.refusals import Refused
from corps.signups.slots import overlapping
from corps.signups.waitlist import still_told
from models import Activity, Attendance, Member, SignUp, Team
from models.enums import ActivityState, SignUpState

T = TypeVar("T")


class Lookups:
    """Remembers answers for as long as one transaction lasts."""

    def __init__(self, session: Session, at: Moment) -> None:
        self._session = session
        self._at = at
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, look: Callable[[], T]) -> T:
        """Return what `look` returns, looked up the first time only."""
        if key not in self._known:
            self._known[key] = look()
        return cast("T", self._known[key])

    def actor(self, address: Address) -> Actor:
        """Return the person at an address."""
        return self.once(("actor", address), lambda: recognise(self._session, self._at, address))

    def card(self, actor: Actor, activity_id: int) -> cards.Card:
        """Return an activity's card as `actor` sees it.

        What a card shows depends on the person's team and roles, and on what they hold in the activity:
        those of one team and role who hold nothing there see the same card.
        """
        involved = self.once(("involved", activity_id), lambda: self._involved(activity_id))
        who: Hashable = (actor.team_id, actor.is_leader, actor.is_coordinator, actor.status)
        if actor.member_id in involved:
            who = actor.member_id
        return self.once(("card", activity_id, who), lambda: cards.see(self._session, actor, self._at, activity_id))

    def _involved(self, activity_id: int) -> frozenset[int]:
        """Return the members with a sign-up or an attendance in the activity."""
        held = select(SignUp.member_id).where(SignUp.activity_id == activity_id)
        came = select(Attendance.member_id).where(Attendance.activity_id == activity_id)
        return frozenset(self._session.exec(held).all()) | frozenset(self._session.exec(came).all())


@dataclass(frozen=True)
class Facts:
    """What a notice's view needs: the person, and whatever its kind is about."""

    actor: Actor
    card: cards.Card | None = None
    report: reports.ReportCard | None = None
    applicant: joining.Applicant | None = None
    person: str = ""
    team: str = ""
    clash: str = ""
    corps_digest: digests.CorpsDigest | None = None
    team_digest: digests.TeamDigest | None = None
    pairing: pairing_cards.PairingCard | None = None
    copy: copies.Copy | None = None


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
    said = [due for due in parcel if due.id in facts]
    talking = [_whole(due, said) for due in tellers(said)]
    if not talking:
        return Letter(parcel[0], None, moot=moot)
    first, *others = talking
    more = tuple((other, facts[other.id]) for other in others)
    return Letter(first, facts[first.id], more, tuple(facts), moot)


def _whole(due: Due, said: Sequence[Due]) -> Due:
    """Return a word of changes with all that the others of its activity would have said: one tells, all end sent."""
    if due.kind is not Kind.CHANGED:
        return due
    same = [other for other in said if other.kind is Kind.CHANGED and other.activity_id == due.activity_id]
    return replace(due, subject=change_notices.together([one.subject for one in sorted(same, key=lambda one: one.id)]))


def load(session: Session, at: Moment, due: Due, lookups: Lookups | None = None) -> Facts | None:
    """Return the facts of a notice as they are now. None when it no longer makes sense."""
    try:
        return _load(session, at, due, lookups or Lookups(session, at))
    except Refused:
        # Whoever it was for may not see this any longer: no coordinator now, another team, the activity gone.
        return None


def _load(session: Session, at: Moment, due: Due, lookups: Lookups) -> Facts | None:
    if due.member_id is None:
        if not groups.is_of(session, due.address, due.subject.get("team")):
            return None  # tied to another team since, or to none: what is the team's is not for whoever is there now
        actor = groups.guest(at, due.address, due.subject.get("team"))
    else:
        actor = lookups.actor(due.address)
    if due.kind in copies.KINDS:
        copy = copies.load(session, actor, due)
        return None if copy is None else Facts(actor, copy=copy)
    card = lookups.card(actor, due.activity_id) if due.activity_id is not None else None
    if (card is not None and not _still_so(session, at, due, card)) or not _person_still_so(session, due, actor):
        return None
    return _of_kind(session, at, due, actor, card)


def _of_kind(session: Session, at: Moment, due: Due, actor: Actor, card: cards.Card | None) -> Facts | None:
    match due.kind:
        case Kind.JOIN_REQUEST:
            applicant = joining.find_applicant(session, due.subject["applicant"])
            return Facts(actor, applicant=applicant) if applicant else None
        case Kind.VERIFY_REQUEST | Kind.RETURNED | Kind.VERIFIED:
            report = reports.read(session, actor, at, due.activity_id or 0)
            decidable = report is not None and (due.kind is not Kind.VERIFY_REQUEST or report.may_decide)
            return Facts(actor, card, report) if decidable else None
        case Kind.PAIRING_REQUEST | Kind.PAIRING_DECIDED:
            pairing = _pairing(session, actor, at, due)
            return Facts(actor, pairing=pairing) if pairing else None
        case Kind.QUOTA | Kind.TEAM_DIGEST:
            return _digest(session, actor, at, due)
        case Kind.CHANGED:
            return Facts(actor, card, clash=_clash(session, due))
        case _:
            person, team = _names(session, due.subject)
            return Facts(actor, card, person=person, team=team)


def _names(session: Session, subject: dict[str, Any]) -> tuple[str, str]:
    """Return the names of the member and the team (else the one left) a notice is about, as they are now."""
    member = session.get(Member, subject["member"]) if subject.get("member") else None
    team_id = subject.get("team") or subject.get("from")
    team = session.get(Team, team_id) if team_id else None
    return member.name if member else "", team.name if team else ""


def _person_still_so(session: Session, due: Due, actor: Actor) -> bool:
    """Tell whether a notice about a person is still true, and its reader still one who may read that name."""
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
            gone = member_addresses.lost_since(session, [subject["member"]])
            return lost is not None and bool(gone) and actor.manages(lost.team_id)
        case Kind.JOIN_REQUEST:
            applicant = session.get(Member, subject["applicant"])
            return applicant is not None and actor.manages(applicant.team_id)
        case Kind.LATE_WITHDRAWAL:
            return actor.manages(subject.get("team"))
        case Kind.ALARM | Kind.ALARM_OVER | Kind.ROSTER:
            return actor.is_coordinator
        case _:
            return True


def _clash(session: Session, due: Due) -> str:
    """Return the title of another activity in which the person is expected at the time, if there is one."""
    activity = session.get(Activity, due.activity_id)
    if activity is None or due.member_id is None:
        return ""
    own = session.exec(
        select(SignUp.id).where(
            SignUp.activity_id == activity.id, SignUp.member_id == due.member_id, col(SignUp.state).in_(HOLDS_PLACE)
        )
    ).first()
    other = overlapping(session, due.member_id, activity, but=own) if own is not None else None
    return other.title if other is not None else ""


def _still_so(session: Session, at: Moment, due: Due, card: cards.Card) -> bool:
    """Tell whether a notice about an activity still makes sense."""
    live = card.state is ActivityState.PUBLISHED
    if due.kind is Kind.CARD:
        return card.stage is Stage.AHEAD
    if due.kind is Kind.REMINDER:
        row = session.get(SignUp, due.subject["sign_up"])
        moved = int(card.starts_at.timestamp()) != due.subject["starts"]
        return card.stage is Stage.AHEAD and not moved and row is not None and row.state is SignUpState.GOING
    if due.kind is Kind.OFFER:
        return live and still_told(session, at, due.subject)
    if due.kind is Kind.UNFILLED:
        return card.stage is Stage.AHEAD and any(slot.free and _is_asked(due, slot) for slot in card.slots)
    if due.kind is Kind.REPORT_REQUEST:
        return live and card.may_report
    if due.kind is Kind.INVITE:
        return card.stage is Stage.AHEAD and all(slot.mine is None for slot in card.slots)
    if due.kind is Kind.CANCELLED:
        return card.state is ActivityState.CANCELLED
    if due.kind in (Kind.CHANGED, Kind.CLAIMED):
        return live
    return True


def _is_asked(due: Due, slot: cards.SlotCard) -> bool:
    """Tell whether a call for free places is about that slot: to a group, about those of its own team."""
    if due.member_id is not None:
        return True
    return not slot.open if slot.team_id is None else slot.team_id == due.subject["team"]


def _pairing(session: Session, actor: Actor, at: Moment, due: Due) -> pairing_cards.PairingCard | None:
    """Return the pairing a notice is about, None when it has moved on or the reader's role has gone."""
    if not (actor.is_leader or actor.is_coordinator):
        return None
    card = pairing_cards.see(session, actor, at, due.subject["pairing"])
    asks = due.kind is Kind.PAIRING_REQUEST
    return None if card.round != due.subject["round"] or (asks and not card.may_decide) else card


def _digest(session: Session, actor: Actor, at: Moment, due: Due) -> Facts | None:
    """Return the digest of the reader's role as it is now, None when there is nothing left to read."""
    if due.member_id is None:
        shown = digests.for_group(session, at, due.subject["team"])
        return Facts(actor, team_digest=shown) if shown is not None else None
    if due.kind is Kind.QUOTA:
        return Facts(actor, corps_digest=digests.for_corps(session, at, actor)) if actor.is_coordinator else None
    if not actor.is_leader or actor.team_id is None:
        return None
    digest = digests.for_team(session, at, actor.team_id)
    return None if digest is None or digest.empty else Facts(actor, team_digest=digest)
