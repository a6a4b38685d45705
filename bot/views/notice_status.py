"""`/notices`: how the messages stand, which did not arrive and why, and who cannot be reached."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from bot.callbacks.notice_status import OutboxTap, RetryTap, TroubleTap, UnreachableTap
from bot.texts.voice import Voice
from bot.views.screen import Button, Row, Screen, lines, page_of, pager, rows_of
from corps.delivery.status import FailedNotice, Lost, QueueStatus, Troubles
from corps.parsing.lengths import cut
from models.enums import Failure, NoticeState

A_PAGE = 5
PEOPLE_A_PAGE = 40
NAME_ON_BUTTON = 12


def standing_screen(voice: Voice, found: QueueStatus) -> Screen:
    """Return the numbers, with the way to what went wrong."""
    text = lines(
        voice("outbox.heading"),
        "",
        voice("outbox.sent_today", n=found.sent_today),
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
        Button(voice("button.retry", number=n, name=cut(t.name or t.team, NAME_ON_BUTTON)), RetryTap(t.id, page.number))
        for n, t in numbered
    ]
    back = (Button(voice("button.back"), OutboxTap()),)
    return Screen(text, (*rows_of(retries, 2), *pager(page, TroubleTap), back))


def _trouble(voice: Voice, number: int, trouble: FailedNotice) -> Markup:
    what = voice(f"kind.{trouble.kind.value}")
    about = voice("outbox.about", what=what, title=trouble.title) if trouble.title else what
    who = (
        voice("outbox.who", name=trouble.name, team=trouble.team)
        if trouble.team
        else trouble.name or voice("outbox.a_group")
    )
    if trouble.channel:
        who = voice("robot.of_team", team=trouble.team, kind=voice(f"robot.kind_{trouble.channel}"))
    head = voice("outbox.trouble", number=number, who=who, about=about, when=voice.moment(trouble.due_at))
    return lines(head, _why(voice, trouble))


def _why(voice: Voice, trouble: FailedNotice) -> Markup:
    """Say in words why it did not arrive; an answer that we do not know is shown as it is."""
    if trouble.failure not in (None, Failure.OTHER):
        reason = voice(f"outbox.why_{trouble.failure}")
    else:
        reason = voice("outbox.why_other", error=trouble.error) if trouble.error else voice("outbox.why_unknown")
    if trouble.state is NoticeState.FAILED:
        return voice("outbox.why_failed", reason=reason)
    return voice("outbox.why_expired_after", reason=reason) if trouble.error else voice("outbox.why_expired")


def unreachable_screen(voice: Voice, people: Sequence[Lost], number: int) -> Screen:
    """Return a page of those who cannot be reached, by team, and what helps."""
    page = page_of(len(people), number, PEOPLE_A_PAGE)
    teams = [
        voice(
            "outbox.lost_team", team=team or voice("outbox.no_team"), names="、".join(person.name for person in group)
        )
        for team, group in groupby(people[page.start : page.stop], key=lambda person: person.team)
    ]
    text = lines(voice("outbox.lost", n=len(people)), "", *teams, "", voice("outbox.lost_hint"))
    return Screen(text, (*pager(page, UnreachableTap), (Button(voice("button.back"), OutboxTap()),)))
