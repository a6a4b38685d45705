"""/team: a leader's own team, with what it still lacks."""

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.people import OpeningsTap
from bot.routes import Routes
from bot.turn import Turn
from bot.views import people as views
from bot.views.screen import Screen
from corps import openings, team_broadcasts, team_cards
from corps.moment import Moment
from corps.people import Actor
from corps.team_cards import NO_TEAM, TeamCard

routes = Routes()


@routes.command("team", Access.LEADER)
async def team(turn: Turn) -> None:
    """Show the leader's own team; a coordinator who leads none is shown the way to /teams."""
    found = await turn.run(_own_team)
    await turn.send(views.no_team(turn.voice) if found is None else _screen(turn, *found))


Seen = tuple[TeamCard, int, bool]
"""A team's card, how many places it lacks, and whether there are broadcasts for its leader to look at."""


def _own_team(session: Session, actor: Actor, at: Moment) -> Seen | None:
    return _team(session, actor, at, actor.team_id, 0) if actor.is_leader and actor.team_id else None


def _team(session: Session, actor: Actor, at: Moment, team_id: int, page: int) -> Seen:
    card = team_cards.see_team(session, actor, at, team_id, page)
    lacking = 0 if team_id == NO_TEAM else len(openings.openings(session, actor, at, team_id))
    return card, lacking, team_id == actor.team_id and team_broadcasts.any_recent(session, actor, at)


def _screen(turn: Turn, card: TeamCard, lacking: int, broadcasts: bool) -> Screen:
    return views.team_screen(turn.voice, card, turn.bot.username, lacking, broadcasts=broadcasts)


async def show_team(turn: Turn, team_id: int, page: int = 0, toast: str = "") -> None:
    """Show a team's card under the finger; `toast` is the key of what has just been done."""
    seen = await turn.run(_team, team_id, page)
    await turn.show(_screen(turn, *seen), turn.voice(toast) if toast else "")


@routes.tap(OpeningsTap, Access.LEADER)
async def on_openings(turn: Turn, tap: OpeningsTap) -> None:
    """Show where the team lacks people, and what it could claim."""
    found = await turn.run(openings.openings, tap.team)
    await turn.show(views.openings_screen(turn.voice, tap.team, found, tap.page))
