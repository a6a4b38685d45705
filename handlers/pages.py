"""The ways in: personal links, the browsers that are in, and by which way messages come."""

from bot.access import Access
from bot.callbacks.pages import (
    MailboxTap,
    MailCodeTap,
    MailRemoveTap,
    PageLinkTap,
    PreferTap,
    PutOutTap,
    TieTap,
    UntieTap,
    WaysTap,
)
from bot.routing.channel import ChannelError, RejectedError
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.doors import mailbox as mail_views
from bot.views.doors import pages as views
from corps.addresses import Address
from corps.conversations import Conversation
from corps.mailbox import mailbox_form
from corps.mailbox.mailbox_form import KIND, Mailbox
from corps.mailbox.mailboxes import MAIL
from corps.pages import links
from corps.pages.links import Ways

routes = Routes()


@routes.tap(PageLinkTap, Access.MEMBER)
async def on_page_link(turn: Turn, tap: PageLinkTap) -> None:
    """在网页打开: make a personal link, for oneself or a member."""
    made = await turn.run(links.make, tap.member)
    await turn.show(views.link_screen(turn.voice, turn.actor, made, turn.links_to("tie", made.secret)))


@routes.link("tie")
async def ask_tie(turn: Turn) -> None:
    """`/start tie-<secret>`: ask whether it is them. Opening the link does nothing."""
    meant = await turn.run(links.look, turn.text)
    await turn.send(views.ask_tie(turn.voice, meant.name, turn.text))


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
    await _show_ways(turn, ways)


@routes.tap(PreferTap, Access.MEMBER)
async def on_prefer(turn: Turn, tap: PreferTap) -> None:
    """Have messages come by another way."""
    ways = await turn.run(links.prefer, tap.address)
    await _show_ways(turn, ways, turn.voice("toast.done"))


@routes.tap(PutOutTap, Access.MEMBER)
async def on_put_out(turn: Turn, tap: PutOutTap) -> None:
    """Put a browser out."""
    ways = await turn.run(links.put_out, tap.device)
    await _show_ways(turn, ways, turn.voice("toast.done"))


@routes.tap(UntieTap, Access.MEMBER)
async def on_untie(turn: Turn, tap: UntieTap) -> None:
    """Disconnect a chat."""
    ways = await turn.run(links.untie, tap.address)
    await _show_ways(turn, ways, turn.voice("toast.done"))


@routes.redraw(PreferTap, PutOutTap, UntieTap)
async def redraw_ways(turn: Turn, _tap: PutOutTap) -> None:
    """Show the ways as they are now."""
    ways = await turn.run(links.ways)
    await _show_ways(turn, ways)


async def _show_ways(turn: Turn, ways: Ways, toast: str = "") -> None:
    """Show the ways, which of the browsers is this one, and the mail address that waits for its code."""
    waiting = await turn.run(mailbox_form.waiting)
    await turn.show(views.ways_screen(turn.voice, ways, waiting, turn.incoming.device), toast)


@routes.tap(MailboxTap, Access.MEMBER)
async def on_mailbox(turn: Turn, tap: MailboxTap) -> None:
    """邮箱: show the own mail address, or ask for one."""
    box = await turn.run(mailbox_form.begin, turn.key, anew=tap.anew)
    await turn.show(mail_views.mailbox_screen(turn.voice, box))


@routes.tap(MailCodeTap, Access.MEMBER)
async def on_mail_code(turn: Turn, _tap: MailCodeTap) -> None:
    """Mail another code."""
    await _answer(turn, await turn.run(mailbox_form.resend, turn.key))


@routes.tap(MailRemoveTap, Access.MEMBER)
async def on_mail_remove(turn: Turn, _tap: MailRemoveTap) -> None:
    """Forget the own mail address."""
    await turn.run(mailbox_form.remove)
    await turn.show(mail_views.mailbox_screen(turn.voice, Mailbox()), turn.voice("toast.done"))


@routes.redraw(MailboxTap, MailCodeTap)
async def redraw_mailbox(turn: Turn, _tap: MailCodeTap) -> None:
    """Show the mailbox as it stands."""
    box = await turn.run(mailbox_form.again)
    await turn.show(mail_views.mailbox_screen(turn.voice, box))


async def show_mailbox_question(turn: Turn, _conversation: Conversation) -> None:
    """Ask again for the address or the code."""
    box = await turn.run(mailbox_form.again)
    await turn.send(mail_views.mailbox_screen(turn.voice, box))


@routes.conversation(KIND, Access.MEMBER, show_mailbox_question)
async def take_mailbox(turn: Turn, _conversation: Conversation) -> None:
    """Take the address or the code."""
    await _answer(turn, await turn.run(mailbox_form.take, turn.text, turn.key))


async def _answer(turn: Turn, box: Mailbox) -> None:
    """Mail the code that is to be mailed, and say how it stands."""
    screen = mail_views.mailbox_screen(turn.voice, box)
    if box.send:
        try:
            code = mail_views.code_mail(turn.voice, box.send, turn.actor.name)
            await turn.send_by(Address(MAIL, box.address), code)
        except ChannelError as error:
            refused = isinstance(error, RejectedError)
            screen = mail_views.not_mailed(turn.voice, box.address, refused=refused)
    await turn.show(screen)
