"""On site and before: the roll, the code to scan, walk-ins, asking people, sharing the link."""

import asyncio

from bot.access import Access
from bot.callbacks.onsite import (
    FixedCodeTap,
    FreshCodeTap,
    InviteListTap,
    InviteTap,
    QrTap,
    RollTap,
    ShareTap,
    SheetTap,
    WalkInTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import onsite as views
from bot.views.cards import activity_card, elsewhere_screen
from bot.views.records.sign_in_sheet import sheet_screen
from corps.activities import cards
from corps.attendance import card_actions, check_in, codes, roll_call, sign_in_sheet
from corps.attendance.two_places import Elsewhere
from corps.signups import inviting

routes = Routes()


@routes.tap(RollTap, Access.LEADER)
async def on_roll(turn: Turn, tap: RollTap) -> None:
    """签到名单: mark those who did not check in themselves."""
    seen = await turn.run(roll_call.see, tap.activity)
    await turn.show(views.roll_screen(turn.voice, seen))


@routes.tap(QrTap, Access.LEADER)
async def on_qr(turn: Turn, tap: QrTap) -> None:
    """现场签到码: send the code of now, to hold up; it is kept fresh."""
    code = await turn.run(codes.see, tap.activity)
    await turn.toast()
    sent = await turn.send(views.code_screen(turn.voice, code, turn.links_to))
    await turn.run(codes.note_shown, code, sent.id)


@routes.tap(FreshCodeTap, Access.LEADER)
async def on_fresh_code(turn: Turn, tap: FreshCodeTap) -> None:
    """换新码: the code of now, in the same message."""
    code = await turn.run(codes.see, tap.activity)
    shown = await turn.show_photo(views.code_screen(turn.voice, code, turn.links_to))
    await turn.run(codes.note_shown, code, shown.id)


@routes.tap(FixedCodeTap, Access.LEADER)
async def on_fixed_code(turn: Turn, tap: FixedCodeTap) -> None:
    """打印用的固定码: send the picture that stays the same."""
    card = await turn.run(check_in.see_code, tap.activity)
    await turn.toast()
    await turn.send(views.qr_screen(turn.voice, card, turn.links_to))


@routes.tap(SheetTap, Access.LEADER)
async def on_sheet(turn: Turn, tap: SheetTap) -> None:
    """签到表: send the sheet to sign on site."""
    sheet = await turn.run(sign_in_sheet.sheet, tap.activity)
    await turn.toast(turn.voice("sheet.making"))
    await turn.send(await asyncio.to_thread(sheet_screen, turn.voice, sheet, turn.link_to))


@routes.spoken(r"\d{3}[ -]?\d{3}")
async def take_digits(turn: Turn) -> bool:
    """Take six digits for the code on site, wherever one is, if something is on and they may be it."""
    found = await turn.run(codes.take_digits, turn.text)
    if found is None:
        return False
    await turn.send(views.digits_screen(turn.voice, found))
    return True


@routes.command("checkin", Access.MEMBER)
async def check_in_now(turn: Turn) -> None:
    """签到 without a card: the card of what is on now, or several to choose from."""
    found = await turn.run(check_in.open_now)
    await turn.show(views.check_ins_screen(turn.voice, turn.actor, found))


@routes.link("in", Access.MEMBER)
async def check_in_on_site(turn: Turn) -> None:
    """`/start in-<code>`: check in by the code shown on site, of now or printed, or take a free place there."""
    found = await turn.run(codes.arrive, turn.text)
    await turn.send(views.arrival_screen(turn.voice, found))


@routes.tap(WalkInTap, Access.MEMBER)
async def on_walk_in(turn: Turn, tap: WalkInTap) -> None:
    """现在报名并签到: sign up and check in at once; whoever is elsewhere at that time is asked first."""
    done = await turn.run(card_actions.walk_in, tap.slot)
    if isinstance(done, Elsewhere):
        await turn.show(elsewhere_screen(turn.voice, done))
        return
    await turn.show(activity_card(turn.voice, done), turn.voice("toast.checked_in"))


@routes.tap(InviteListTap, Access.LEADER)
async def on_invite_list(turn: Turn, tap: InviteListTap) -> None:
    """请人报名: who could be asked."""
    found = await turn.run(inviting.candidates, tap.activity, tap.page)
    await turn.show(views.invite_screen(turn.voice, found))


@routes.tap(InviteTap, Access.LEADER)
async def on_invite(turn: Turn, tap: InviteTap) -> None:
    """Ask one person; the next in turn moves up."""
    name, found = await turn.run(inviting.invite_and_list, tap.activity, tap.member, tap.page)
    await turn.show(views.invite_screen(turn.voice, found), turn.voice("toast.invited", name=name))


@routes.tap(ShareTap, Access.LEADER)
async def on_share(turn: Turn, tap: ShareTap) -> None:
    """分享链接: the activity's link, to pass on."""
    card = await turn.run(cards.see, tap.activity)
    await turn.toast()
    await turn.send(views.share_screen(turn.voice, card, turn.links_to))
