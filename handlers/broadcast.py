"""/broadcast: the text, the audience, the preview, then 确认发送, now or at an hour."""

import asyncio
import datetime as dt

import structlog

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
from bot.routing.message_input import read_piece
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import broadcast as views
from bot.views.broadcast_progress import standing_card
from bot.views.schedule import schedule_picture, schedule_texts
from bot.views.screen import Screen
from corps.activities import schedules
from corps.activities.schedules import Schedule, ScheduleSpan
from corps.addresses import MessageAt
from corps.attachments import Attachment
from corps.broadcasts import broadcasts, compose_form, timing_form
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.compose_form import KIND, InputTrouble, SentPiece, Stand
from corps.conversations import Conversation

routes = Routes()
log = structlog.get_logger()


@routes.command("broadcast", Access.LEADER)
async def broadcast(turn: Turn) -> None:
    """Take the text that came along, or ask for it."""
    sent = SentPiece() if turn.tapped else read_piece(turn.incoming)
    if sent == SentPiece():
        begun = await turn.run(compose_form.begin, turn.key)
        await turn.send(views.ask_text(turn.voice, begun))
        return
    stand = await turn.run(compose_form.absorb, sent, turn.key, turn.limits, afresh=True)
    await show_stand(turn, stand)


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
    if turn.tapped:
        await turn.show(Screen(turn.voice("broadcast.look_below")))
    for screen in views.as_it_will_look(turn.voice, preview.content):
        await turn.send(screen)
    await turn.send(views.preview_screen(turn.voice, preview))


async def show_question(turn: Turn, _conversation: Conversation) -> None:
    """Ask the open question again."""
    await show_stand(turn, await turn.run(compose_form.look))


@routes.conversation(KIND, Access.LEADER, show_question)
async def take_piece(turn: Turn, _conversation: Conversation) -> None:
    """Take a text, a photo or a file, in whatever order they come."""
    sent = read_piece(turn.incoming)
    await show_stand(turn, await turn.run(compose_form.absorb, sent, turn.key, turn.limits))


@routes.tap(ComposeTap, Access.LEADER)
async def on_compose(turn: Turn, tap: ComposeTap) -> None:
    """Take an answer given by a button."""
    await show_stand(turn, await turn.run(compose_form.choose, tap.step, tap.value))


@routes.redraw(ComposeTap)
async def redraw_question(turn: Turn, _tap: ComposeTap) -> None:
    """Take the buttons away: nothing is being composed any more."""
    await turn.rebutton(())


@routes.tap(ScheduleTap, Access.COORDINATOR)
async def on_schedule(turn: Turn, tap: ScheduleTap) -> None:
    """本周安排 and the like: the text comes from the published activities."""
    made = await make_schedule(turn, tap.span)
    if made is not None:
        await show_stand(turn, await turn.run(compose_form.use_text, *made, turn.limits))


async def make_schedule(turn: Turn, span: ScheduleSpan, free: int = 0) -> tuple[list[str], Attachment | None] | None:
    """Return a schedule as texts, each with `free` characters left, and its picture. None, and said so: it is empty."""
    schedule = await turn.run(schedules.read, span)
    if not schedule.days:
        await turn.toast(turn.voice("schedule.empty"), alert=True)
        return None
    return schedule_texts(turn.voice, schedule, turn.link_to, turn.limits, free), await _picture(turn, schedule)


async def _picture(turn: Turn, schedule: Schedule) -> Attachment | None:
    """Hand the picture of a schedule to the channel and return it as it has it; None when there is none."""
    try:
        png = await asyncio.to_thread(schedule_picture, turn.voice, schedule)
    except Exception as error:
        # The text says the same: a schedule without its picture is better than no schedule.
        log.error("schedule.no_picture", exc_info=error)
        return None
    if png is None:
        return None
    sent = await turn.send(Screen(turn.voice("schedule.picture"), photo=png))
    return sent.photo


@routes.tap(RewriteTap, Access.LEADER)
async def on_rewrite(turn: Turn, tap: RewriteTap) -> None:
    """修改: take it back, and ask for another text."""
    await show_stand(turn, await turn.run(compose_form.reopen, tap.broadcast))


@routes.tap(InGroupsTap, Access.LEADER)
async def on_in_groups(turn: Turn, tap: InGroupsTap) -> None:
    """发到分团群, or to each member by themselves."""
    preview = await turn.run(compose_form.use_groups, tap.broadcast, tap.revision, on=tap.on)
    await turn.show(views.preview_screen(turn.voice, preview))


@routes.tap(DropTap, Access.LEADER)
async def on_drop(turn: Turn, tap: DropTap) -> None:
    """取消 before it is out."""
    await turn.run(compose_form.cancel, tap.broadcast)
    await turn.show(Screen(turn.voice("broadcast.dropped")))


@routes.tap(SendTap, Access.LEADER)
async def on_send(turn: Turn, tap: SendTap) -> None:
    """确认发送: it goes out; the message that was tapped becomes the live card."""
    standing = await turn.run(compose_form.send, tap.broadcast, tap.revision, card_of(turn))
    await turn.show(standing_card(turn.voice, standing), turn.voice("toast.sending"))


def card_of(turn: Turn) -> MessageAt:
    """Return where the message that was tapped is."""
    return turn.chat, turn.message_id


@routes.tap(LaterTap, Access.LEADER)
async def on_later(turn: Turn, tap: LaterTap) -> None:
    """定时发送: ask for the hour."""
    stand = await turn.run(timing_form.ask, tap.broadcast)
    await turn.show(views.hour_screen(turn.voice, stand))


@routes.tap(HourTap, Access.LEADER)
async def on_hour(turn: Turn, tap: HourTap) -> None:
    """An hour chosen by a button; the message that was tapped becomes its card."""
    when = dt.datetime.fromtimestamp(min(tap.at, 2**33), dt.UTC)
    stand = await turn.run(timing_form.choose, tap.broadcast, tap.revision, when, card_of(turn))
    await turn.show(views.hour_screen(turn.voice, stand), turn.voice("toast.scheduled"))


async def show_hour_question(turn: Turn, conversation: Conversation) -> None:
    """Ask for the hour again."""
    stand = await turn.run(timing_form.ask_again, conversation)
    await turn.send(views.hour_screen(turn.voice, stand))


@routes.conversation(timing_form.KIND, Access.LEADER, show_hour_question)
async def take_hour(turn: Turn, conversation: Conversation) -> None:
    """Take a typed hour, such as 明早8点; the answer becomes the card of what waits for it."""
    stand = await turn.run(timing_form.take, conversation, turn.text, (turn.chat, ""))
    sent = await turn.send(views.hour_screen(turn.voice, stand))
    if stand.done:
        await turn.run(broadcasts.put_card, stand.preview.id, (turn.chat, sent.id))
