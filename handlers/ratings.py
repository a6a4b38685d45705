"""评价: what people thought of an activity, from those who served and those who were served; nobody knows who."""

from bot.access import Access
from bot.callbacks.ratings import RateCodeTap, RateSkipTap, RateTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import ratings as views
from corps import ratings
from corps.ratings import KIND

routes = Routes()


@routes.tap(RateCodeTap, Access.LEADER)
async def on_code(turn: Turn, tap: RateCodeTap) -> None:
    """评价码: send the picture to put up."""
    asked = await turn.run(ratings.code_for, tap.activity)
    await turn.toast()
    await turn.send(views.code_screen(turn.voice, asked, turn.link_to))


@routes.link("rate")
async def open_rating(turn: Turn) -> None:
    """`/start rate-<code>`: ask whoever opens it, of the corps or not."""
    asked = await turn.run(ratings.ask, turn.text)
    await turn.send(views.screen(turn.voice, asked))


@routes.tap(RateTap, Access.ANYONE)
async def on_rated(turn: Turn, tap: RateTap) -> None:
    """One to five; then a sentence is asked for."""
    asked = await turn.run(ratings.give, tap.code, tap.stars)
    await turn.show(views.screen(turn.voice, asked), turn.voice("toast.done"))


@routes.redraw(RateTap)
async def redraw_rating(turn: Turn, _tap: RateTap) -> None:
    """Take the buttons away: nothing can be said there any more."""
    await turn.rebutton(())


@routes.tap(RateSkipTap, Access.ANYONE)
async def on_skip(turn: Turn, _tap: RateSkipTap) -> None:
    """跳过: ask for no sentence, and say thanks."""
    await turn.run(ratings.skip)
    await turn.show(views.thanks(turn.voice))


routes.question(KIND, Access.ANYONE, ratings.ask_again, ratings.say, views.screen)
