"""The ways in: personal links, the browsers that are in, and by which way messages come."""

from bot.access import Access
from bot.callbacks.pages import PageLinkTap, PreferTap, PutOutTap, TieTap, WaysTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.doors import pages as views
from corps.pages import links

routes = Routes()


@routes.tap(PageLinkTap, Access.MEMBER)
async def on_page_link(turn: Turn, tap: PageLinkTap) -> None:
    """在网页打开: make a personal link, for oneself or a member."""
    made = await turn.run(links.make, tap.member)
    await turn.show(views.link_screen(turn.voice, turn.actor, made, turn.links_to("tie", made.secret)))


@routes.link("tie")
async def ask_tie(turn: Turn) -> None:
    """`/start tie-<secret>`: ask whether it is them. Opening the link does nothing."""
    name = await turn.run(links.look, turn.text)
    await turn.send(views.ask_tie(turn.voice, name, turn.text))


@routes.tap(TieTap, Access.ANYONE)
async def on_tie(turn: Turn, tap: TieTap) -> None:
    """Be written to here too."""
    actor = await turn.run(links.tie, tap.secret)
    turn.known_as(actor)
    await turn.show(views.tied(turn.voice, actor))
    await turn.offer_menu(actor)


@routes.redraw(TieTap)
async def redraw_tie(turn: Turn, _tap: TieTap) -> None:
    """Take the button away: its link leads nowhere any more."""
    await turn.rebutton(())


@routes.tap(WaysTap, Access.MEMBER)
async def on_ways(turn: Turn, _tap: WaysTap) -> None:
    """送达方式: show by which ways messages come."""
    ways = await turn.run(links.ways)
    await turn.show(views.ways_screen(turn.voice, ways))


@routes.tap(PreferTap, Access.MEMBER)
async def on_prefer(turn: Turn, tap: PreferTap) -> None:
    """Have messages come by another way."""
    ways = await turn.run(links.prefer, tap.address)
    await turn.show(views.ways_screen(turn.voice, ways), turn.voice("toast.done"))


@routes.tap(PutOutTap, Access.MEMBER)
async def on_put_out(turn: Turn, tap: PutOutTap) -> None:
    """Put a browser out."""
    ways = await turn.run(links.put_out, tap.device)
    await turn.show(views.ways_screen(turn.voice, ways), turn.voice("toast.done"))


@routes.redraw(PreferTap, PutOutTap)
async def redraw_ways(turn: Turn, _tap: PutOutTap) -> None:
    """Show the ways as they are now."""
    ways = await turn.run(links.ways)
    await turn.show(views.ways_screen(turn.voice, ways))
