"""Calendars as files (RFC 5545): with the zone's rules, so that every program shows the right hour."""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import icalendar

MIME = "text/calendar"
_PRODUCT = "-//Tongxin//Tongxin//ZH"
_ZONE_SINCE, _ZONE_UNTIL = dt.date(2020, 1, 1), dt.date(2038, 1, 1)


@dataclass(frozen=True)
class CalendarEvent:
    """One event. `uid` is its name for life; `sequence` has grown whenever it changed, also by being cancelled."""

    uid: str
    sequence: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    text: str
    cancelled: bool
    changed_at: dt.datetime


@dataclass(frozen=True)
class Invited:
    """Who sends an entry to whom: names and mail addresses."""

    organizer: str
    organizer_mail: str
    attendee: str
    attendee_mail: str


def write_calendar(name: str, zone: ZoneInfo, events: Sequence[CalendarEvent]) -> bytes:
    """Return a calendar as an .ics file. The same events make the same bytes."""
    head = {"x-wr-calname": _plain(name), "x-wr-timezone": zone.key, "x-published-ttl": "PT1H"}
    book = _book(zone, head)
    book.add("refresh-interval", dt.timedelta(hours=1), parameters={"value": "DURATION"})
    for event in events:
        book.add_component(_entry(zone, event))
    return bytes(book.to_ical())


def write_invitation(zone: ZoneInfo, event: CalendarEvent, invited: Invited, method: str) -> bytes:
    """Return one event as a mail brings it (RFC 6047): `method` is REQUEST or CANCEL, for the one person alone."""
    import icalendar

    book, entry = _book(zone, {"method": method}), _entry(zone, event)
    organizer = icalendar.vCalAddress(f"mailto:{invited.organizer_mail}")
    organizer.params["CN"] = _plain(invited.organizer).replace('"', "'")
    attendee = icalendar.vCalAddress(f"mailto:{invited.attendee_mail}")
    attendee.params.update({"CN": _plain(invited.attendee).replace('"', "'"), "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    entry.add("organizer", organizer)
    entry.add("attendee", attendee)
    book.add_component(entry)
    return bytes(book.to_ical())


def _book(zone: ZoneInfo, head: dict[str, str]) -> "icalendar.Calendar":
    import icalendar  # loaded late: a sixth of a second

    book = icalendar.Calendar()
    for field, value in {"prodid": _PRODUCT, "version": "2.0", "calscale": "GREGORIAN", **head}.items():
        book.add(field, value)
    book.add_component(icalendar.Timezone.from_tzinfo(zone, zone.key, _ZONE_SINCE, _ZONE_UNTIL))
    return book


def _entry(zone: ZoneInfo, event: CalendarEvent) -> "icalendar.Event":
    import icalendar

    entry = icalendar.Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.changed_at)
    entry.add("last-modified", event.changed_at)
    entry.add("dtstart", event.starts_at.astimezone(zone))
    entry.add("dtend", event.ends_at.astimezone(zone))
    entry.add("summary", _plain(event.title))
    entry.add("location", _plain(event.place))
    entry.add("description", "\n".join(map(_plain, event.text.splitlines())))
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    return entry


def _plain(text: str) -> str:
    """Return a line of text without control characters."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cc")
