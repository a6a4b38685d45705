"""What waits for whoever holds an office, when somebody lays one down or takes one up."""

from sqlmodel import Session

from corps.attendance import reopening, report_offices
from corps.membership import join_requests
from corps.moment import Moment
from corps.notices import offices
from corps.own_hours import own_services
from corps.pairings import pairings
from corps.publicity import objections


def pass_on(session: Session, at: Moment, member_id: int, team_id: int | None = None) -> None:
    """Bring to those who answer by now what somebody had who answers no more, for a team (None: for any)."""
    session.flush()
    offices.hand_on_of(session, at, member_id)
    join_requests.hand_on(session, at, team_id)


def take_up(session: Session, at: Moment) -> None:
    """Ask a new coordinator for what waits and nobody was there to be asked for."""
    session.flush()
    report_offices.ask_unheard(session, at)
    reopening.ask_unheard(session, at)
    pairings.ask_unheard(session, at)
    own_services.ask_unheard(session, at)
    objections.ask_unheard(session, at)
