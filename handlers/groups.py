"""Team groups: /bind and /unbind there, and what the channel tells about the bot's place. In private: robots."""

from bot.access import Access
from bot.callbacks.groups import BindTap, GroupCardsTap
from bot.routing.incoming import Event
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.texts.voice import Voice
from bot.views import groups as views
from corps import groups
from corps.groups import Group
from corps.membership import group_binding
from handlers.doors import robots

routes = Routes()


@routes.command("bind", Access.LEADER, in_groups=True)
async def bind(turn: Turn) -> None:
    """Tie the group to the leader's team; ask a coordinator which team. In private: a robot of another messenger."""
    if not turn.in_group:
        await robots.bind(turn)
        return
    if not await _usable(turn):
        return
    found = await turn.run(group_binding.bind_or_ask, turn.chat, turn.incoming.title)
    screen = views.bound(turn.room_voice, found) if isinstance(found, Group) else views.ask_team(turn.room_voice, found)
    await turn.send(screen)


async def _usable(turn: Turn) -> bool:
    """Say so when it is not a group, or when the channel hides who asks."""
    hidden = turn.incoming.hidden
    if turn.in_group and not hidden:
        return True
    turn.needs = Access.ANYONE
    await turn.pass_gate()
    await turn.send(views.plain(turn.room_voice, "hidden_admin" if hidden else "only_in_group"))
    return False


@routes.tap(BindTap, Access.LEADER, in_groups=True)
async def on_bind(turn: Turn, tap: BindTap) -> None:
    """The team a coordinator has chosen."""
    if not turn.in_group:
        await turn.pass_gate()
        await turn.toast(turn.voice("groups.only_in_group"), alert=True)
        return
    group = await turn.run(group_binding.bind, turn.chat, turn.incoming.title, tap.team)
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


@routes.event(Event.BOT_MOVED)
async def on_bot_moved(turn: Turn) -> None:
    """Say what the bot can do in a group it came into; when it was removed, end the team's tie and tell its leaders."""
    if not turn.incoming.present:
        await turn.database.run(group_binding.lose, turn.chat, turn.address)
    else:
        await turn.send(views.plain(Voice(turn.database.policy.language, turn.database.clock), "hello"))


@routes.event(Event.GROUP_MOVED)
async def on_group_moved(turn: Turn) -> None:
    """The group became a supergroup: its tie follows."""
    if (moved_to := turn.incoming.moved_to) is not None:
        await turn.database.run(groups.moved, turn.chat, moved_to)
