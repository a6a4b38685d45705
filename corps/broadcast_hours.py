"""The hour a broadcast is sent at later: as it is typed, or one of the usual ones."""

import datetime as dt

from corps.moment import Moment
from corps.when import Refusal, RefusalCode, read_span

_EVENING, _MORNING = dt.time(19), dt.time(8)
_NOTICE = dt.timedelta(minutes=30)


def read_hour(text: str, at: Moment) -> dt.datetime | Refusal:
    """Return the instant that a text such as `明早8点` names, or why it was not taken."""
    span = read_span(text, at.wall())
    if isinstance(span, Refusal):
        return span
    if span.ends is not None:
        return Refusal(RefusalCode.NOT_UNDERSTOOD, text[:40])
    return at.policy.zone.instant(span.starts)


def usual_hours(at: Moment) -> list[dt.datetime]:
    """Return the hours to offer: this evening, tomorrow morning and evening, next Monday morning; all to come."""
    today = at.today()
    tomorrow = today + dt.timedelta(days=1)
    monday = today + dt.timedelta(days=7 - today.weekday())
    walls = [
        dt.datetime.combine(today, _EVENING),
        dt.datetime.combine(tomorrow, _MORNING),
        dt.datetime.combine(tomorrow, _EVENING),
        dt.datetime.combine(monday, _MORNING),
    ]
    hours = [at.policy.zone.instant(wall) for wall in dict.fromkeys(walls)]
    return [hour for hour in hours if hour >= at.now + _NOTICE and not at.is_quiet(hour)]
