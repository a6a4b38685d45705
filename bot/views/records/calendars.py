"""Calendars: the screen of /calendar, and the .ics files for calendar programs."""

from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.callbacks.calendars import CalendarFileTap, SubscribeTap, UnsubscribeTap
from bot.callbacks.common import MenuTap
from bot.documents.icalendar_file import CalendarEvent, Invited, write_calendar, write_invitation
from bot.texts.voice import Voice
from bot.views.screen import DANGER, Button, Row, Screen, lines
from corps.changes.edit_answers import OF_SLOT, EditField
from corps.delivery.notice_facts import Facts
from corps.notices import Due
from corps.records.calendars import Calendar, Entry, Feed, Offer
from corps.records.mailed_entries import Mailed
from models.enums import FeedScope


def offer_screen(voice: Voice, offer: Offer, said: Markup | None = None) -> Screen:
    """Return the screen of /calendar: files for everybody, and addresses if the installation has pages."""
    text = lines(said, voice("calendar.heading"), "", voice("calendar.files"))
    rows: list[Row] = []
    for scope in offer.scopes:
        file = Button(voice("calendar.file", name=_scope(voice, scope)), CalendarFileTap(scope))
        more = [Button(voice("calendar.subscribe", name=_scope(voice, scope)), SubscribeTap(scope))]
        rows.append((file, *more) if offer.feeds else (file,))
    if offer.feeds:
        text = lines(text, "", voice("calendar.feeds"))
    return Screen(text, tuple(rows))


def feed_screen(voice: Voice, feed: Feed) -> Screen:
    """Return the secret address of a calendar, how to use it, and the button that ends it."""
    text = lines(
        voice("calendar.feed", name=_scope(voice, feed.scope)),
        "",
        voice("calendar.address", address=feed.address),
        "",
        voice("calendar.how"),
        voice("calendar.secret"),
    )
    return Screen(
        text,
        (
            (Button(voice("calendar.copy"), copy=feed.address),),
            (Button(voice("calendar.stop"), UnsubscribeTap(feed.scope), style=DANGER),),
            (Button(voice("button.back"), MenuTap("calendar")),),
        ),
    )


def file_screen(voice: Voice, calendar: Calendar, zone: ZoneInfo) -> Screen:
    """Return a calendar as a file."""
    title = calendar.entries[0].title if calendar.scope is None else calendar_name(voice, calendar)
    caption = voice("calendar.caption", title=title, n=len(calendar.entries))
    name = "activity" if calendar.scope is None else calendar.scope.value
    return Screen(caption, document=calendar_file(voice, calendar, zone), filename=f"tongxin-{name}.ics")


def calendar_file(voice: Voice, calendar: Calendar, zone: ZoneInfo) -> bytes:
    """Return a calendar as an .ics file."""
    return write_calendar(calendar_name(voice, calendar), zone, [_event(voice, entry) for entry in calendar.entries])


def invitation(voice: Voice, zone: ZoneInfo, entry: Entry, invited: Invited) -> tuple[str, bytes]:
    """Return the iTIP method (`REQUEST`: add it, `CANCEL`: remove it) and the calendar entry for one person's mail."""
    event = _event(voice, entry)
    method = "CANCEL" if event.cancelled else "REQUEST"
    return method, write_invitation(zone, event, invited, method)


def entry_notice(voice: Voice, _due: Due, facts: Facts) -> Screen:
    """Return the text of a mail that only brings a calendar entry."""
    mailed = facts.the(Mailed)
    entry = mailed.entry
    key = "notice.calendar_entry_off" if mailed.off else "notice.calendar_entry"
    when = voice.span(entry.starts_at, entry.ends_at)
    return Screen(voice(key, title=entry.title, when=when, place=entry.place))


def calendar_name(voice: Voice, calendar: Calendar) -> str:
    """Return the calendar's name, as calendar programs show it."""
    scope = calendar.scope or FeedScope.CORPS
    return voice.plain(f"calendar.name_{scope.value}", name=calendar.name)


def _scope(voice: Voice, scope: FeedScope) -> str:
    return str(voice(f"calendar.scope_{scope.value}"))


def _event(voice: Voice, entry: Entry) -> CalendarEvent:
    gone = "cancelled" if entry.cancelled else "left"
    off = entry.cancelled or entry.left
    return CalendarEvent(
        uid=entry.uid,
        sequence=entry.sequence,
        title=voice.plain(f"calendar.title_{gone}", title=entry.title) if off else entry.title,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        place=entry.place,
        text="\n".join(_text(voice, entry)),
        cancelled=off,
        changed_at=entry.changed_at,
    )


def _text(voice: Voice, entry: Entry) -> list[str]:
    said = [voice.plain("calendar.reason", reason=entry.reason)] if entry.cancelled and entry.reason else []
    if entry.roles:
        said.append(voice.plain("calendar.roles", roles=voice.listed(entry.roles)))
    if entry.notes:
        said.append(entry.notes)
    if entry.changed is not None:
        when = voice.moment(entry.changed_at)
        said.append(voice.plain("calendar.changed", what=voice.plain(f"edit.field_{_what(entry.changed)}"), when=when))
    return [*said, voice.plain("calendar.ask_the_bot")]


def _what(changed: EditField) -> str:
    return "slots" if changed in (*OF_SLOT, EditField.ADD) else changed.value
