"""群发情况: how broadcasts stand in a leader's own team."""

from bot.access import Access
from bot.callbacks.broadcast import TeamFormersTap, TeamMissedTap, TeamSilentTap, TeamStateTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import team_progress as views
from bot.views.broadcast_progress import PAGE, missed_page, silent_page
from corps.broadcasts import person_lists, progress, team_progress

routes = Routes()


@routes.tap(TeamStateTap, Access.LEADER, in_groups=True)
async def on_team_state(turn: Turn, tap: TeamStateTap) -> None:
    """本分团情况, for the team's leader; in a group the numbers only, as a note that nobody else reads."""
    standing = await turn.run(progress.read_own_team, tap.broadcast)
    if turn.in_group:
        await turn.toast(views.team_numbers(turn.voice, standing), alert=True)
    elif tap.again:
        await turn.show(views.team_state(turn.voice, standing), turn.voice("toast.refreshed"))
    else:
        await turn.toast()
        await turn.send(views.team_state(turn.voice, standing))


@routes.tap(TeamFormersTap, Access.LEADER)
async def on_formers(turn: Turn, _tap: TeamFormersTap) -> None:
    """群发情况: the newest broadcasts to the own team."""
    found = await turn.run(team_progress.recent)
    await turn.show(views.formers(turn.voice, turn.actor.team_id or 0, found))


@routes.tap(TeamSilentTap, Access.LEADER)
async def on_silent(turn: Turn, tap: TeamSilentTap) -> None:
    """未确认名单, of the own team."""
    found = await turn.run(person_lists.silent_of_own_team, tap.broadcast, tap.page, PAGE)
    back = TeamStateTap(tap.broadcast, again=True)
    await turn.show(silent_page(turn.voice, lambda n: TeamSilentTap(tap.broadcast, n), found, back))


@routes.tap(TeamMissedTap, Access.LEADER)
async def on_missed(turn: Turn, tap: TeamMissedTap) -> None:
    """联系不上, of the own team: who, and why."""
    found = await turn.run(person_lists.missed_of_own_team, tap.broadcast, tap.page, PAGE)
    back = TeamStateTap(tap.broadcast, again=True)
    await turn.show(missed_page(turn.voice, lambda n: TeamMissedTap(tap.broadcast, n), found, back))
