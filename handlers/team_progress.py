"""群发情况: how broadcasts stand in a leader's own team."""

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.broadcast import TeamFormersTap, TeamMissedTap, TeamSilentTap, TeamStateTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import team_progress as views
from bot.views.broadcast_progress import PAGE, missed_page, silent_page
from bot.views.screen import page_of
from corps.broadcasts import progress, recipients, team_progress
from corps.broadcasts.progress import Progress
from corps.broadcasts.recipients import Missed
from corps.moment import Moment
from corps.people import Actor

routes = Routes()


@routes.tap(TeamStateTap, Access.LEADER, in_groups=True)
async def on_team_state(turn: Turn, tap: TeamStateTap) -> None:
    """本分团情况, for the team's leader; in a group the numbers only, as a note that nobody else reads."""
    standing = await turn.run(_team_state, tap.broadcast)
    if turn.in_group:
        await turn.toast(views.team_numbers(turn.voice, standing), alert=True)
    elif tap.again:
        await turn.show(views.team_state(turn.voice, standing), turn.voice("toast.refreshed"))
    else:
        await turn.toast()
        await turn.send(views.team_state(turn.voice, standing))


def _team_state(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Progress:
    return progress.read_own_team(session, actor, at, broadcast_id)


@routes.tap(TeamFormersTap, Access.LEADER)
async def on_formers(turn: Turn, _tap: TeamFormersTap) -> None:
    """群发情况: the newest broadcasts to the own team."""
    found = await turn.run(team_progress.recent)
    await turn.show(views.formers(turn.voice, turn.actor.team_id or 0, found))


@routes.tap(TeamSilentTap, Access.LEADER)
async def on_silent(turn: Turn, tap: TeamSilentTap) -> None:
    """未确认名单, of the own team."""
    total, people = await turn.run(_silent, tap.broadcast, tap.page)
    page, back = page_of(total, tap.page, PAGE), TeamStateTap(tap.broadcast, again=True)
    await turn.show(
        silent_page(turn.voice, lambda n: TeamSilentTap(tap.broadcast, n), total, people, page, back),
    )


def _silent(
    session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int
) -> tuple[int, list[tuple[str, str]]]:
    row = progress.find_for_leader(session, actor, broadcast_id)
    total, _ = recipients.silent_people(session, row, actor.team_id, 0, 1)
    start = page_of(total, number, PAGE).start
    return recipients.silent_people(session, row, actor.team_id, start, PAGE)


@routes.tap(TeamMissedTap, Access.LEADER)
async def on_missed(turn: Turn, tap: TeamMissedTap) -> None:
    """联系不上, of the own team: who, and why."""
    total, people = await turn.run(_missed, tap.broadcast, tap.page)
    page, back = page_of(total, tap.page, PAGE), TeamStateTap(tap.broadcast, again=True)
    await turn.show(missed_page(turn.voice, lambda n: TeamMissedTap(tap.broadcast, n), total, people, page, back))


def _missed(session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int) -> tuple[int, list[Missed]]:
    row = progress.find_for_leader(session, actor, broadcast_id)
    total = recipients.count_missed(session, row, actor.team_id)
    start = page_of(total, number, PAGE).start
    return total, recipients.missed(session, row, actor.team_id, PAGE, start)
