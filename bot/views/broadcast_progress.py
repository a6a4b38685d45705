"""The sender's live card of a broadcast, and the lists behind it."""

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import groupby

from markupsafe import Markup

from bot.callbacks import Payload
from bot.callbacks.broadcast import CorrectTap, HavingTap, MissedTap, NudgeTap, OpenTap, RefreshTap, SilentTap, StopTap
from bot.callbacks.common import NothingTap
from bot.texts.voice import Voice
from bot.views.broadcast import audience_words, excerpt, scheduled_screen
from bot.views.personal_data import way_name
from bot.views.screen import DANGER, PRIMARY, Button, Row, Screen, lines, page_of
from corps.addresses import TELEGRAM
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.live_cards import Shown
from corps.broadcasts.person_lists import HavingPage, MissedPage, SilentPage
from corps.broadcasts.progress import Progress, Tally, TeamTally
from corps.broadcasts.recipients import Missed
from models.enums import BroadcastState, NoticeState

PAGE = 40
"""How many people a page names."""

MISSED_ON_CARD = 8
MINUTE = 60


def standing_card(voice: Voice, standing: Progress) -> Screen:
    """Return the card: how many messages were sent, how many were not and why, and who has confirmed, by team."""
    if standing.state is BroadcastState.MISSED:
        return _never_sent(voice, standing)
    text = lines(
        voice("broadcast.card_title", when=voice.moment(standing.sent_at) if standing.sent_at else ""),
        voice("broadcast.excerpt", text=excerpt(standing.html)) if standing.html else None,
        voice("broadcast.to_whom", to=audience_words(voice, standing.described), n=standing.total.people),
        "",
        _phase(voice, standing),
        numbers(voice, standing.total),
        by_way(voice, standing.ways),
        voice("broadcast.mailed", n=standing.mailed) if standing.mailed else None,
        incomplete(voice, standing),
        _doubled(voice, standing),
        _corrected(voice, standing),
        _nudged(voice, standing),
        *(_group(voice, title, state) for title, state in standing.groups),
        *(robot_line(voice, channel, team, state) for channel, team, state in standing.robots),
        "",
        *(team_line(voice, team) for team in standing.teams),
        *missed_lines(voice, standing),
    )
    return Screen(text, tuple(_buttons(voice, standing)))


def card_screen(voice: Voice, shown: Shown) -> Screen:
    """Return the card of a broadcast: its progress, or the time at which it will be sent."""
    return scheduled_screen(voice, shown) if isinstance(shown, Preview) else standing_card(voice, shown)


def _never_sent(voice: Voice, standing: Progress) -> Screen:
    """Return the card of a scheduled broadcast that was never sent: nobody got it, so nothing is counted."""
    text = voice("broadcast.excerpt", text=excerpt(standing.html)) if standing.html else None
    return Screen(lines(voice("broadcast.card_missed"), text, "", voice("broadcast.phase_missed")))


def _phase(voice: Voice, standing: Progress) -> Markup:
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


def numbers(voice: Voice, total: Tally) -> Markup:
    """Return in one line how many got it, how many confirmed, and (only if not 0) how many could not be reached."""
    said = [
        voice("broadcast.numbers", sent=total.sent, acknowledged=total.acknowledged, unreachable=total.unreachable),
        voice("broadcast.failed", n=total.failed) if total.failed else None,
        voice("broadcast.queued", n=total.queued) if total.queued else None,
    ]
    return Markup(" · ").join(part for part in said if part is not None)


def by_way(voice: Voice, ways: Sequence[tuple[str, int]]) -> Markup | None:
    """Return how many people got it by each channel; None while Telegram is the only channel."""
    if not [way for way, _ in ways if way != TELEGRAM]:
        return None
    return voice("broadcast.by_way", ways=" · ".join(f"{way_name(voice, way)} {n}" for way, n in ways))


def incomplete(voice: Voice, standing: Progress) -> Markup | None:
    """Return how many people got only some of its messages; None if nobody."""
    return voice("broadcast.incomplete", n=standing.incomplete) if standing.incomplete else None


def _doubled(voice: Voice, standing: Progress) -> Markup | None:
    return voice("broadcast.doubled", n=standing.doubled) if standing.doubled else None


def _nudged(voice: Voice, standing: Progress) -> Markup | None:
    """Return when 催一下 was last used, and when it can be used again."""
    if standing.nudged_at is None:
        return None
    when = voice.moment(standing.nudged_at)
    if standing.nudge_again is None:
        return voice("broadcast.nudged_at", when=when)
    return voice("broadcast.nudged_lately", when=when, again=voice.moment(standing.nudge_again))


def _corrected(voice: Voice, standing: Progress) -> Markup | None:
    done, of = standing.corrections
    return voice("broadcast.corrected", done=done, of=of) if standing.corrected else None


_IN_GROUP = {
    NoticeState.SENT: "sent",
    NoticeState.OWED: "queued",
    NoticeState.LEASED: "queued",
    NoticeState.CANCELLED: "stopped",
}


def _group(voice: Voice, title: str, state: NoticeState) -> Markup:
    return voice(f"broadcast.group_{_IN_GROUP.get(state, 'failed')}", title=title)


def robot_line(voice: Voice, channel: str, team: str, state: NoticeState) -> Markup:
    """Return the state of the copy that a group robot sends."""
    return voice(f"robot.card_{_IN_GROUP.get(state, 'failed')}", kind=voice(f"robot.kind_{channel}"), team=team)


def team_line(voice: Voice, team: TeamTally) -> Markup:
    """Return how many of a team have confirmed, and who has not."""
    tally = team.tally
    line = voice(
        "broadcast.team",
        team=team.team or voice("broadcast.no_team_name"),
        acknowledged=tally.acknowledged,
        people=tally.people,
    )
    if team.silent:
        line += voice("broadcast.team_silent", names=voice.listed(team.silent))
    elif tally.silent:
        line += voice("broadcast.team_silent_count", n=tally.silent)
    return line


def missed_line(voice: Voice, person: Missed) -> Markup:
    """Return who did not get it, and why."""
    team = person.team or voice("broadcast.no_team_name")
    return voice("broadcast.missed", name=person.name, team=team, why=voice(f"broadcast.why_{person.why.value}"))


def missed_lines(voice: Voice, standing: Progress) -> list[Markup]:
    """Return who did not get it and why; only the first few by name."""
    if not standing.missed:
        return []
    shown = [missed_line(voice, person) for person in standing.missed[:MISSED_ON_CARD]]
    more = standing.lost - len(shown)
    return [
        Markup(""),
        voice("broadcast.missed_heading"),
        *shown,
        *([voice("broadcast.more", n=more)] if more > 0 else []),
    ]


def _buttons(voice: Voice, standing: Progress) -> list[Row]:
    if standing.state is BroadcastState.MISSED:
        return []
    rows: list[Row] = [(Button(voice("broadcast.refresh"), RefreshTap(standing.id)),)]
    total = standing.total
    if len(standing.ways) > 1:
        rows.append((Button(voice("broadcast.having"), HavingTap(standing.id, -1)),))
    if total.silent:
        names = Button(voice("broadcast.silent", n=total.silent), SilentTap(standing.id, -1))
        nudge = Button(voice("broadcast.nudge", n=total.silent), NudgeTap(standing.id), style=PRIMARY)
        rows.append((names,) if total.queued else (names, nudge))
    if standing.lost:
        rows.append((Button(voice("broadcast.missed_button", n=standing.lost), MissedTap(standing.id, -1)),))
    if total.queued and standing.state is BroadcastState.SENDING:
        rows.append((Button(voice("broadcast.stop", n=total.queued), StopTap(standing.id), style=DANGER),))
    if total.queued + total.sent:
        rows.append((Button(voice("broadcast.correct"), CorrectTap(standing.id)),))
    return rows


ToPage = Callable[[int], Payload]
"""Makes the payload that turns to a page."""


def silent_page(voice: Voice, to: ToPage, found: SilentPage, back: Payload | None = None) -> Screen:
    """Return a page of those who have not confirmed, by team; `back` leads to where it was opened from."""
    if not found.total:
        return Screen(voice("broadcast.nobody_silent"), _back(voice, back))
    by_team: dict[str, list[str]] = {}
    for team, name in found.people:
        by_team.setdefault(team, []).append(name)
    text = lines(
        voice("broadcast.silent_heading", n=found.total),
        *(
            voice(
                "broadcast.team_names",
                team=team or voice("broadcast.no_team_name"),
                names=voice.listed(names),
            )
            for team, names in by_team.items()
        ),
    )
    return Screen(text, (*_turns(found, to), *_back(voice, back)))


def having_page(voice: Voice, to: ToPage, found: HavingPage) -> Screen:
    """Return a page of those who have it, by the way that it came."""
    said: list[Markup] = [voice("broadcast.having_heading", n=found.total)]
    for way, people in groupby(found.people, key=lambda one: one[0]):
        said += [Markup(""), voice("broadcast.having_way", way=way_name(voice, way))]
        for team, named in groupby(people, key=lambda one: one[1]):
            names = voice.listed(name for _, _, name in named)
            said.append(voice("broadcast.team_names", team=team or voice("broadcast.no_team_name"), names=names))
    return Screen(lines(*said), _turns(found, to))


def missed_page(voice: Voice, to: ToPage, found: MissedPage, back: Payload | None = None) -> Screen:
    """Return a page of those who did not get it, with why; `back` leads to where it was opened from."""
    if not found.total:
        return Screen(voice("broadcast.nobody_missed"), _back(voice, back))
    heading = voice("broadcast.missed_total", n=found.total)
    return Screen(
        lines(heading, *(missed_line(voice, person) for person in found.people)),
        (*_turns(found, to), *_back(voice, back)),
    )


def _back(voice: Voice, to: Payload | None) -> tuple[Row, ...]:
    return ((Button(voice("button.back"), to),),) if to is not None else ()


def _turns(found: HavingPage | SilentPage | MissedPage, to: ToPage) -> tuple[Row, ...]:
    page, row = page_of(found.total, found.start // PAGE, PAGE), []
    if page.number > 0:
        row.append(Button("◀", to(page.number - 1)))
    if page.count > 1:
        row.append(Button(f"{page.number + 1}/{page.count}", NothingTap()))
    if page.number < page.count - 1:
        row.append(Button("▶", to(page.number + 1)))
    return (tuple(row),) if row else ()


def hour_came(voice: Voice, broadcast_id: int, when: dt.datetime) -> Screen:
    """Return the card's text once a scheduled broadcast is due: it can no longer be cancelled."""
    row = (Button(voice("broadcast.see_now"), OpenTap(broadcast_id)),)
    return Screen(voice("broadcast.hour_came", when=voice.moment(when)), (row,))
