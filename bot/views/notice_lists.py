"""Several notices to one person in one message: one line and one button each; no information is left out."""

import datetime as dt
from collections.abc import Callable
from itertools import groupby

from markupsafe import Markup

from bot.callbacks.reports import ReportTap
from bot.callbacks.signup import CardTap, ListedTap
from bot.texts.voice import Voice
from bot.views.changes import change_line
from bot.views.digests import call, needs
from bot.views.screen import Button, Row, Screen, lines
from corps.activities.cards import Card
from corps.broadcasts.content import TextLimits
from corps.changes.change_notices import Clash, deltas
from corps.delivery.notice_facts import Facts
from corps.notices import Due
from corps.notices.declarations import Listing, Names, declared
from corps.notices.kinds import Kind
from corps.pages.devices import WEB
from corps.parsing.lengths import cut
from corps.robots import CHANNELS
from corps.signups.last_calls import LastCall
from corps.signups.reminders import Near
from models.enums import SignUpState

Said = tuple[tuple[Due, Facts], ...]
"""The notices of one message, with their facts."""

NAMES_SHOWN = 30
"""How many names a message to a leader lists."""

LABEL = 60
_HEADING = 96
"""Characters kept free for a list's heading."""


def unreachable_list(voice: Voice, said: Said, _limits: TextLimits | None = None) -> Screen:
    """Return the names of those who cannot be reached, and what helps: for a page another thing than for a chat."""
    by_page = tuple(one for one in said if one[0].subject.get("channel") == WEB)
    by_chat = tuple(one for one in said if one[0].subject.get("channel") != WEB)
    keys = (("notice.unreachable", by_chat), ("notice.unreachable_page", by_page))
    return Screen(lines(*(_unreachable(voice, key, theirs) for key, theirs in keys if theirs)))


def _unreachable(voice: Voice, key: str, said: Said) -> Markup:
    names = sorted({voice.named(facts.the(Names).person) for _, facts in said})
    shown = voice("list.comma").join(names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown = voice("notice.unreachable_more", names=shown, n=len(names))
    return voice(key, n=len(names), names=shown)


def activity_list(voice: Voice, said: Said, limits: TextLimits) -> Screen:
    """Return several activities, soonest first, each with its news and a button to its card.

    If the full text does not fit, a short one stands in its place: the button shows the rest.
    """
    ordered = tuple(sorted(said, key=_start))
    alike = [tuple(group) for _, group in groupby(ordered, key=_start)]
    parts, left = [_heading(voice, said)], limits.text - _HEADING
    for number, group in enumerate(alike):
        short = sum(limits.length(str(_where(voice, other[0][1]))) + 2 for other in alike[number + 1 :])
        where = _where(voice, group[0][1])
        full = lines(where, *_entries(voice, group))
        part = full if limits.length(str(full)) + 2 + short <= left else where
        left -= limits.length(str(part)) + 2
        parts.append(part)
    return Screen(Markup("\n\n").join(parts), _buttons(voice, ordered))


def _listing(said: Said) -> Listing:
    """Return how these notices, which are all of one family, make a list."""
    kind = said[0][0].kind
    return declared(kind).listing or Listing(kind)


def matters(said: Said) -> int:
    """Return how many things these notices are about: several about one activity count as one, and are told once."""
    if _listing(said).singly:
        return len(said)
    return len({facts.the(Card).id for _, facts in said})


def _entries(voice: Voice, group: Said) -> list[Markup]:
    """Return what the notices of one activity say beside its name, each thing once."""
    told = [entry for due, facts in group if (entry := _entry(voice, due, facts)) is not None]
    return told if _listing(group).singly else list(dict.fromkeys(told))


def _start(one: tuple[Due, Facts]) -> tuple[dt.datetime, int]:
    card = one[1].the(Card)
    return card.starts_at, card.id


def _heading(voice: Voice, said: Said) -> Markup:
    kinds, listing = {due.kind for due, _ in said}, _listing(said)
    kind = next(iter(kinds)) if len(kinds) == 1 else listing.family
    near = said[0][1].find(Near)
    first = min(facts.the(Card).starts_at for _, facts in said)
    when = voice.near(first, near.now) if near is not None else ""
    if listing.personal and said[0][0].address.channel in CHANNELS:
        return voice(f"robot.list_{kind.value}", n=matters(said))
    return voice(f"notice.list_{kind.value}", n=matters(said), when=when)


def _where(voice: Voice, facts: Facts) -> Markup:
    """Return an activity in short: its name, its time, its place."""
    card = facts.the(Card)
    return voice("notice.list_line", title=card.title, when=voice.span(card.starts_at, card.ends_at), place=card.place)


def _entry(voice: Voice, due: Due, facts: Facts) -> Markup | None:
    """Return what a notice says of its activity beside the name, time and place; None for nothing more."""
    say = _ENTRIES.get(due.kind)
    return say(voice, due, facts) if say is not None else None


def _reminder(voice: Voice, _due: Due, facts: Facts) -> Markup:
    mine = (slot.role for slot in facts.the(Card).slots if slot.mine is SignUpState.GOING)
    return voice("notice.list_role", role=voice("list.comma").join(mine))


def _cancelled(voice: Voice, _due: Due, facts: Facts) -> Markup:
    return lines(voice("notice.list_called_off"), facts.the(Card).cancel_reason or None)


def _changed(voice: Voice, due: Due, facts: Facts) -> Markup:
    clashing = facts.find(Clash)
    clash = voice("notice.clash", title=clashing.title) if clashing else None
    return lines(*(change_line(voice, delta) for delta in deltas(due.subject)), clash)


def _unfilled(voice: Voice, _due: Due, facts: Facts) -> Markup:
    return call(voice, facts.the(Card), facts.actor)


def late_withdrawal(voice: Voice, due: Due, facts: Facts) -> Markup:
    """Return who has withdrawn late, and the reason if given; or that the person comes after all."""
    name, role = facts.the(Names).person, due.subject.get("role", "")
    if due.subject.get("back"):
        return voice("notice.late_undone", name=name, role=role)
    why = due.subject.get("why")
    reason = voice("notice.late_why", why=voice(f"why.{why}")) if why else None
    said = "notice.early_withdrawal" if due.subject.get("early") else "notice.late_withdrawal"
    return lines(voice(said, name=name, role=role), reason)


def _last_call(voice: Voice, _due: Due, facts: Facts) -> Markup:
    last = facts.the(LastCall)
    when = voice.near(facts.the(Card).starts_at, last.now)
    return voice("notice.last_call", when=when, needs=needs(voice, last.lacking))


_ENTRIES: dict[Kind, Callable[[Voice, Due, Facts], Markup]] = {
    Kind.REMINDER: _reminder,
    Kind.CANCELLED: _cancelled,
    Kind.CHANGED: _changed,
    Kind.UNFILLED: _unfilled,
    Kind.LAST_CALL: _last_call,
    Kind.LATE_WITHDRAWAL: late_withdrawal,
}
"""What a list adds to an activity's name, time and place, by kind."""


def _buttons(voice: Voice, said: Said) -> tuple[Row, ...]:
    """Return one button for each activity: to its card, or straight to the report it is asked for."""
    rows: dict[int, Row] = {}
    for due, facts in said:
        card = facts.the(Card)
        if due.kind is Kind.REPORT_REQUEST:
            label = voice.plain("notice.list_report", title=card.title)
            rows[card.id] = (Button(cut(label, LABEL), ReportTap(card.id)),)
        else:
            # In a group CardTap shows the card below by itself.
            tap = CardTap(card.id) if due.member_id is None else ListedTap(card.id)
            rows[card.id] = (Button(cut(f"{voice.moment(card.starts_at)} {card.title}", LABEL), tap),)
    return tuple(rows.values())
