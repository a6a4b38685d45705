"""When the nightly backup is due: told by when the last one ended well, not by who was awake at that hour."""

import datetime as dt

from sqlmodel import Session

from corps.moment import Moment
from corps.system.alarms import Watched, expect

HOUR = dt.time(3, 30)
"""When it is made, in the corps' zone."""

TRY_AGAIN = dt.timedelta(minutes=10)
"""How long after a failed one the next is tried."""


def due(session: Session, at: Moment) -> bool:
    """Tell whether a backup should be made now. The first look of all only takes note of the hour."""
    pulse = expect(session, at, Watched.BACKUP)
    wall = at.wall()
    day = wall.date() if wall.time() >= HOUR else wall.date() - dt.timedelta(days=1)
    last_night = at.policy.zone.instant(dt.datetime.combine(day, HOUR))
    tried = pulse.ran_at is not None and at.now - pulse.ran_at < TRY_AGAIN
    return (pulse.ok_at or pulse.began_at) < last_night and not tried
