"""/team: a leader's own team, with what it still lacks."""

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.people import OpeningsTap
from bot.routes import Routes
from bot.turn import Turn
from bot.views import people as views
from bot.views.screen import Screen
from corps import openings, team_cards
from corps.moment import Moment
from corps.people import Actor
from corps.team_cards import NO_TEAM, TeamCard

routes = Routes()


@routes.command("team", Access.LEADER)
async def team(turn: Turn) -> None:
    """Show the leader's own team; a coordinator who leads none is shown the way to /teams."""
    found = await turn.run(_own_team)
    await turn.send(views.no_team(turn.voice) if found is None else _screen(turn, *found))


def _own_team(session: Session, actor: Actor, at: Moment) -> tuple[TeamCard, int] | None:
    return _team(session, actor, at, actor.team_id, 0) if actor.is_leader and actor.team_id else None


def _team(session: Session, actor: Actor, at: Moment, team_id: int, page: int) -> tuple[TeamCard, int]:
    card = team_cards.see_team(session, actor, at, team_id, page)
    lacking = 0 if team_id == NO_TEAM else len(openings.openings(session, actor, at, team_id))
    return card, lacking


def _screen(turn: Turn, card: TeamCard, lacking: int) -> Screen:
    return views.team_screen(turn.voice, card, turn.bot.username, lacking)


async def show_team(turn: Turn, team_id: int, page: int = 0, toast: str = "") -> None:
    """Show a team's card under the finger; `toast` is the key of what has just been done."""
    card, lacking = await turn.run(_team, team_id, page)
    await turn.show(_screen(turn, card, lacking), turn.voice(toast) if toast else "")


@routes.tap(OpeningsTap, Access.LEADER)
async def on_openings(turn: Turn, tap: OpeningsTap) -> None:
    """Show where the team lacks people, and what it could claim."""
    found = await turn.run(openings.openings, tap.team)
    await turn.show(views.openings_screen(turn.voice, tap.team, found, tap.page))
