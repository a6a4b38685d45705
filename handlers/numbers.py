"""/numbers: the 数据一览 of a span of days, as one message, as a picture, as a spreadsheet."""

import asyncio
import datetime as dt

from bot.access import Access
from bot.callbacks.numbers import Form, NumbersAskTap, NumbersTap
from bot.documents.figures import figures_png
from bot.documents.spreadsheet import write_workbook
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import numbers as views
from bot.views.screen import Screen
from corps.conversations import Conversation
from corps.parsing.periods import Period
from corps.records import numbers as corps_numbers
from corps.records.numbers import Asking, Numbers

routes = Routes()


@routes.command("numbers", Access.COORDINATOR)
async def numbers(turn: Turn) -> None:
    """Show this month's numbers, or those of the span typed after the command."""
    await _show(turn, await turn.run(corps_numbers.read, "" if turn.tapped else turn.text))


async def _show(turn: Turn, found: Numbers | Asking) -> None:
    screen = views.ask_screen(turn.voice, found) if isinstance(found, Asking) else views.screen(turn.voice, found)
    await turn.show(screen)


@routes.tap(NumbersTap, Access.COORDINATOR)
async def on_span(turn: Turn, tap: NumbersTap) -> None:
    """Show the numbers of a span; 图片 and 表格 come below, so that the message stays."""
    if tap.form is Form.TEXT or not tap.first:
        seen = await turn.run(corps_numbers.see, _period(tap)) if tap.first else await turn.run(corps_numbers.read)
        await _show(turn, seen)
        return
    found = await turn.run(corps_numbers.take, _period(tap), tap.form.name.lower())
    await turn.toast(turn.voice("ledger.making"))
    caption, name = views.caption(turn.voice, found), views.file_name(turn.voice, found)
    if tap.form is Form.PICTURE:
        picture = await asyncio.to_thread(figures_png, views.picture(turn.voice, found))
        await turn.send(Screen(caption, photo=picture))
        return
    content = await asyncio.to_thread(write_workbook, views.sheets(turn.voice, found))
    await turn.send(Screen(caption, document=content, filename=name))


def _period(tap: NumbersTap) -> Period:
    return Period(_day(tap.first), _day(tap.last))


def _day(number: int) -> dt.date:
    """Return the day written as `20261205`; the year 1 for what no button of ours carries."""
    try:
        return dt.date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return dt.date.min


@routes.tap(NumbersAskTap, Access.COORDINATOR)
async def on_ask(turn: Turn, _tap: NumbersAskTap) -> None:
    """其他日期: ask from which day to which."""
    asked = await turn.run(corps_numbers.ask)
    await turn.toast()
    await turn.send(views.ask_screen(turn.voice, asked))


async def show_question(turn: Turn, conversation: Conversation) -> None:
    """Ask for the span again."""
    stand = await turn.run(corps_numbers.ask_again, conversation)
    await turn.send(views.ask_screen(turn.voice, stand))


@routes.conversation(corps_numbers.KIND, Access.COORDINATOR, show_question)
async def take_span(turn: Turn, _conversation: Conversation) -> None:
    """Take a typed span."""
    await _show(turn, await turn.run(corps_numbers.read, turn.text or "？"))
