"""Team groups: /bind and /unbind in the group, and what Telegram tells about the bot's place in it."""

from sqlmodel import Session

from bot.access import Access
from bot.callbacks.groups import BindTap, GroupCardsTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.texts.voice import Voice
from bot.views import groups as views
from corps import groups
from corps.addresses import Address, telegram
from corps.groups import Group
from corps.membership import group_binding
from corps.moment import Moment
from corps.people import Actor
from corps.teams import TeamName, list_teams

routes = Routes()
_OUT = ("left", "kicked")


@routes.command("bind", Access.LEADER, in_groups=True)
async def bind(turn: Turn) -> None:
    """Tie the group to the leader's team; ask a coordinator which team."""
    if not await _usable(turn):
        return
    found = await turn.run(_bind, turn.chat, _title(turn))
    screen = views.bound(turn.room_voice, found) if isinstance(found, Group) else views.ask_team(turn.room_voice, found)
    await turn.send(screen)


async def _usable(turn: Turn) -> bool:
    """Say so when it is not a group, or when Telegram hides who asks."""
    hidden = turn.message is not None and turn.message.sender_chat is not None
    if turn.in_group and not hidden:
        return True
    turn.needs = Access.ANYONE
    await turn.run(lambda _session, _actor, _at: None)
    await turn.send(views.plain(turn.room_voice, "hidden_admin" if hidden else "only_in_group"))
    return False


def _title(turn: Turn) -> str:
    chat = turn.update.effective_chat
    return (chat.title or "") if chat else ""


def _bind(session: Session, actor: Actor, at: Moment, address: Address, title: str) -> Group | list[TeamName]:
    if actor.is_coordinator:
        return list_teams(session)
    return group_binding.bind(session, actor, at, address, title, actor.team_id or 0)


@routes.tap(BindTap, Access.LEADER, in_groups=True)
async def on_bind(turn: Turn, tap: BindTap) -> None:
    """The team a coordinator has chosen."""
    if not turn.in_group:
        await turn.run(lambda _session, _actor, _at: None)
        await turn.toast(turn.voice("groups.only_in_group"), alert=True)
        return
    group = await turn.run(group_binding.bind, turn.chat, _title(turn), tap.team)
    await turn.show(views.bound(turn.room_voice, group), turn.voice("toast.done"))


@routes.tap(GroupCardsTap, Access.LEADER, in_groups=True)
async def on_cards(turn: Turn, tap: GroupCardsTap) -> None:
    """活动卡片发到群, or to each member."""
    group = await turn.run(groups.set_cards, turn.chat, on=tap.on)
    await turn.show(views.bound(turn.room_voice, group), turn.voice("toast.done"))


@routes.command("unbind", Access.LEADER, in_groups=True)
async def unbind(turn: Turn) -> None:
    """Untie the group."""
    if await _usable(turn):
        group = await turn.run(group_binding.unbind, turn.chat)
        await turn.send(views.plain(turn.room_voice, "unbound", team=group.team))


@routes.event("bot_moved")
async def on_bot_moved(turn: Turn) -> None:
    """The bot came into a group: say what it can do there. It was put out: the tie ends, those in charge hear."""
    change = turn.update.my_chat_member
    if change is None or not turn.in_group:
        return
    was_out, is_out = change.old_chat_member.status in _OUT, change.new_chat_member.status in _OUT
    if is_out:
        await turn.database.run(group_binding.lose, turn.chat, turn.address)
    elif was_out:
        await turn.send(views.plain(Voice(turn.database.policy.language, turn.database.clock), "hello"))


@routes.event("group_moved")
async def on_group_moved(turn: Turn) -> None:
    """The group became a supergroup: its tie follows."""
    message = turn.update.message
    if message is not None and message.migrate_to_chat_id is not None:
        await turn.database.run(groups.moved, turn.chat, telegram(message.migrate_to_chat_id))
