"""The photo of a service elsewhere: kept in our own files as those of reports are (`corps.attendance.photos`)."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import update
from sqlmodel import Session, col, select

from corps.attachments import Attachment
from models import OwnService, ReportPhoto
from models.enums import PhotoState

_SHOWN = (PhotoState.WAITING, PhotoState.KEPT)
_OVER = (PhotoState.ERASED, PhotoState.REMOVED)


def keep(session: Session, row: OwnService) -> None:
    """Have the photo of a service fetched and kept; one that is not its photo any more goes with its file."""
    wanted, known = row.file, _photo(session, row.id)
    if known is not None and (wanted is None or known.unique_id != wanted.sign):
        drop(session, [row.id])
        known = None
    if wanted is not None and known is None:
        state = PhotoState.KEPT if wanted.sha256 else PhotoState.WAITING
        new = ReportPhoto(own_id=row.id, unique_id=wanted.sign, file=wanted, sha256=wanted.sha256, state=state)
        new.sent_by = row.member_id
        session.add(new)
    session.flush()


def shown(session: Session, row: OwnService) -> Attachment | None:
    """Return the photo as it can be shown: our own copy, else what the channel has; None when nobody has it."""
    known = _photo(session, row.id)
    if known is None or known.file is None:
        return row.file
    if known.state not in _SHOWN:
        return row.file if known.state is PhotoState.UNFIT else None
    return replace(known.file, channel="", id="") if known.file.sha256 else known.file


def drop(session: Session, own_ids: Sequence[int | None]) -> None:
    """Leave of the photos of these services only what it takes to delete their files."""
    for number in own_ids:
        photo = _photo(session, number)
        if photo is not None:
            photo.state, photo.file, photo.error = PhotoState.REMOVED, None, ""
            photo.unique_id = f"{PhotoState.REMOVED.value}:{photo.id}"
            session.add(photo)
    session.flush()
    of_these = col(ReportPhoto.own_id).in_(own_ids)
    session.connection().execute(update(ReportPhoto).where(of_these).values(own_id=None))


def _photo(session: Session, own_id: int | None) -> ReportPhoto | None:
    mine = select(ReportPhoto).where(ReportPhoto.own_id == own_id, col(ReportPhoto.state).not_in(_OVER))
    return session.exec(mine.order_by(col(ReportPhoto.id))).first()
