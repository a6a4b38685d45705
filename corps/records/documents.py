"""The register of the documents that were issued: records, briefs, ledgers, hand-in files, pictures, sheets."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps.moment import Moment
from corps.people import Actor, demand_coordinator
from corps.refusals import Reason, Refused
from corps.sql import page_start
from models import Activity, Audit, BriefIssue, Certificate, Member
from models.enums import CertificateState


class Paper(StrEnum):
    """What was issued, as the audit calls it."""

    CERTIFICATE = "certificate.issue"
    BRIEF = "brief.make"
    LEDGER = "ledger.export"
    HAND_IN = "handin.file"
    NUMBERS_PICTURE = "numbers.picture"
    NUMBERS_TABLE = "numbers.table"
    YEAR_PICTURE = "quota.picture"
    SIGN_IN_SHEET = "attendance.sheet"


@dataclass(frozen=True)
class Issued:
    """A document that was issued: what, by whom (`maker`), when, and whom or what it is of (`about`).

    `number` is a record's, or a brief's in its year; empty for what has none. `state` is how a record stands now.
    `certificate` and `activity` are the ids of the card behind it, 0: there is none.
    """

    paper: Paper
    at: dt.datetime
    maker: str
    about: str
    number: str = ""
    state: CertificateState | None = None
    certificate: int = 0
    activity: int = 0


@dataclass(frozen=True)
class Register:
    """A page of the issued documents, newest first: from position `start` of `total`; `paper` is the filter."""

    issued: tuple[Issued, ...]
    start: int
    total: int
    paper: Paper | None = None


def read(session: Session, actor: Actor, _at: Moment, page: int, size: int, paper: str = "") -> Register:
    """Return a page of the register, of one kind of paper if one is given. Coordinators only."""
    demand_coordinator(actor)
    if paper and paper not in [one.value for one in Paper]:
        raise Refused(Reason.GONE)
    wanted = col(Audit.action).in_([paper] if paper else [one.value for one in Paper])
    total = session.exec(select(func.count()).select_from(Audit).where(wanted)).one()
    start = page_start(total, page, size)
    rows = session.exec(
        select(Audit, Member.name)
        .join(Member, col(Member.id) == col(Audit.actor_id), isouter=True)
        .where(wanted)
        .order_by(col(Audit.id).desc())
        .offset(start)
        .limit(size)
    ).all()
    behind = _Behind.of(session, [row.subject for row, _ in rows])
    return Register(
        tuple(behind.issued(row, maker or "") for row, maker in rows), start, total, Paper(paper) if paper else None
    )


@dataclass(frozen=True)
class _Behind:
    """What the papers of a page are of, by the audit's subjects: records with their holders, briefs, activities."""

    records: dict[str, tuple[Certificate, str]]
    briefs: dict[str, int]
    activities: dict[str, Activity]

    @classmethod
    def of(cls, session: Session, subjects: Collection[str]) -> "_Behind":
        """Look up all at once."""
        if not subjects:
            return cls({}, {}, {})
        records = session.exec(
            select(Certificate, Member.name)
            .join(Member, col(Member.id) == col(Certificate.member_id))
            .where(col(Certificate.id).in_(_ids(subjects, "certificate")))
        ).all()
        briefs = session.exec(select(BriefIssue).where(col(BriefIssue.subject).in_(subjects))).all()
        held = session.exec(select(Activity).where(col(Activity.id).in_(_ids(subjects, "activity")))).all()
        return cls(
            {f"certificate:{row.id}": (row, name) for row, name in records},
            {row.subject: row.serial for row in briefs},
            {f"activity:{row.id}": row for row in held},
        )

    def issued(self, row: Audit, maker: str) -> Issued:
        """Return what an audit row says of a paper."""
        paper, made = Paper(row.action), (row.at, maker)
        about = str((row.after or {}).get("name") or row.subject.partition(":")[2])
        record, holder = self.records.get(row.subject, (None, ""))
        if record is not None:
            return Issued(paper, *made, holder, record.number or "", record.state, certificate=record.id or 0)
        number = str(self.briefs.get(row.subject, "")) if paper is Paper.BRIEF else ""
        activity = self.activities.get(row.subject)
        if activity is not None:
            return Issued(paper, *made, activity.title, number, activity=activity.id or 0)
        return Issued(paper, *made, about, number)


def _ids(subjects: Collection[str], table: str) -> list[int]:
    numbers = (subject.removeprefix(f"{table}:") for subject in subjects if subject.startswith(f"{table}:"))
    return [int(number) for number in numbers if number.isdecimal()]
