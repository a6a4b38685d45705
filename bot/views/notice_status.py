"""`/notices`: how many messages wait, were sent or failed; which did not arrive and why; who cannot be reached."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from bot.callbacks.notice_status import OutboxTap, RetryTap, SentTodayTap, TroubleTap, UnreachableTap
from bot.texts.voice import Voice
from bot.views.broadcast_progress import by_way
from bot.views.personal_data import way_name
from bot.views.screen import Button, Row, Screen, lines, page_of, pager, rows_of
from corps.addresses import TELEGRAM
from corps.broadcasts.progress import ROBOTS
from corps.delivery.status import FailedNotice, Lost, QueueStatus, SentNotice, SentPage, Troubles
from corps.parsing.lengths import cut
from corps.robots import CHANNELS
from models.enums import Failure, NoticeState

A_PAGE = 5
SENT_A_PAGE = 15
PEOPLE_A_PAGE = 40
NAME_ON_BUTTON = 12


def standing_screen(voice: Voice, found: QueueStatus) -> Screen:
    """Return the numbers, with buttons to what went wrong."""
    text = lines(
        voice("outbox.heading"),
        "",
        voice("outbox.sent_today", n=found.sent_today),
        by_way(voice, found.ways),
        voice("outbox.mailed_today", n=found.mailed_today) if found.mailed_today else None,
        voice("outbox.unconfirmed", n=found.unconfirmed) if found.unconfirmed else None,
        voice("outbox.leased", n=found.leased) if found.leased else None,
        voice("outbox.owed" if found.late else "outbox.owed_later", n=found.owed, late=found.late)
        if found.owed
        else None,
        voice("outbox.failed", n=found.failed) if found.failed else None,
        voice("outbox.expired", n=found.expired) if found.expired else None,
        voice("outbox.unreachable", n=found.unreachable) if found.unreachable else None,
        voice("outbox.doubled", n=found.doubled) if found.doubled else None,
        "",
        voice("outbox.trouble_hint" if found.failed or found.expired else "outbox.all_well"),
    )
    rows: list[Row] = []
    if found.failed or found.expired:
        rows.append((Button(voice("outbox.show_troubles", n=found.failed + found.expired), TroubleTap(0)),))
    if found.sent_today:
        rows.append((Button(voice("outbox.show_sent", n=found.sent_today), SentTodayTap(0)),))
    if found.unreachable:
        rows.append((Button(voice("outbox.show_unreachable", n=found.unreachable), UnreachableTap(0)),))
    rows.append((Button(voice("outbox.refresh"), OutboxTap()),))
    return Screen(text, tuple(rows))


def troubles_screen(voice: Voice, found: Troubles) -> Screen:
    """Return a page of what failed or expired, with 重试 for each."""
    page = page_of(found.total, found.start // A_PAGE, A_PAGE)
    numbered = list(enumerate(found.shown, start=found.start + 1))
    text = lines(
        voice("outbox.troubles", n=found.total),
        *(part for number, trouble in numbered for part in ("", _trouble(voice, number, trouble))),
    )
    retries = [
        Button(
            voice("button.retry", number=n, name=cut(t.name or t.team, NAME_ON_BUTTON)),
            RetryTap(t.id, page.number, t.sign),
        )
        for n, t in numbered
    ]
    back = (Button(voice("button.back"), OutboxTap()),)
    return Screen(text, (*rows_of(retries, 2), *pager(page, TroubleTap), back))


def _trouble(voice: Voice, number: int, trouble: FailedNotice) -> Markup:
    what = voice(f"kind.{trouble.kind.value}")
    about = voice("outbox.about", what=what, title=trouble.title) if trouble.title else what
    who, when = _who(voice, trouble), voice.moment(trouble.due_at)
    return lines(voice("outbox.trouble", number=number, who=who, about=about, when=when), _why(voice, trouble))


def _who(voice: Voice, found: FailedNotice | SentNotice) -> Markup | str:
    """Return whom a notice is for: a person, a group, or the group of a robot."""
    if found.channel in CHANNELS:
        return voice("robot.of_team", team=found.team, kind=voice(f"robot.kind_{found.channel}"))
    if found.team:
        return voice("outbox.who", name=found.name, team=found.team)
    return found.name or voice("outbox.a_group")


def sent_screen(voice: Voice, found: SentPage) -> Screen:
    """Return a page of what went out today: when, to whom, what, and by which way."""
    page = page_of(found.total, found.start // SENT_A_PAGE, SENT_A_PAGE)
    text = lines(
        voice("outbox.sent_heading", n=found.total),
        "",
        *(
            voice(
                "outbox.sent_line",
                when=voice.moment(one.sent_at),
                who=_who(voice, one),
                what=voice(f"kind.{one.kind.value}"),
                way=way_name(voice, ROBOTS if one.channel in CHANNELS else one.channel),
            )
            for one in found.shown
        ),
    )
    return Screen(text, (*pager(page, SentTodayTap), (Button(voice("button.back"), OutboxTap()),)))


def _why(voice: Voice, trouble: FailedNotice) -> Markup:
    """Return in words why it did not arrive; an unknown error is shown as the channel said it."""
    if trouble.failure not in (None, Failure.OTHER):
        reason = voice(f"outbox.why_{trouble.failure}")
    else:
        reason = voice("outbox.why_other", error=trouble.error) if trouble.error else voice("outbox.why_unknown")
    if trouble.channel not in ("", TELEGRAM, *CHANNELS):
        reason = voice("outbox.why_by", way=way_name(voice, trouble.channel), why=reason)
    if trouble.state is NoticeState.FAILED:
        return voice("outbox.why_failed", reason=reason)
    return voice("outbox.why_expired_after", reason=reason) if trouble.error else voice("outbox.why_expired")


def unreachable_screen(voice: Voice, people: Sequence[Lost], number: int) -> Screen:
    """Return a page of those who cannot be reached, by team, and what helps."""
    page = page_of(len(people), number, PEOPLE_A_PAGE)
    teams = [
        voice(
            "outbox.lost_team",
            team=team or voice("outbox.no_team"),
            names=voice.listed(person.name for person in group),
        )
        for team, group in groupby(people[page.start : page.stop], key=lambda person: person.team)
    ]
    text = lines(voice("outbox.lost", n=len(people)), "", *teams, "", voice("outbox.lost_hint"))
    return Screen(text, (*pager(page, UnreachableTap), (Button(voice("button.back"), OutboxTap()),)))
