"""The photos of a report: fetched once from the channel that they came by, kept, named when they can't be had."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from corps import audit
from corps.activities.card_queries import photo_counts as counts
from corps.attachments import Attachment
from corps.moment import Moment
from corps.sql import insert_once
from models import ReportPhoto
from models.enums import PhotoState

EMPTIED = (PhotoState.ERASED, PhotoState.REMOVED)
"""Photos whose file goes, unless another one is the same."""

AT_A_TIME = 4
"""Photos that one look fetches: an album, and then the next look."""

REFUSALS = 4
"""How often a channel must refuse a photo before it counts as gone: it may say so of one that is only away."""

AFTER_REFUSAL = dt.timedelta(minutes=5)
"""How long to wait after the first refusal; each time six times as long."""

AFTER_TROUBLE = dt.timedelta(minutes=1)
"""How long to wait while the channel itself is away: no photo is to blame then."""


@dataclass(frozen=True)
class Wanted:
    """A photo to be fetched."""

    id: int
    attachment: Attachment


@dataclass(frozen=True)
class Kept:
    """It lies in our files now, without what only its camera knew."""

    sha256: str
    size: int
    type: str


@dataclass(frozen=True)
class Refusal:
    """The channel says that it has no such file."""

    reason: str


@dataclass(frozen=True)
class Trouble:
    """The channel, or our disk, is away."""

    reason: str


@dataclass(frozen=True)
class Unfit:
    """It is too large, or no picture that we can read."""

    reason: str


Outcome = Kept | Refusal | Trouble | Unfit


def attach(
    session: Session,
    report_id: int,
    sender_id: int,
    attachments: Sequence[Attachment],
    sheets: Collection[str] = (),
) -> None:
    """Add photos to a report; the same one twice is one. `sheets` are the fingerprints of signed sheets."""
    rows = [
        {
            "report_id": report_id,
            "sent_by": sender_id,
            "unique_id": one.sign,
            "file": one,
            "sha256": one.sha256,
            "state": PhotoState.KEPT if one.sha256 else PhotoState.WAITING,
            "refusals": 0,
            "error": "",
            "sheet": one.sign in sheets,
        }
        for one in attachments
    ]
    insert_once(session, ReportPhoto, rows)


def due(session: Session, at: Moment, limit: int = AT_A_TIME) -> list[Wanted]:
    """Return the photos to fetch now, the longest known first."""
    rows = session.exec(
        select(ReportPhoto)
        .where(
            ReportPhoto.state == PhotoState.WAITING,
            or_(col(ReportPhoto.try_at).is_(None), col(ReportPhoto.try_at) <= at.now),
        )
        .order_by(col(ReportPhoto.id))
        .limit(limit)
    ).all()
    return [Wanted(row.id or 0, row.file) for row in rows if row.file is not None]


def record(session: Session, at: Moment, photo_id: int, outcome: Outcome) -> None:
    """Write down how fetching a photo ended. Nothing happens when it was erased meanwhile: its file goes again."""
    row = session.get(ReportPhoto, photo_id, with_for_update=True)
    if row is None or row.state is not PhotoState.WAITING or row.file is None:
        if row is not None and isinstance(outcome, Kept):
            row.sha256 = outcome.sha256
        return
    match outcome:
        case Kept(sha256, size, type_):
            row.state, row.sha256, row.error = PhotoState.KEPT, sha256, ""
            row.file = replace(row.file, sha256=sha256, size=size, type=type_)
        case Refusal(reason):
            row.refusals += 1
            row.state = PhotoState.GONE if row.refusals >= REFUSALS else PhotoState.WAITING
            row.try_at, row.error = at.now + AFTER_REFUSAL * 6 ** (row.refusals - 1), reason[:300]
        case Trouble(reason):
            row.try_at, row.error = at.now + AFTER_TROUBLE, reason[:300]
        case Unfit(reason):
            row.state, row.error = PhotoState.UNFIT, reason[:300]
    session.add(row)


def replace_all(
    session: Session,
    report_id: int,
    sender_id: int,
    attachments: Sequence[Attachment],
    sheets: Collection[str] = (),
) -> None:
    """Make the report's photos these. What is taken out is gone with its file; what was erased stays named."""
    wanted = {one.sign for one in attachments}
    for row in session.exec(select(ReportPhoto).where(ReportPhoto.report_id == report_id)).all():
        if row.file is not None and row.unique_id not in wanted:
            _empty(session, row, PhotoState.REMOVED)
        elif row.file is not None:
            row.sheet = row.unique_id in sheets
            session.add(row)
    session.flush()
    attach(session, report_id, sender_id, attachments, sheets)


def _empty(session: Session, row: ReportPhoto, state: PhotoState) -> None:
    """Leave of a photo only what it takes to delete its file."""
    row.state, row.file, row.error, row.unique_id = state, None, "", f"{state.value}:{row.id}"
    session.add(row)


@dataclass(frozen=True)
class PhotoLine:
    """A photo of a report: the how-manieth it is, and where its file is. `channel` is the one that it came by.

    `sheet`: it shows the sheet that people signed.
    """

    number: int
    state: PhotoState
    channel: str
    attachment: Attachment | None
    sheet: bool = False

    @property
    def file(self) -> Attachment | None:
        """What can be shown: our own copy, else what the channel has; None when there is nothing."""
        if self.attachment is None or self.state not in (PhotoState.WAITING, PhotoState.KEPT):
            return None
        return replace(self.attachment, channel="", id="") if self.attachment.sha256 else self.attachment


def short_sign(photo: Attachment) -> str:
    """Return a sign for a photo, short enough for a button."""
    return audit.fingerprint(photo.sign)


def of_report(session: Session, report_id: int | None) -> tuple[PhotoLine, ...]:
    """Return the photos of a report in the order they came."""
    rows = session.exec(
        select(ReportPhoto).where(ReportPhoto.report_id == report_id, counts()).order_by(col(ReportPhoto.id))
    ).all()
    return tuple(
        PhotoLine(number, row.state, row.file.channel if row.file else "", row.file, row.sheet)
        for number, row in enumerate(rows, 1)
    )


def forget(session: Session, member_id: int) -> None:
    """Erase the photos that somebody handed in with reports: that there were some stays, their files go."""
    for row in session.exec(select(ReportPhoto).where(ReportPhoto.sent_by == member_id)).all():
        _empty(session, row, PhotoState.ERASED)
    session.flush()


def to_delete(session: Session, _at: Moment) -> list[str]:
    """Return the files that nothing needs any longer."""
    other = aliased(ReportPhoto)
    needed = select(other.sha256).where(other.state == PhotoState.KEPT)
    done = select(ReportPhoto.sha256).where(
        col(ReportPhoto.state).in_(EMPTIED), ReportPhoto.sha256 != "", col(ReportPhoto.sha256).not_in(needed)
    )
    return sorted(set(session.exec(done).all()))


def needed(session: Session, _at: Moment) -> frozenset[str]:
    """Return the names of our files that some photo needs."""
    return frozenset(session.exec(select(ReportPhoto.sha256).where(ReportPhoto.state == PhotoState.KEPT)).all())


def deleted(session: Session, _at: Moment, files: Sequence[str]) -> None:
    """Note that these files are gone; they would be looked for again else."""
    gone = col(ReportPhoto.sha256).in_(files)
    session.connection().execute(update(ReportPhoto).where(gone, col(ReportPhoto.state).in_(EMPTIED)).values(sha256=""))


def missing(session: Session, _at: Moment, have: Callable[[str], bool]) -> int:
    """Want again what should be in our files and is not, as after a restore. Returns how many photos that were."""
    rows = session.exec(select(ReportPhoto).where(ReportPhoto.state == PhotoState.KEPT)).all()
    lost = [row for row in rows if not have(row.sha256)]
    for row in lost:
        had = row.file is not None and row.file.id
        row.state = PhotoState.WAITING if had else PhotoState.GONE
        row.sha256, row.try_at, row.refusals = "", None, 0
        session.add(row)
    return len(lost)
