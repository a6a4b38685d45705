"""Everything stored about a person, for that person alone (志愿服务条例 21: for nobody else without consent)."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, or_, select
from sqlmodel import Session, col

from corps import member_addresses, ratings
from corps.addresses import Address
from corps.attendance.credited import credited
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from models import (
    Acknowledgement,
    Activity,
    Attendance,
    Audit,
    Broadcast,
    CalendarFeed,
    Certificate,
    Claim,
    Draft,
    HoursEntry,
    Invitation,
    Member,
    Notice,
    Objection,
    OwnHoursEntry,
    OwnService,
    PageDevice,
    Pairing,
    Report,
    RotationMember,
    RotationTurn,
    SignUp,
    Slot,
    Team,
)


@dataclass(frozen=True)
class DataEntry:
    """Something that happened: when, our word for it, and what it is about."""

    at: dt.datetime
    word: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldAddress:
    """Where the person can be written to: in which channel, since when, and since when not."""

    address: Address
    since: dt.datetime
    unreachable_since: dt.datetime | None
    preferred: bool


@dataclass(frozen=True)
class PersonalData:
    """Everything stored about one person. `chapters` are in a good order for reading."""

    member_id: int
    addresses: tuple[HeldAddress, ...]
    name: str
    nickname: str
    team: str
    status: str
    roles: tuple[str, ...]
    language: str
    consent_version: str
    consented_at: dt.datetime | None
    since: dt.datetime
    reminders: bool
    refused_leads: tuple[int, ...]
    paused_until: dt.datetime | None
    unreachable_since: dt.datetime | None
    minutes: int
    rounding: Rounding
    chapters: dict[str, list[DataEntry]]


def everything(session: Session, actor: Actor, at: Moment) -> PersonalData:
    """Return everything stored about the person. Raises Refused for a stranger, about whom nothing is stored."""
    member = session.get(Member, actor.id)
    if member is None:
        raise Refused(Reason.NOT_MEMBER)
    rows = credited(at.policy.rounding, col(HoursEntry.member_id) == actor.id)
    total = session.scalar(select(func.sum(rows.c.minutes)))
    addresses = member_addresses.known(session, [actor.id]).get(actor.id, [])
    roles = [word for word, on in (("leader", member.is_leader), ("coordinator", member.is_coordinator)) if on]
    return PersonalData(
        member_id=actor.id,
        addresses=tuple(HeldAddress(one.address, one.since, one.unreachable_since, one.preferred) for one in addresses),
        name=member.name,
        nickname=member.nickname,
        team=actor.team_name,
        status=member.status.value,
        roles=tuple(roles),
        language=actor.language,
        consent_version=member.consent_version or "",
        consented_at=member.consented_at,
        since=member.created_at,
        reminders=member.reminders,
        refused_leads=tuple(member.lead_minutes or ()),
        paused_until=member.paused_until,
        unreachable_since=member_addresses.lost_since(session, [actor.id]).get(actor.id),
        minutes=int(total or 0),
        rounding=at.policy.rounding,
        chapters=_chapters(session, actor.id, [one.address for one in addresses]),
    )


def _chapters(session: Session, member: int, addresses: list[Address]) -> dict[str, list[DataEntry]]:
    chapters: dict[str, list[DataEntry]] = {}
    for chapter, statement in (*_served(member), *_handed_in(member), *_made(member), *_said(member, addresses)):
        rows = session.execute(statement).all()
        entries = [DataEntry(at, str(word), tuple(map(_text, about))) for at, word, *about in rows if at]
        chapters.setdefault(chapter, []).extend(entries)
    chapters["ratings"] = [
        DataEntry(activity.ends_at, str(rating.stars), (activity.title, rating.words))
        for activity, rating in ratings.given_by(session, member)
    ]
    return {chapter: sorted(entries, key=lambda entry: entry.at) for chapter, entries in chapters.items()}


def _text(value: object) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return "" if value is None else str(value)


Asked = Iterator[tuple[str, Select[*tuple[Any, ...]]]]
"""Chapter and statement. The statement's columns: when, a word, and what it is about."""


def _served(member: int) -> Asked:
    """Read the person's sign-ups, attendance and hours."""
    yield (
        "sign_ups",
        select(col(SignUp.created_at), col(SignUp.state), col(Activity.title), col(Slot.role))
        .join(Slot, col(Slot.id) == col(SignUp.slot_id))
        .join(Activity, col(Activity.id) == col(SignUp.activity_id))
        .where(col(SignUp.member_id) == member),
    )
    yield (
        "attendance",
        select(col(Attendance.marked_at), col(Attendance.state), col(Activity.title), col(Attendance.source))
        .join(Activity, col(Activity.id) == col(Attendance.activity_id))
        .where(col(Attendance.member_id) == member),
    )
    yield (
        "hours",
        select(
            col(HoursEntry.at),
            col(HoursEntry.source),
            col(Activity.title),
            col(HoursEntry.minutes),
            col(HoursEntry.reason),
        )
        .join(Activity, col(Activity.id) == col(HoursEntry.activity_id))
        .where(col(HoursEntry.member_id) == member),
    )


def _handed_in(member: int) -> Asked:
    """Read the service elsewhere that the person has handed in, and what is credited for it."""
    yield (
        "own_hours",
        select(
            col(OwnService.handed_in_at),
            col(OwnService.state),
            col(OwnService.title),
            col(OwnService.place),
            col(OwnService.minutes),
            col(OwnService.reason),
        ).where(col(OwnService.member_id) == member),
    )
    yield (
        "own_hours",
        select(col(OwnHoursEntry.at), literal("credited"), col(OwnHoursEntry.minutes), col(OwnHoursEntry.reason)).where(
            col(OwnHoursEntry.member_id) == member
        ),
    )


def _made(member: int) -> Asked:
    """Read what the person has made: activities, reports and the like."""
    made: dict[str, Select[*tuple[Any, ...]]] = {
        "activity": select(col(Activity.created_at), col(Activity.title)).where(col(Activity.created_by) == member),
        "claim": select(col(Claim.at), col(Slot.role))
        .join(Slot, col(Slot.id) == col(Claim.slot_id))
        .where(col(Claim.member_id) == member),
        "report": select(col(Report.submitted_at), col(Activity.title), col(Report.words))
        .join(Activity, col(Activity.id) == col(Report.activity_id))
        .where(col(Report.reporter_id) == member),
        "verify": select(col(Report.decided_at), col(Activity.title))
        .join(Activity, col(Activity.id) == col(Report.activity_id))
        .where(col(Report.verifier_id) == member),
        "broadcast": select(col(Broadcast.created_at), col(Broadcast.html)).where(col(Broadcast.sender_id) == member),
        "pairing": select(col(Pairing.registered_at), col(Pairing.partner)).where(col(Pairing.registered_by) == member),
        "objection": select(col(Objection.at), col(Objection.reason), col(Objection.answer)).where(
            col(Objection.member_id) == member
        ),
        "calendar_feed": select(col(CalendarFeed.created_at), col(CalendarFeed.scope)).where(
            col(CalendarFeed.member_id) == member
        ),
        "certificate": select(col(Certificate.asked_at), col(Certificate.state), col(Certificate.number)).where(
            col(Certificate.member_id) == member
        ),
        "rotation": select(col(RotationMember.agreed_at)).where(col(RotationMember.member_id) == member),
        "turn": select(col(RotationTurn.asked_at), col(RotationTurn.state)).where(
            col(RotationTurn.member_id) == member
        ),
        "invitation": select(col(Invitation.created_at), col(Team.name))
        .join(Team, col(Team.id) == col(Invitation.team_id))
        .where(col(Invitation.created_by) == member),
    }
    for word, statement in made.items():
        at, *about = statement.selected_columns
        yield "made", statement.with_only_columns(at, literal(word), *about)


def _said(member: int, addresses: list[Address]) -> Asked:
    """Read the messages sent to the person, what they acknowledged, what is half filled in, and the audit rows."""
    yield (
        "acknowledged",
        select(col(Acknowledgement.at), literal("acknowledged"), col(Broadcast.html))
        .join(Broadcast, col(Broadcast.id) == col(Acknowledgement.broadcast_id))
        .where(col(Acknowledgement.member_id) == member),
    )
    yield (
        "notices",
        select(col(Notice.created_at), col(Notice.kind), col(Notice.state)).where(col(Notice.member_id) == member),
    )
    yield (
        "drafts",
        # A file that waits to be imported holds other people's names, and none of the person's own data.
        select(col(Draft.updated_at), col(Draft.kind), col(Draft.data)).where(
            col(Draft.address).in_(addresses), col(Draft.kind) != "import"
        ),
    )
    yield (
        "devices",
        select(col(PageDevice.created_at), literal("device"), col(PageDevice.kind), col(PageDevice.seen_at)).where(
            col(PageDevice.address).in_(addresses)
        ),
    )
    yield (
        "trace",
        select(col(Audit.at), col(Audit.action), col(Audit.subject), col(Audit.before), col(Audit.after)).where(
            or_(
                col(Audit.actor_id) == member,
                col(Audit.subject) == f"member:{member}",
                col(Audit.subject).like(f"%/member:{member}"),
            )
        ),
    )
