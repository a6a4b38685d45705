"""What waits for whoever holds an office, when somebody lays one down."""

from sqlmodel import Session

from corps.membership import join_requests
from corps.moment import Moment
from corps.notices import offices


def pass_on(session: Session, at: Moment, member_id: int, team_id: int | None = None) -> None:
    """Bring to those who answer by now what somebody had who answers no more, for a team (None: for any)."""
    session.flush()
    offices.hand_on_of(session, at, member_id)
    join_requests.hand_on(session, at, team_id)
