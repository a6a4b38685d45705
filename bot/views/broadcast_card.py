"""The sender's live card of a broadcast, and the lists behind it."""

from collections.abc import Callable

from markupsafe import Markup

from bot.callbacks import Payload
from bot.callbacks.broadcast import (
    CorrectTap,
    MissedTap,
    NudgeTap,
    RefreshTap,
    SilentTap,
    StopTap,
    TeamStateTap,
)
from bot.callbacks.common import NothingTap
from bot.views.broadcast import audience_words, excerpt
from bot.views.screen import DANGER, PRIMARY, Button, Page, Row, Screen, lines
from bot.views.voice import Voice
from corps.broadcast_people import Missed
from corps.broadcast_state import Standing, TeamTally
from models.words import BroadcastState, NoticeState

PAGE = 40
"""How many people a page names."""

MISSED_ON_CARD = 8
MINUTE = 60


def standing_card(voice: Voice, standing: Standing) -> Screen:
    """Return the card: what is out, what is not and why, who has confirmed, by team."""
    text = lines(
        voice("broadcast.card_title", when=voice.moment(standing.sent_at) if standing.sent_at else ""),
        voice("broadcast.excerpt", text=excerpt(standing.html)) if standing.html else None,
        voice("broadcast.to_whom", to=audience_words(voice, standing.described), n=standing.total.people),
        "",
        _phase(voice, standing),
        _numbers(voice, standing),
        _doubled(voice, standing),
        _corrected(voice, standing),
        *(_group(voice, title, state) for title, state in standing.groups),
        "",
        *(_team(voice, team) for team in standing.teams),
        *_missed(voice, standing),
    )
    return Screen(text, tuple(_buttons(voice, standing)))


def _phase(voice: Voice, standing: Standing) -> Markup:
    if standing.state is BroadcastState.MISSED:
        return voice("broadcast.phase_missed")
    if standing.state is BroadcastState.STOPPED:
        return voice("broadcast.phase_stopped", n=standing.total.stopped)
    if not standing.total.queued:
        return voice("broadcast.phase_done")
    if standing.held_until is not None:
        return voice("broadcast.phase_held", n=standing.total.queued, when=voice.moment(standing.held_until))
    return voice("broadcast.phase_sending", n=standing.total.queued, left=_left(voice, standing.seconds_left))


def _left(voice: Voice, seconds: int) -> Markup:
    if seconds < MINUTE:
        return voice("broadcast.seconds", n=max(1, seconds))
    return voice("broadcast.minutes", n=-(-seconds // MINUTE))


def _numbers(voice: Voice, standing: Standing) -> Markup:
    total = standing.total
    return voice(
        "broadcast.numbers",
        queued=total.queued,
        sent=total.sent,
        acknowledged=total.acknowledged,
        unreachable=total.unreachable,
        failed=total.failed,
    )


def _doubled(voice: Voice, standing: Standing) -> Markup | None:
    return voice("broadcast.doubled", n=standing.doubled) if standing.doubled else None


def _corrected(voice: Voice, standing: Standing) -> Markup | None:
    done, of = standing.corrections
    return voice("broadcast.corrected", done=done, of=of) if standing.corrected else None


def _group(voice: Voice, title: str, state: NoticeState) -> Markup:
    out = {NoticeState.SENT: "sent", NoticeState.OWED: "queued", NoticeState.LEASED: "queued"}.get(state, "failed")
    return voice(f"broadcast.group_{out}", title=title)


def _team(voice: Voice, team: TeamTally) -> Markup:
    tally = team.tally
    line = voice(
        "broadcast.team",
        team=team.team or voice("broadcast.no_team_name"),
        acknowledged=tally.acknowledged,
        people=tally.people,
    )
    if team.silent:
        line += voice("broadcast.team_silent", names="、".join(team.silent))
    elif tally.silent:
        line += voice("broadcast.team_silent_count", n=tally.silent)
    return line


def missed_line(voice: Voice, person: Missed) -> Markup:
    """Return who did not get it, and why."""
    team = person.team or voice("broadcast.no_team_name")
    return voice("broadcast.missed", name=person.name, team=team, why=voice(f"broadcast.why_{person.why.value}"))


def _missed(voice: Voice, standing: Standing) -> list[Markup]:
    if not standing.missed:
        return []
    shown = [missed_line(voice, person) for person in standing.missed[:MISSED_ON_CARD]]
    more = standing.total.unreachable + standing.total.failed - len(shown)
    return [
        Markup(""),
        voice("broadcast.missed_heading"),
        *shown,
        *([voice("broadcast.more", n=more)] if more > 0 else []),
    ]


def _buttons(voice: Voice, standing: Standing) -> list[Row]:
    if standing.state is BroadcastState.MISSED:
        return []
    rows: list[Row] = [(Button(voice("broadcast.refresh"), RefreshTap(standing.id)),)]
    total = standing.total
    if total.silent:
        names = Button(voice("broadcast.silent", n=total.silent), SilentTap(standing.id, -1))
        nudge = Button(voice("broadcast.nudge", n=total.silent), NudgeTap(standing.id), style=PRIMARY)
        rows.append((names,) if total.queued else (names, nudge))
    if lost := total.unreachable + total.failed:
        rows.append((Button(voice("broadcast.missed_button", n=lost), MissedTap(standing.id, -1)),))
    if total.queued and standing.state is BroadcastState.SENDING:
        rows.append((Button(voice("broadcast.stop", n=total.queued), StopTap(standing.id), style=DANGER),))
    if total.queued + total.sent and standing.correctable:
        rows.append((Button(voice("broadcast.correct"), CorrectTap(standing.id)),))
    return rows


def silent_page(voice: Voice, broadcast_id: int, total: int, people: list[tuple[str, str]], page: Page) -> Screen:
    """Return a page of those who have not confirmed, by team."""
    if not total:
        return Screen(voice("broadcast.nobody_silent"))
    by_team: dict[str, list[str]] = {}
    for team, name in people:
        by_team.setdefault(team, []).append(name)
    text = lines(
        voice("broadcast.silent_heading", n=total),
        *(
            voice("broadcast.team_names", team=team or voice("broadcast.no_team_name"), names="、".join(names))
            for team, names in by_team.items()
        ),
    )
    return Screen(text, _turns(page, lambda number: SilentTap(broadcast_id, number)))


def missed_page(voice: Voice, broadcast_id: int, total: int, people: list[Missed], page: Page) -> Screen:
    """Return a page of those who did not get it, with why."""
    if not total:
        return Screen(voice("broadcast.nobody_missed"))
    text = lines(voice("broadcast.missed_total", n=total), *(missed_line(voice, person) for person in people))
    return Screen(text, _turns(page, lambda number: MissedTap(broadcast_id, number)))


def _turns(page: Page, to: Callable[[int], Payload]) -> tuple[Row, ...]:
    row = []
    if page.number > 0:
        row.append(Button("◀", to(page.number - 1)))
    if page.count > 1:
        row.append(Button(f"{page.number + 1}/{page.count}", NothingTap()))
    if page.number < page.count - 1:
        row.append(Button("▶", to(page.number + 1)))
    return (tuple(row),) if row else ()


def team_state(voice: Voice, standing: Standing) -> Screen:
    """Return how a broadcast stands in one team, for its leader."""
    text = lines(
        voice("broadcast.team_title"),
        voice("broadcast.excerpt", text=excerpt(standing.html)) if standing.html else None,
        "",
        _numbers(voice, standing),
        *(_team(voice, team) for team in standing.teams),
        *_missed(voice, standing),
    )
    return Screen(text, ((Button(voice("broadcast.refresh"), TeamStateTap(standing.id, again=True)),),))


def team_numbers(voice: Voice, standing: Standing) -> Markup:
    """Return the numbers of one team, short enough for a note."""
    return _numbers(voice, standing)
