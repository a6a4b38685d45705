"""On site and before: the roll, the code to scan, walk-ins, asking people, sharing the link."""

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.onsite import InviteListTap, InviteTap, QrTap, RollTap, ShareTap, WalkInTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import onsite as views
from bot.views.cards import activity_card
from bot.views.reports import roll_screen
from corps.activities import cards
from corps.activities.cards import Card
from corps.attendance import check_in, roll_call
from corps.attendance.roll_call import Person
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups import inviting
from corps.signups.inviting import Candidates

routes = Routes()


@routes.tap(RollTap, Access.LEADER)
async def on_roll(turn: Turn, tap: RollTap) -> None:
    """签到名单: mark those who did not check in themselves."""
    card, people = await turn.run(_roll, tap.activity)
    await turn.show(roll_screen(turn.voice, card, people))


def _roll(session: Session, actor: Actor, at: Moment, activity_id: int) -> tuple[Card, list[Person]]:
    people = roll_call.roll(session, actor, at, activity_id)
    return cards.see(session, actor, at, activity_id), people


@routes.tap(QrTap, Access.LEADER)
async def on_qr(turn: Turn, tap: QrTap) -> None:
    """现场签到码: send the picture to hold up or print."""
    card = await turn.run(_managed, tap.activity)
    await turn.toast()
    await turn.send(views.qr_screen(turn.voice, card, turn.link_to))


def _managed(session: Session, actor: Actor, at: Moment, activity_id: int) -> Card:
    card = cards.see(session, actor, at, activity_id)
    if not card.check_in_code:
        raise Refused(Reason.NOT_ALLOWED)
    return card


@routes.link("in", Access.MEMBER)
async def check_in_on_site(turn: Turn) -> None:
    """`/start in-<code>`: check in by the code shown on site, or take a free place there."""
    found = await turn.run(check_in.arrive, turn.text)
    await turn.send(views.arrival_screen(turn.voice, found))


@routes.tap(WalkInTap, Access.MEMBER)
async def on_walk_in(turn: Turn, tap: WalkInTap) -> None:
    """现在报名并签到."""
    card = await turn.run(_walk_in, tap.slot)
    await turn.show(activity_card(turn.voice, card), turn.voice("toast.checked_in"))


def _walk_in(session: Session, actor: Actor, at: Moment, slot_id: int) -> Card:
    return cards.see(session, actor, at, check_in.walk_in(session, actor, at, slot_id))


@routes.tap(InviteListTap, Access.LEADER)
async def on_invite_list(turn: Turn, tap: InviteListTap) -> None:
    """请人报名: who could be asked."""
    found = await turn.run(inviting.candidates, tap.activity, tap.page)
    await turn.show(views.invite_screen(turn.voice, found))


@routes.tap(InviteTap, Access.LEADER)
async def on_invite(turn: Turn, tap: InviteTap) -> None:
    """Ask one person; the next in turn moves up."""
    name, found = await turn.run(_invite, tap)
    await turn.show(views.invite_screen(turn.voice, found), turn.voice("toast.invited", name=name))


def _invite(session: Session, actor: Actor, at: Moment, tap: InviteTap) -> tuple[str, Candidates]:
    name = inviting.invite(session, actor, at, tap.activity, tap.member)
    return name, inviting.candidates(session, actor, at, tap.activity, tap.page)


@routes.tap(ShareTap, Access.LEADER)
async def on_share(turn: Turn, tap: ShareTap) -> None:
    """分享链接: the activity's link, to pass on."""
    card = await turn.run(cards.see, tap.activity)
    await turn.toast()
    await turn.send(views.share_screen(turn.voice, card, turn.link_to))
