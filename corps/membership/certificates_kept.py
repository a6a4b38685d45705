"""What stays of an erased person's records of service: what a number answers, and nothing of what they say."""

from sqlalchemy import delete, update
from sqlmodel import Session, col

from models import Certificate
from models.enums import CertificateState

ISSUED = (CertificateState.ISSUED, CertificateState.REVOKED)


def forget(session: Session, member_id: int) -> None:
    """Empty the person's issued records, and forget those that were only asked for."""
    own, connection = col(Certificate.member_id) == member_id, session.connection()
    connection.execute(delete(Certificate).where(own, col(Certificate.state).not_in(ISSUED)))
    connection.execute(update(Certificate).where(own).values(snapshot=None))
