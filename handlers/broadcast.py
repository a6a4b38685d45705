"""/broadcast: the text, the audience, the preview, then 确认发送, now or at an hour."""

import asyncio
import datetime as dt
from typing import Any

import structlog
from sqlmodel import Session

from bot.access import Access
from bot.callbacks.broadcast import (
    ComposeTap,
    DropTap,
    HourTap,
    InGroupsTap,
    LaterTap,
    RewriteTap,
    ScheduleTap,
    SendTap,
)
from bot.routing.message_input import read_typed
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import broadcast as views
from bot.views.broadcast_progress import standing_card
from bot.views.broadcast_timing import ask_hour, scheduled_screen
from bot.views.schedule import schedule_picture, schedule_texts
from bot.views.screen import TEXT_MAX, Screen
from corps import conversations
from corps.activities import schedules
from corps.activities.schedules import Schedule, ScheduleSpan
from corps.broadcasts import broadcasts, compose_form, live_cards, progress, timing
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.compose_form import KIND, InputTrouble, SentPiece, Stand
from corps.broadcasts.compose_options import Step
from corps.broadcasts.progress import Progress
from corps.conversations import Conversation
from corps.moment import Moment
from corps.parsing.times import Half
from corps.people import Actor

routes = Routes()
log = structlog.get_logger()
HOUR = "broadcast_hour"

Card = tuple[int, int]
"""The chat and the message of the sender's card."""


@routes.command("broadcast", Access.COORDINATOR)
async def broadcast(turn: Turn) -> None:
    """Take the text that came along, or ask for it."""
    sent = SentPiece()
    if turn.query is None and turn.message is not None:
        sent = read_typed(turn.message, command=True)
    if sent == SentPiece():
        unfinished, former = await turn.run(_ask, turn.key)
        await turn.send(views.ask_text(turn.voice, unfinished=unfinished, former=former))
        return
    stand = await turn.run(compose_form.absorb, sent, turn.key, afresh=True)
    await show_stand(turn, stand)


def _ask(session: Session, actor: Actor, at: Moment, key: str) -> tuple[bool, bool]:
    unfinished = compose_form.ask(session, actor, at, key)
    return unfinished, bool(live_cards.recent(session, actor, at, 1))


async def show_stand(turn: Turn, stand: Stand) -> None:
    """Show where it stands: the open question, or the preview exactly as it will look."""
    if stand.trouble is InputTrouble.ALBUM_AGAIN:
        return
    if stand.preview is None:
        await turn.show(views.stand_screen(turn.voice, stand))
        return
    if stand.trouble is not None:
        await turn.send(Screen(views.trouble_line(turn.voice, stand)))
    await show_preview(turn, stand.preview)


async def show_preview(turn: Turn, preview: Preview) -> None:
    """Send the message as it will look, and under it to how many it goes and 确认发送."""
    if turn.query is not None:
        await turn.show(Screen(turn.voice("broadcast.look_below")))
    for screen in views.as_it_will_look(turn.voice, preview.content):
        await turn.send(screen)
    await turn.send(views.preview_screen(turn.voice, preview))


async def show_question(turn: Turn, _conversation: Conversation) -> None:
    """Ask the open question again."""
    await show_stand(turn, await turn.run(compose_form.look))


@routes.conversation(KIND, Access.COORDINATOR, show_question)
async def take_piece(turn: Turn, _conversation: Conversation) -> None:
    """Take a text, a photo or a file, in whatever order they come."""
    sent = read_typed(turn.message) if turn.message is not None else SentPiece()
    await show_stand(turn, await turn.run(compose_form.absorb, sent, turn.key))


@routes.tap(ComposeTap, Access.COORDINATOR)
async def on_compose(turn: Turn, tap: ComposeTap) -> None:
    """Take an answer given by a button."""
    if tap.step not in set(Step):
        await turn.run(lambda _session, _actor, _at: None)
        await turn.toast(turn.voice("door.old_button"), alert=True)
        return
    await show_stand(turn, await turn.run(compose_form.choose, Step(tap.step), tap.value))


@routes.tap(ScheduleTap, Access.COORDINATOR)
async def on_schedule(turn: Turn, tap: ScheduleTap) -> None:
    """本周安排 and the like: the text comes from the published activities."""
    made = await make_schedule(turn, tap.span)
    if made is not None:
        await show_stand(turn, await turn.run(compose_form.use_text, *made))


async def make_schedule(turn: Turn, span: ScheduleSpan, most: int = TEXT_MAX) -> tuple[list[str], str] | None:
    """Return a schedule as texts of at most so many characters, and its picture's file id. None, said: it is empty."""
    schedule = await turn.run(schedules.read, span)
    if not schedule.days:
        await turn.toast(turn.voice("schedule.empty"), alert=True)
        return None
    return schedule_texts(turn.voice, schedule, turn.bot.username, most), await _picture(turn, schedule)


async def _picture(turn: Turn, schedule: Schedule) -> str:
    """Hand the picture of a schedule to Telegram and return its file id; empty when there is none."""
    try:
        png = await asyncio.to_thread(schedule_picture, turn.voice, schedule)
    except Exception as error:
        # The text says the same: a schedule without its picture is better than no schedule.
        log.error("schedule.no_picture", exc_info=error)
        return ""
    if png is None:
        return ""
    sent = await turn.send(Screen(turn.voice("schedule.picture"), photo=png))
    return sent.photo[-1].file_id if sent.photo else ""


@routes.tap(RewriteTap, Access.COORDINATOR)
async def on_rewrite(turn: Turn, tap: RewriteTap) -> None:
    """修改: take it back, and ask for another text."""
    await show_stand(turn, await turn.run(compose_form.reopen, tap.broadcast))


@routes.tap(InGroupsTap, Access.COORDINATOR)
async def on_in_groups(turn: Turn, tap: InGroupsTap) -> None:
    """发到分团群, or to each member by themselves."""
    preview = await turn.run(_use_groups, tap)
    await turn.show(views.preview_screen(turn.voice, preview))


def _use_groups(session: Session, actor: Actor, at: Moment, tap: InGroupsTap) -> Preview:
    preview = broadcasts.use_groups(session, actor, at, tap.broadcast, tap.revision, on=tap.on)
    compose_form.remember(session, actor, at, preview)
    return preview


@routes.tap(DropTap, Access.COORDINATOR)
async def on_drop(turn: Turn, tap: DropTap) -> None:
    """取消 before it is out."""
    await turn.run(_drop, tap.broadcast)
    await turn.show(Screen(turn.voice("broadcast.dropped")))


def _drop(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> None:
    broadcasts.cancel(session, actor, at, broadcast_id)
    compose_form.finish(session, actor, broadcast_id)


@routes.tap(SendTap, Access.COORDINATOR)
async def on_send(turn: Turn, tap: SendTap) -> None:
    """确认发送: it goes out; the message under the finger becomes the live card."""
    standing = await turn.run(_send, tap, _card(turn))
    await turn.show(standing_card(turn.voice, standing), turn.voice("toast.sending"))


def _card(turn: Turn) -> Card:
    return turn.chat_id, turn.message.message_id if turn.message else 0


def _send(session: Session, actor: Actor, at: Moment, tap: SendTap, card: Card) -> Progress:
    compose_form.demand_composed(session, actor, tap.broadcast)
    broadcasts.confirm(session, actor, at, tap.broadcast, tap.revision, card)
    compose_form.finish(session, actor, tap.broadcast)
    session.flush()
    return progress.read(session, at, broadcasts.find(session, actor, tap.broadcast))


@routes.tap(LaterTap, Access.COORDINATOR)
async def on_later(turn: Turn, tap: LaterTap) -> None:
    """定时发送: ask for the hour."""
    preview, hours = await turn.run(_ask_hour, tap.broadcast)
    await turn.show(ask_hour(turn.voice, preview, hours))


def _ask_hour(
    session: Session, actor: Actor, at: Moment, broadcast_id: int, kept: dict[str, Any] | None = None
) -> tuple[Preview, list[dt.datetime]]:
    compose_form.demand_composed(session, actor, broadcast_id)
    preview = broadcasts.preview(session, actor, at, broadcast_id)
    conversations.put(session, at, actor.address, HOUR, "hour", {"broadcast": broadcast_id, **(kept or {})})
    return preview, timing.usual_hours(at)


@routes.tap(HourTap, Access.COORDINATOR)
async def on_hour(turn: Turn, tap: HourTap) -> None:
    """An hour chosen by a button; the message under the finger becomes its card."""
    when = dt.datetime.fromtimestamp(min(tap.at, 2**33), dt.UTC)
    preview = await turn.run(_schedule, tap.broadcast, tap.revision, when, _card(turn))
    await turn.show(scheduled_screen(turn.voice, preview), turn.voice("toast.scheduled"))


def _schedule(
    session: Session, actor: Actor, at: Moment, broadcast_id: int, revision: int, when: dt.datetime, card: Card
) -> Preview:
    compose_form.demand_composed(session, actor, broadcast_id)
    preview = timing.schedule(session, actor, at, broadcast_id, revision, when, card)
    compose_form.finish(session, actor, broadcast_id)
    conversations.drop(session, actor.address, HOUR)
    return preview


async def show_hour_question(turn: Turn, conversation: Conversation) -> None:
    """Ask for the hour again."""
    preview, hours = await turn.run(_ask_hour, conversation.data["broadcast"])
    await turn.send(ask_hour(turn.voice, preview, hours))


@routes.conversation(HOUR, Access.COORDINATOR, show_hour_question)
async def take_hour(turn: Turn, conversation: Conversation) -> None:
    """Take a typed hour, such as 明早8点."""
    known = Half.of(conversation.data["half"]) if "half" in conversation.data else Half()
    when = timing.read_hour(turn.text, Moment(turn.database.clock.now(), turn.database.policy), known)
    kept = {"half": when.as_data()} if isinstance(when, Half) else {}
    preview, hours = await turn.run(_ask_hour, conversation.data["broadcast"], kept)
    if isinstance(when, Half):
        await turn.send(ask_hour(turn.voice, preview, hours, when))
        return
    done = await turn.run(_schedule, preview.id, preview.revision, when, (turn.chat_id, 0))
    sent = await turn.send(scheduled_screen(turn.voice, done))
    await turn.run(broadcasts.put_card, preview.id, (turn.chat_id, sent.message_id))
