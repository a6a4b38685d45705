"""收到, and the sender's card of a broadcast: who has it, who has not, who has confirmed."""

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.broadcast import AckTap, FormersTap, MissedTap, NudgeTap, OpenTap, RefreshTap, SilentTap, StopTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import broadcast_progress as views
from bot.views.broadcast import formers_screen
from bot.views.broadcast_copy import copy_rows
from bot.views.broadcast_timing import scheduled_screen
from bot.views.screen import Screen, page_of
from corps.broadcasts import acknowledgements, broadcasts, live_cards, progress, recipients
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.progress import Progress
from corps.broadcasts.recipients import Missed
from corps.moment import Moment
from corps.people import Actor
from models.enums import BroadcastState

routes = Routes()


@routes.tap(AckTap, Access.MEMBER, in_groups=True)
async def on_acknowledge(turn: Turn, tap: AckTap) -> None:
    """收到: noted; the button under one's own copy says so. In a group it stays for the others."""
    first = await turn.run(acknowledgements.acknowledge, tap.broadcast)
    await turn.toast(turn.voice("toast.acknowledged" if first else "toast.acknowledged_before"))
    if not turn.in_group:
        rows = copy_rows(turn.voice, tap.broadcast, acknowledged=True, for_leader=turn.actor.is_leader)
        await turn.rebutton(rows)


Shown = Progress | Preview
"""A broadcast's card: how it stands, or the hour it waits for."""


def card_screen(turn: Turn, shown: Shown) -> Screen:
    """Return the card of a broadcast."""
    if isinstance(shown, Preview):
        return scheduled_screen(turn.voice, shown)
    return views.standing_card(turn.voice, shown)


def _read(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Shown:
    row = broadcasts.find(session, actor, broadcast_id)
    if row.state is BroadcastState.SCHEDULED:
        return broadcasts.preview(session, actor, at, broadcast_id)
    broadcasts.demand_begun(row)
    return progress.read(session, at, row)


@routes.tap(RefreshTap, Access.COORDINATOR)
async def on_refresh(turn: Turn, tap: RefreshTap) -> None:
    """刷新: the card as it is now."""
    await turn.show(card_screen(turn, await turn.run(_read, tap.broadcast)), turn.voice("toast.refreshed"))


@routes.tap(OpenTap, Access.COORDINATOR)
async def on_open(turn: Turn, tap: OpenTap) -> None:
    """The card of a former broadcast, which is the live one from now on."""
    shown = await turn.run(_read, tap.broadcast)
    await turn.toast()
    sent = await turn.send(card_screen(turn, shown))
    await turn.run(broadcasts.put_card, tap.broadcast, (turn.chat, str(sent.message_id)))


@routes.tap(FormersTap, Access.COORDINATOR)
async def on_formers(turn: Turn, _tap: FormersTap) -> None:
    """The newest broadcasts, each with its card."""
    rows = await turn.run(live_cards.recent)
    await turn.show(formers_screen(turn.voice, rows))


@routes.tap(SilentTap, Access.COORDINATOR)
async def on_silent(turn: Turn, tap: SilentTap) -> None:
    """未确认名单."""
    total, people = await turn.run(_silent, tap.broadcast, tap.page)
    page = page_of(total, tap.page, views.PAGE)
    await _list(
        turn,
        views.silent_page(turn.voice, lambda n: SilentTap(tap.broadcast, n), total, people, page),
        opens=tap.page < 0,
    )


def _silent(
    session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int
) -> tuple[int, list[tuple[str, str]]]:
    row = broadcasts.find(session, actor, broadcast_id)
    total, _ = recipients.silent_people(session, row, None, 0, 1)
    start = page_of(total, number, views.PAGE).start
    return recipients.silent_people(session, row, None, start, views.PAGE)


async def _list(turn: Turn, screen: Screen, *, opens: bool) -> None:
    """Show a page of a list: the first time as a message of its own, so that the card stays the card."""
    if opens:
        await turn.toast()
        await turn.send(screen)
    else:
        await turn.show(screen)


@routes.tap(MissedTap, Access.COORDINATOR)
async def on_missed(turn: Turn, tap: MissedTap) -> None:
    """联系不上: who, and why."""
    total, people = await turn.run(_missed, tap.broadcast, tap.page)
    page = page_of(total, tap.page, views.PAGE)
    await _list(
        turn,
        views.missed_page(turn.voice, lambda n: MissedTap(tap.broadcast, n), total, people, page),
        opens=tap.page < 0,
    )


def _missed(session: Session, actor: Actor, _at: Moment, broadcast_id: int, number: int) -> tuple[int, list[Missed]]:
    row = broadcasts.find(session, actor, broadcast_id)
    total = recipients.count_missed(session, row)
    start = page_of(total, number, views.PAGE).start
    return total, recipients.missed(session, row, None, views.PAGE, start)


@routes.tap(NudgeTap, Access.COORDINATOR)
async def on_nudge(turn: Turn, tap: NudgeTap) -> None:
    """催一下."""
    number, shown = await turn.run(_nudge, tap.broadcast)
    await turn.show(card_screen(turn, shown), turn.voice("toast.nudged", n=number))


def _nudge(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> tuple[int, Shown]:
    return acknowledgements.nudge(session, actor, at, broadcast_id), _read(session, actor, at, broadcast_id)


@routes.tap(StopTap, Access.COORDINATOR)
async def on_stop(turn: Turn, tap: StopTap) -> None:
    """停止发送: take back what is not out yet."""
    shown = await turn.run(_stop, tap.broadcast)
    await turn.show(card_screen(turn, shown), turn.voice("toast.stopped"))


def _stop(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Shown:
    broadcasts.stop(session, actor, at, broadcast_id)
    return _read(session, actor, at, broadcast_id)
