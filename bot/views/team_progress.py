"""Broadcasts as a team's leader sees them: the newest ones, and the progress of one in the leader's team."""

from markupsafe import Markup

from bot.callbacks.broadcast import TeamFormersTap, TeamMissedTap, TeamSilentTap, TeamStateTap
from bot.callbacks.teams import TeamTap
from bot.texts.voice import Voice
from bot.views.broadcast import excerpt
from bot.views.broadcast_progress import MISSED_ON_CARD, by_way, incomplete, missed_lines, numbers, team_line
from bot.views.screen import Button, Row, Screen, lines
from corps.broadcasts.progress import Progress
from corps.broadcasts.team_progress import TeamBroadcast

ON_BUTTON = 16


def formers(voice: Voice, team_id: int, found: list[TeamBroadcast]) -> Screen:
    """Return the newest broadcasts to a team, each with its numbers and a button to more."""
    said = [
        voice(
            "broadcast.team_former",
            when=voice.moment(one.sent_at),
            text=excerpt(one.html) or voice("broadcast.a_file"),
            numbers=numbers(voice, one.tally),
        )
        for one in found
    ]
    rows: list[Row] = [
        (
            Button(
                f"{voice.moment(one.sent_at)} {excerpt(one.html, ON_BUTTON) or '📎'}",
                TeamStateTap(one.id, again=True),
            ),
        )
        for one in found
    ]
    heading = voice("broadcast.team_formers" if found else "broadcast.no_team_former")
    return Screen(Markup("\n\n").join([heading, *said]), (*rows, (Button(voice("button.back"), TeamTap(team_id, 0)),)))


def team_state(voice: Voice, standing: Progress) -> Screen:
    """Return a broadcast's progress in one team, for its leader; long lists have pages of their own."""
    total = standing.total
    text = lines(
        voice("broadcast.team_title"),
        voice("broadcast.excerpt", text=excerpt(standing.html)) if standing.html else None,
        "",
        numbers(voice, total),
        by_way(voice, standing.ways),
        incomplete(voice, standing),
        *(team_line(voice, team) for team in standing.teams),
        *missed_lines(voice, standing),
    )
    rows: list[Row] = []
    if total.silent and not any(team.silent for team in standing.teams):
        rows.append((Button(voice("broadcast.silent", n=total.silent), TeamSilentTap(standing.id, 0)),))
    if standing.lost > MISSED_ON_CARD:
        rows.append((Button(voice("broadcast.missed_button", n=standing.lost), TeamMissedTap(standing.id, 0)),))
    rows.append(
        (
            Button(voice("broadcast.refresh"), TeamStateTap(standing.id, again=True)),
            Button(voice("broadcast.team_others"), TeamFormersTap()),
        )
    )
    return Screen(text, tuple(rows))


def team_numbers(voice: Voice, standing: Progress) -> Markup:
    """Return the numbers of one team, short enough for a note."""
    return numbers(voice, standing.total)
