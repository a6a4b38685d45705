"""更正: a new text for a broadcast that is out, shown back before it changes anything."""

from bot.access import Access
from bot.callbacks.broadcast import CorrectScheduleTap, CorrectSendTap, CorrectTap
from bot.routing.message_input import read_piece
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import broadcast as views
from bot.views.broadcast_correction import ask_correction, corrected_messages, correction_screen
from bot.views.broadcast_progress import standing_card
from corps.broadcasts import corrections
from corps.broadcasts.content import Content
from corps.broadcasts.correction_layout import MARK_ROOM
from corps.broadcasts.corrections import KIND, Correction
from corps.conversations import Conversation
from handlers.broadcast import card_of, make_schedule

routes = Routes()


@routes.tap(CorrectTap, Access.LEADER)
async def on_correct(turn: Turn, tap: CorrectTap) -> None:
    """更正: ask for the new text; the present one is shown to copy from."""
    asked = await turn.run(corrections.begin, tap.broadcast, turn.limits)
    await turn.toast()
    for html in (*(part.html for part in asked.content.parts), asked.content.html):
        if html:
            await turn.send(views.message(Content(html)))
    await turn.send(ask_correction(turn.voice, asked))


async def show_question(turn: Turn, conversation: Conversation) -> None:
    """Ask for the new text again."""
    asked = await turn.run(corrections.ask_again, conversation, turn.limits)
    await turn.send(ask_correction(turn.voice, asked))


@routes.conversation(KIND, Access.LEADER, show_question)
async def take_text(turn: Turn, conversation: Conversation) -> None:
    """Take the new text and show how it will look."""
    sent = read_piece(turn.incoming)
    found = await turn.run(corrections.take, conversation, sent, turn.key, turn.limits)
    if isinstance(found, Correction):
        await _show(turn, found)
        return
    await turn.send(ask_correction(turn.voice, found))


@routes.tap(CorrectScheduleTap, Access.COORDINATOR)
async def on_schedule(turn: Turn, tap: CorrectScheduleTap) -> None:
    """本周安排 and the like: the schedule as it is now takes the place of the one that went out."""
    made = await make_schedule(turn, tap.span, MARK_ROOM)
    if made is None:
        return
    correction = await turn.run(corrections.propose_schedule, tap.broadcast, *made, turn.limits)
    await turn.toast()
    await _show(turn, correction)


async def _show(turn: Turn, correction: Correction) -> None:
    """Show the messages as they will look, and under them what 确认更正 does."""
    for screen in corrected_messages(turn.voice, correction):
        await turn.send(screen)
    await turn.send(correction_screen(turn.voice, correction))


@routes.tap(CorrectSendTap, Access.LEADER)
async def on_confirm(turn: Turn, tap: CorrectSendTap) -> None:
    """确认更正: what has arrived is edited, what is still to go out gets the new text."""
    standing = await turn.run(corrections.confirm, tap.broadcast, card_of(turn), tap.shown)
    await turn.show(standing_card(turn.voice, standing), turn.voice("toast.correcting"))
