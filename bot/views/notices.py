"""What a notice says, in its reader's language, from the facts as they are when it goes out."""

import datetime as dt
from collections.abc import Callable

from markupsafe import Markup

from bot.callbacks.joining import AdmitTap
from bot.callbacks.signup import CardTap
from bot.views import doors, members
from bot.views.cards import activity_card
from bot.views.quota import quota_screen
from bot.views.reports import report_card
from bot.views.screen import DANGER, SUCCESS, Button, Screen
from bot.views.voice import Voice
from corps.notice_facts import Facts
from corps.notice_kinds import Kind
from corps.notices import Due
from models.words import SignUpState

NAMES_SHOWN = 30
"""How many names a message to a leader lists."""


More = tuple[tuple[Due, Facts], ...]


def notice_screen(voice: Voice, due: Due, facts: Facts, more: More = ()) -> Screen:
    """Return the screen of a notice; `more` are others that it lists with its own."""
    if more and due.kind in _LISTS:
        return _LISTS[due.kind](voice, ((due, facts), *more))
    return _VIEWS[due.kind](voice, due, facts)


def _card(voice: Voice, due: Due, facts: Facts) -> Screen:
    """An activity's card under a line that says why it comes."""
    assert facts.card is not None  # noqa: S101 - kinds of this view carry an activity
    plain = {key: str(value) for key, value in due.subject.items()}
    return activity_card(voice, facts.card, voice(f"notice.{due.kind.value}", name=facts.person, **plain))


def _join_request(voice: Voice, _due: Due, facts: Facts) -> Screen:
    assert facts.applicant is not None  # noqa: S101 - loaded for this kind
    applicant = facts.applicant
    row = (
        Button(voice("button.admit"), AdmitTap(applicant.id, admit=True), style=SUCCESS),
        Button(voice("button.decline"), AdmitTap(applicant.id, admit=False), style=DANGER),
    )
    return Screen(voice("notice.join_request", name=applicant.name, team=applicant.team), (row,))


def _admitted(voice: Voice, _due: Due, facts: Facts) -> Screen:
    actor = facts.actor
    return Screen(voice("notice.admitted", name=actor.name, team=actor.team_name), doors.menu(voice, actor))


def _declined(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return Screen(voice("notice.declined", team=facts.actor.team_name))


def _report(voice: Voice, due: Due, facts: Facts) -> Screen:
    assert facts.card is not None  # noqa: S101 - loaded for these kinds
    assert facts.report is not None  # noqa: S101 - loaded for these kinds
    return report_card(voice, facts.card, facts.report, voice(f"notice.{due.kind.value}"))


def _quota(voice: Voice, _due: Due, facts: Facts) -> Screen:
    assert facts.quota is not None  # noqa: S101 - loaded for this kind
    return quota_screen(voice, facts.quota)


def _alarm(voice: Voice, due: Due, _facts: Facts) -> Screen:
    """What does not happen as it should, in the words of who uses it."""
    name = due.subject["what"]
    what = next((word for word in _ALARMS if word in name), "other")
    since, seen = (voice.moment(dt.datetime.fromtimestamp(due.subject[key], dt.UTC)) for key in ("since", "seen"))
    return Screen(voice(f"notice.{due.kind.value}", what=voice(f"alarm.{what}"), since=since, seen=seen))


_ALARMS = ("outbox", "backup", "digest", "reminder")


def _unreachable(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return Screen(voice("notice.unreachable", n=1, names=facts.person))


def _unreachable_list(voice: Voice, said: More) -> Screen:
    names = sorted({facts.person for _, facts in said})
    shown = voice("list.comma").join(names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown = voice("notice.unreachable_more", names=shown, n=len(names))
    return Screen(voice("notice.unreachable", n=len(names), names=shown))


def _reminders(voice: Voice, said: More) -> Screen:
    """Several activities that a person is expected at, soonest first, each with a button to its card."""
    cards = sorted((facts.card for _, facts in said if facts.card is not None), key=lambda card: card.starts_at)
    parts = [voice("notice.reminders", n=len(cards))]
    for card in cards:
        roles = voice("list.comma").join(slot.role for slot in card.slots if slot.mine is SignUpState.GOING)
        parts.append(
            voice(
                "notice.reminder_line",
                title=card.title,
                when=voice.span(card.starts_at, card.ends_at),
                place=card.place,
                role=roles,
            )
        )
    rows = tuple((Button(f"{voice.moment(card.starts_at)} {card.title}"[:60], CardTap(card.id)),) for card in cards)
    return Screen(Markup("\n\n").join(parts), rows)


_LISTS: dict[Kind, Callable[[Voice, More], Screen]] = {
    Kind.REMINDER: _reminders,
    Kind.UNREACHABLE: _unreachable_list,
}

View = Callable[[Voice, Due, Facts], Screen]
_VIEWS: dict[Kind, View] = {
    **dict.fromkeys(
        (
            Kind.CARD,
            Kind.OFFER,
            Kind.LAPSED,
            Kind.LATE_WITHDRAWAL,
            Kind.REMINDER,
            Kind.REPORT_REQUEST,
        ),
        _card,
    ),
    Kind.JOIN_REQUEST: _join_request,
    Kind.ADMITTED: _admitted,
    Kind.DECLINED: _declined,
    Kind.VERIFY_REQUEST: _report,
    Kind.RETURNED: _report,
    Kind.VERIFIED: _report,
    Kind.QUOTA: _quota,
    Kind.UNREACHABLE: _unreachable,
    Kind.ALARM: _alarm,
    Kind.ALARM_OVER: _alarm,
    Kind.ROLE: members.role_notice,
    Kind.MOVED: members.moved_notice,
    Kind.MOVED_IN: members.moved_in_notice,
    Kind.DISMISSED: members.dismissed_notice,
}
