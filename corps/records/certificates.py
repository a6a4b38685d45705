"""Records of service (志愿服务记录, 民政部令第67号): asked for, issued from what was verified, revocable.

Its fields are those of 民发〔2015〕149号. What it says is frozen when it is issued.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import audit, notices
from corps.attendance.credited import credited
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.open_hours import open_hours
from corps.own_hours.own_entries import credited_own
from corps.people import Actor, Office, demand_coordinator, lock_member
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from corps.second_person import Deed, demand_second, second_person, took_part
from corps.sql import hold
from models import Activity, Category, Certificate, HoursEntry, Member, Notice, OwnHoursEntry, OwnService, Slot, Team
from models.enums import CertificateState

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters of a number's end, so that nobody can guess the numbers of others; none is taken for another."""


class CertificatePeriod(StrEnum):
    """Which service a person asks a record of."""

    THIS_YEAR = "this"
    LAST_YEAR = "last"
    ALL = "all"


class RevokeReason(StrEnum):
    """Why an issued record no longer holds."""

    HOURS = "hours"
    MISTAKE = "mistake"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Service:
    """One activity in a record: `minutes` are those of the hours ledger, reversals taken off, rounded.

    `own`: it was elsewhere, and handed in by the person (补报).
    """

    day: dt.date
    title: str
    category: str
    role: str
    minutes: int
    own: bool = False


@dataclass(frozen=True)
class Content:
    """What a record says: of an issued one as it was then, of one that is asked for as it would be now.

    `open_minutes` are not in it: they still stand open to the team (公示).
    """

    name: str
    member_number: int
    team: str
    rounding: Rounding
    services: tuple[Service, ...]
    open_minutes: int = 0

    @property
    def minutes(self) -> int:
        """Minutes of all services."""
        return sum(service.minutes for service in self.services)

    @property
    def own_minutes(self) -> int:
        """Minutes of what was handed in."""
        return sum(service.minutes for service in self.services if service.own)


@dataclass(frozen=True)
class CertificateCard:
    """A record as its person or a coordinator sees it. `content` is None once the person is erased.

    `changed`: the hours ledger says something else by now than the record. `handler` is who issued it.
    """

    id: int
    state: CertificateState
    since: dt.date
    until: dt.date
    number: str
    minutes: int
    content: Content | None
    issuer: str
    contact: str
    handler: str
    issued_on: dt.date | None
    reason: str
    own: bool
    changed: bool
    may_decide: bool
    may_revoke: bool

    @property
    def sign(self) -> str:
        """The fingerprint of what stands above 开具."""
        return audit.fingerprint(self.content, self.since, self.until)


def _still_asked(question: Question) -> Parts | None:
    card = see(question.session, question.actor, question.at, question.due.subject["certificate"])
    return (card,) if card.state is CertificateState.ASKED else None


def _decided(question: Question) -> Parts | None:
    return (see(question.session, question.actor, question.at, question.due.subject["certificate"]),)


def asking(row: Certificate) -> Deed:
    """Return the asking for a record, to which whoever issues it is a second person."""
    return Deed(row.member_id, row.asked_at)


def _office(session: Session, notice: Notice) -> Office:
    return second_person(session, asking(session.get_one(Certificate, notice.subject["certificate"])))


def asked(session: Session) -> Sequence[Certificate]:
    """Return the records that are asked for, the oldest first."""
    waiting = select(Certificate).where(Certificate.state == CertificateState.ASKED)
    return session.exec(waiting.order_by(col(Certificate.asked_at), col(Certificate.id))).all()


def _requests(session: Session) -> list[tuple[notices.Owed, Office]]:
    return [(_notice(Kind.CERTIFICATE_REQUEST, row), second_person(session, asking(row))) for row in asked(session)]


declare(
    Kind.CERTIFICATE_REQUEST, _still_asked, priority=4, keeps=14 * DAY, office=_office, waits=True, requests=_requests
)
declare(Kind.CERTIFICATE_DECIDED, _decided)


def ask(session: Session, actor: Actor, at: Moment, period: CertificatePeriod) -> CertificateCard:
    """Ask for a record of one's service; the coordinators are told. Asking again shows what is asked for already."""
    member = lock_member(session, actor.id)
    open_one = select(Certificate).where(Certificate.member_id == actor.id, Certificate.state == CertificateState.ASKED)
    row = session.exec(open_one).first()
    if row is None:
        since, until = _span(session, at, member, period)
        services, still_open = _services(session, at, at.policy.rounding, actor.id, since, until)
        if not services:
            raise Refused(Reason.STILL_OPEN if still_open else Reason.NO_HOURS)
        row = Certificate(member_id=actor.id, state=CertificateState.ASKED, since=since, until=until, asked_at=at.now)
        session.add(row)
        session.flush()
        after = {"since": since.isoformat(), "until": until.isoformat()}
        audit.record(session, at, actor.id, "certificate.ask", f"certificate:{row.id}", None, after)
        notices.owe(session, at, _notice(Kind.CERTIFICATE_REQUEST, row).to(second_person(session, asking(row)).people))
    return see(session, actor, at, row.id or 0)


def _span(session: Session, at: Moment, member: Member, period: CertificatePeriod) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a period; all service begins with the first that is known."""
    today = at.today()
    match period:
        case CertificatePeriod.THIS_YEAR:
            return dt.date(today.year, 1, 1), today
        case CertificatePeriod.LAST_YEAR:
            return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)
        case _:
            first = (
                select(func.min(Activity.local_date))
                .join(HoursEntry, col(HoursEntry.activity_id) == col(Activity.id))
                .where(HoursEntry.member_id == member.id)
            )
            own = (
                select(func.min(OwnService.day))
                .join(OwnHoursEntry, col(OwnHoursEntry.own_id) == col(OwnService.id))
                .where(OwnService.member_id == member.id)
            )
            known = [day for day in (session.exec(first).one(), session.exec(own).one()) if day is not None]
            return min(known, default=today), today


def issue(session: Session, actor: Actor, at: Moment, certificate_id: int, shown: str = "") -> CertificateCard:
    """开具: freeze what the record says, give it its number, and tell the person. Nobody issues their own."""
    row = _demand_decidable(session, actor, certificate_id)
    card = see(session, actor, at, certificate_id)
    audit.demand_as_shown(session, actor, shown, card.sign, f"certificate:{certificate_id}")
    content = card.content
    if content is None or not content.services:
        raise Refused(Reason.STILL_OPEN if content is not None and content.open_minutes else Reason.NO_HOURS)
    row.year, row.serial = at.today().year, _next_serial(session, at)
    end = "".join(secrets.choice(_LETTERS) for _ in range(4))
    row.number = f"TX{row.year}-{row.serial:04d}-{end}"
    row.state, row.decided_by, row.decided_at = CertificateState.ISSUED, actor.id, at.now
    row.snapshot, row.minutes, row.issuer = _frozen(content, actor, at), content.minutes, at.policy.corps_name
    session.add(row)
    after = {"number": row.number, "minutes": row.minutes}
    audit.record(session, at, actor.id, "certificate.issue", f"certificate:{row.id}", None, after)
    _tell(session, at, row)
    return see(session, actor, at, certificate_id)


def decline(session: Session, actor: Actor, at: Moment, certificate_id: int) -> CertificateCard:
    """不开: the person is told."""
    row = _demand_decidable(session, actor, certificate_id)
    row.state, row.decided_by, row.decided_at = CertificateState.DECLINED, actor.id, at.now
    session.add(row)
    audit.record(session, at, actor.id, "certificate.decline", f"certificate:{row.id}")
    _tell(session, at, row)
    return see(session, actor, at, certificate_id)


def revoke(session: Session, actor: Actor, at: Moment, certificate_id: int, reason: RevokeReason) -> CertificateCard:
    """作废 with a reason: whoever asks about the number reads that it no longer holds. Twice is once."""
    demand_coordinator(actor)
    row = _find(session, certificate_id, lock=True)
    if row.state is CertificateState.ISSUED:
        row.state, row.reason = CertificateState.REVOKED, reason.value
        row.revoked_by, row.revoked_at = actor.id, at.now
        session.add(row)
        after = {"number": row.number, "reason": reason.value}
        audit.record(session, at, actor.id, "certificate.revoke", f"certificate:{row.id}", None, after)
        _tell(session, at, row)
    elif row.state is not CertificateState.REVOKED:
        raise Refused(Reason.GONE)
    return see(session, actor, at, certificate_id)


def see(session: Session, actor: Actor, at: Moment, certificate_id: int) -> CertificateCard:
    """Return a record, for its person and for coordinators."""
    row = _find(session, certificate_id)
    own = row.member_id == actor.member_id
    if not (own or actor.is_coordinator):
        raise Refused(Reason.NOT_ALLOWED)
    issued = row.state in (CertificateState.ISSUED, CertificateState.REVOKED)
    content = _thawed(row.snapshot) if issued else _content(session, at, row)
    frozen = row.snapshot or {}
    rounding = content.rounding if content is not None else at.policy.rounding
    now, _ = _services(session, at, rounding, row.member_id, row.since, row.until)
    return CertificateCard(
        id=certificate_id,
        state=row.state,
        since=row.since,
        until=row.until,
        number=row.number or "",
        minutes=row.minutes if issued or content is None else content.minutes,
        content=content,
        issuer=row.issuer,
        contact=frozen.get("contact", ""),
        handler=frozen.get("handler", ""),
        issued_on=at.wall(row.decided_at).date() if issued and row.decided_at else None,
        reason=row.reason,
        own=own,
        changed=issued and content is not None and sum(one.minutes for one in now) != row.minutes,
        may_decide=row.state is CertificateState.ASKED and _may_issue(session, actor, row),
        may_revoke=actor.is_coordinator and row.state is CertificateState.ISSUED,
    )


def _may_issue(session: Session, actor: Actor, row: Certificate) -> bool:
    return actor.is_coordinator and not took_part(session, asking(row), actor.member_id)


def _find(session: Session, certificate_id: int, *, lock: bool = False) -> Certificate:
    statement = select(Certificate).where(Certificate.id == certificate_id)
    row = session.exec(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise Refused(Reason.ASKER_GONE)
    return row


def _demand_decidable(session: Session, actor: Actor, certificate_id: int) -> Certificate:
    demand_coordinator(actor)
    row = _find(session, certificate_id, lock=True)
    demand_second(session, actor, asking(row))
    if row.state is not CertificateState.ASKED:
        name = row.number or ""
        raise Refused(Reason.ALREADY_DECIDED, name=name, **audit.last_change(session, actor, f"certificate:{row.id}"))
    return row


def _next_serial(session: Session, at: Moment) -> int:
    """Return the next number of the year's register; who issues at the same time waits for the other."""
    year = at.today().year
    hold(session, at, f"certificates:{year}")
    return (session.exec(select(func.max(Certificate.serial)).where(Certificate.year == year)).one() or 0) + 1


def _content(session: Session, at: Moment, row: Certificate) -> Content:
    member = session.get(Member, row.member_id)
    team = session.get(Team, member.team_id) if member is not None and member.team_id is not None else None
    services, still_open = _services(session, at, at.policy.rounding, row.member_id, row.since, row.until)
    name, named_team = member.name if member is not None else "", team.name if team is not None else ""
    return Content(name, row.member_id, named_team, at.policy.rounding, services, still_open)


def _services(
    session: Session, at: Moment, rounding: Rounding, member_id: int, since: dt.date, until: dt.date
) -> tuple[tuple[Service, ...], int]:
    """Return what is final of these days, by activity, category and role, and how many minutes are not yet."""
    still_open = open_hours(session, at)
    entries = credited(rounding, col(HoursEntry.member_id) == member_id)
    rows = session.execute(
        columns(
            col(Activity.id),
            entries.c.minutes,
            col(Activity.local_date),
            col(Activity.title),
            col(Category.name_zh),
            col(Slot.role),
        )
        .select_from(entries)
        .join(Activity, col(Activity.id) == entries.c.activity_id)
        .join(Slot, col(Slot.id) == entries.c.slot_id)
        .join(Category, col(Category.code) == col(Slot.category))
        .where(col(Activity.local_date).between(since, until))
        .order_by(col(Activity.starts_at), col(Activity.id), col(Slot.id))
    ).all()
    services = [
        (number in still_open.activities, Service(day, title, category, role, int(minutes)))
        for number, minutes, day, title, category, role in rows
    ]
    services += [
        (number in still_open.own, one) for number, one in _handed_in(session, rounding, member_id, since, until)
    ]
    final = sorted((one for waits, one in services if not waits), key=lambda one: one.day)
    return tuple(final), sum(one.minutes for waits, one in services if waits)


def _handed_in(
    session: Session, rounding: Rounding, member_id: int, since: dt.date, until: dt.date
) -> list[tuple[int, Service]]:
    """Return the person's service elsewhere in these days, as far as it is credited."""
    entries = credited_own(rounding, col(OwnHoursEntry.member_id) == member_id)
    rows = session.execute(
        columns(
            col(OwnService.id), col(OwnService.day), col(OwnService.title), col(OwnService.place), entries.c.minutes
        )
        .select_from(entries)
        .join(OwnService, col(OwnService.id) == entries.c.own_id)
        .where(col(OwnService.day).between(since, until))
        .order_by(col(OwnService.day), col(OwnService.id))
    ).all()
    return [
        (number, Service(day, title, "", place, int(minutes), own=True)) for number, day, title, place, minutes in rows
    ]


def _frozen(content: Content, actor: Actor, at: Moment) -> dict[str, Any]:
    return {
        "name": content.name,
        "member": content.member_number,
        "team": content.team,
        "rounding": content.rounding.value,
        "services": [
            [one.day.isoformat(), one.title, one.category, one.role, one.minutes, one.own] for one in content.services
        ],
        "open": content.open_minutes,
        "handler": actor.name,
        "contact": at.policy.contact,
    }


def _thawed(snapshot: dict[str, Any] | None) -> Content | None:
    if snapshot is None:
        return None
    services = tuple(Service(dt.date.fromisoformat(day), *more) for day, *more in snapshot["services"])
    rounding = Rounding(snapshot.get("rounding", Rounding.MINUTE))
    return Content(snapshot["name"], snapshot["member"], snapshot["team"], rounding, services, snapshot.get("open", 0))


def _notice(kind: Kind, row: Certificate) -> notices.Owed:
    return notices.Owed(kind, f"{kind.value}:{row.id}:{row.state.value}", subject={"certificate": row.id})


def _tell(session: Session, at: Moment, row: Certificate) -> None:
    """Tell the person what became of it, and stop asking the others."""
    requests = col(Notice.key).startswith(f"{Kind.CERTIFICATE_REQUEST.value}:{row.id}:", autoescape=True)
    notices.cancel_owed(session, "decided", requests)
    member = session.get(Member, row.member_id)
    if member is not None:
        notices.owe(session, at, _notice(Kind.CERTIFICATE_DECIDED, row).to([member]))
