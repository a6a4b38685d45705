"""`/audit`: the newest changes in words."""

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from bot.callbacks.audit import AuditScope, AuditTap
from bot.texts.voice import Voice
from bot.views.changes import change_line
from bot.views.menu import words_row
from bot.views.screen import Button, Row, Screen, lines, page_of, pager, rows_of
from corps.changes.change_notices import Delta
from corps.changes.edit_answers import EditField
from corps.parsing.lengths import cut
from corps.records.audit_log import About, AuditEntry, AuditPage, Match
from corps.second_person import SEALED

A_PAGE = 10
VALUE_MAX = 300
NAME_ON_BUTTON = 24
DECISIVE = ("state", "status")
"""The fields whose new value may choose the sentence, as in `audit.member.decide_active`."""


def trail_screen(voice: Voice, trail: AuditPage, about: About) -> Screen:
    """Return a page of changes."""
    page = page_of(trail.total, trail.start // A_PAGE, A_PAGE)
    heading = voice("audit.heading_about", name=trail.name) if trail.name else voice("audit.heading")
    shown = [part for entry in trail.entries for part in ("", entry_text(voice, entry))]
    text = lines(heading, *(shown or ["", voice("audit.none")]))
    rows = [*pager(page, lambda to: _tap(about, to)), words_row(voice, "audit")]
    if about != About():
        rows.append((Button(voice("audit.all"), _tap(About(), 0)),))
    return Screen(text, tuple(rows))


def _tap(about: About, page: int) -> AuditTap:
    if about.member_id is not None:
        return AuditTap(AuditScope.PERSON, about.member_id, page)
    if about.activity_id is not None:
        return AuditTap(AuditScope.ACTIVITY, about.activity_id, page)
    return AuditTap(AuditScope.ALL, 0, page)


def about_of(tap: AuditTap) -> About:
    """Return whose changes a button asks for."""
    if tap.scope is AuditScope.PERSON:
        return About(member_id=tap.id)
    return About(activity_id=tap.id) if tap.scope is AuditScope.ACTIVITY else About()


def matches_screen(voice: Voice, text: str, found: Sequence[Match]) -> Screen:
    """Ask who or what was meant."""
    rows: tuple[Row, ...]
    if not found:
        rows = (words_row(voice, "audit"), (Button(voice("audit.all"), _tap(About(), 0)),))
        return Screen(voice("audit.not_found", text=text), rows)
    rows = rows_of([Button(cut(match.name, NAME_ON_BUTTON), _tap(match.about, 0)) for match in found], 2)
    return Screen(voice("audit.which"), rows)


def entry_text(voice: Voice, entry: AuditEntry) -> Markup:
    """Return one change as a sentence, and below it what changed."""
    sentence = voice(_key(voice, entry), who=entry.who or voice("audit.time"), on=" · ".join(entry.on))
    changes = _changes(voice, entry)
    detail = voice("audit.detail", changes=voice("quota.comma").join(changes)) if changes else None
    return lines(voice("audit.line", when=voice.moment(entry.at, year=True), sentence=sentence), detail)


def _key(voice: Voice, entry: AuditEntry) -> str:
    """Return the key of the action's sentence: the most specific one that exists, else the general one."""
    if "field" in entry.after and "new" in entry.after:
        return "audit.activity.edit"
    outcomes = [str(entry.after[name]) for name in DECISIVE if name in entry.after]
    keys = [*(f"audit.{entry.action}_{outcome}" for outcome in outcomes), f"audit.{entry.action}"]
    return next((key for key in keys if voice.knows(key)), "audit.other")


def _changes(voice: Voice, entry: AuditEntry) -> list[Markup]:
    """Return what changed, field by field; an edited activity says it as its people were told.

    A field that has no word, such as the number of a row, tells people nothing and is left out.
    """
    if "field" in entry.after and "new" in entry.after:
        return [change_line(voice, Delta(**{**entry.after, "field": EditField(entry.after["field"])}))]
    told = (name for name in {**entry.before, **entry.after} if name not in (*DECISIVE, SEALED))
    return [_change(voice, name, entry) for name in told if voice.knows(f"audit.field_{name}")]


def _change(voice: Voice, name: str, entry: AuditEntry) -> Markup:
    field = voice(f"audit.field_{name}")
    now, was = (_value(voice, side.get(name), name) for side in (entry.after, entry.before))
    if name in entry.before and name in entry.after:
        return voice("audit.changed", field=field, before=was, after=now)
    return voice("audit.said", field=field, after=now if name in entry.after else was)


def _value(voice: Voice, value: object, field: str) -> str:
    """Return a stored value as people read it: times in the corps' zone, booleans as yes or no, lists on one line."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return str(voice("ledger.yes" if value else "ledger.no"))
    if isinstance(value, list):
        return cut(voice.listed(_value(voice, part, field) for part in value), VALUE_MAX)
    text = str(value)
    for words in _WORDS.get(field, _WORDS[""]):
        if voice.knows(key := words.format(text)):
            return str(voice(key))
    instant = _instant(text)
    return voice.moment(instant, year=True) if instant else cut(voice.noted_day(text), VALUE_MAX)


_WORDS = {
    "": ("counted.{}", "checked_by.{}"),
    "channel": ("channel.{}", "robot.kind_{}"),
    "language": ("word.{}",),
}
"""Where the words for stored values are, by field; "" are those of all others."""


def _instant(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
