"""/bind in a private chat: a robot of 企业微信, 钉钉 or 飞书 is tied to a team, tried and untied."""

from bot.access import Access
from bot.callbacks.groups import BindRobotTap, NoSecretTap, RobotHelpTap, RobotsTap, TryRobotTap, UntieRobotTap
from bot.robots.answers import Verdict
from bot.robots.webhooks import HAVE_SECRETS, UnreadableError, Webhook, may_be_secret, read_secret, read_webhook
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.doors import robots as views
from corps.conversations import Conversation
from corps.membership import robot_binding, robot_form
from corps.membership.robot_form import Step, TeamRobots
from corps.robots import CHANNELS

routes = Routes()

PASTED = r"(?s).*https://(qyapi\.weixin\.qq\.com|oapi\.dingtalk\.com|open\.feishu\.cn)/.*"


async def bind(turn: Turn) -> None:
    """Ask for a robot's address, a coordinator for the team first."""
    if not turn.robots.usable:
        await turn.pass_gate()
        await turn.send(views.plain(turn.voice, "no_key"))
        return
    found = await turn.run(robot_form.begin)
    await turn.send(
        views.question(turn.voice, found) if isinstance(found, TeamRobots) else views.ask_team(turn.voice, found)
    )


@routes.tap(BindRobotTap, Access.LEADER)
async def on_bind(turn: Turn, tap: BindRobotTap) -> None:
    """Ask for the address of a robot for that team."""
    if not turn.robots.usable:
        await turn.pass_gate()
        await turn.show(views.plain(turn.voice, "no_key"))
        return
    found = await turn.run(robot_form.ask, tap.team)
    await turn.show(views.question(turn.voice, found))


@routes.tap(RobotHelpTap, Access.LEADER)
async def on_help(turn: Turn, tap: RobotHelpTap) -> None:
    """Say where the address is found; the question stays."""
    await turn.pass_gate()
    if tap.channel not in CHANNELS:
        await turn.refuse_old_button()
        return
    turn.below = True
    await turn.show(views.how(turn.voice, tap.channel))


async def show_question(turn: Turn, conversation: Conversation) -> None:
    """Ask again."""
    found = await turn.run(robot_form.stands, conversation)
    await turn.send(views.question(turn.voice, found))


@routes.conversation(robot_form.KIND, Access.LEADER, show_question)
async def take(turn: Turn, conversation: Conversation) -> None:
    """Take a robot's address, or its signing secret. Neither stays in the chat."""
    await turn.pass_gate()
    await _take_out(turn)
    webhook = read_webhook(turn.text)
    if webhook is None and conversation.step == Step.SECRET:
        await _take_secret(turn, conversation)
    elif webhook is None:
        found = await turn.run(robot_form.stands, conversation)
        await turn.send(views.question(turn.voice, found, turn.voice("robot.unclear")))
    elif webhook.channel in HAVE_SECRETS:
        sealed = turn.robots.vault.seal(webhook)
        found = await turn.run(robot_form.take_address, conversation, webhook.channel, sealed, webhook.mark)
        await turn.send(views.question(turn.voice, found))
    else:
        await _tie(turn, await turn.run(robot_form.stands, conversation), webhook)


async def _take_out(turn: Turn) -> None:
    """Take what holds a secret out of the chat; say so where that can't be done."""
    if may_be_secret(turn.text) and not await turn.take_out():
        await turn.send(views.plain(turn.voice, "still_there"))


async def _take_secret(turn: Turn, conversation: Conversation) -> None:
    found, secret = await turn.run(robot_form.stands, conversation), read_secret(turn.text)
    if not secret:
        await turn.send(views.question(turn.voice, found, turn.voice("robot.secret_unclear")))
        return
    await _tie(turn, found, turn.robots.vault.open(found.sealed).signed(secret))


@routes.tap(NoSecretTap, Access.LEADER)
async def on_no_secret(turn: Turn, _tap: NoSecretTap) -> None:
    """没有设置: tie the robot without a secret."""
    found = await turn.run(robot_form.waits_for_secret)
    if found is None:
        await turn.refuse_old_screen()
        return
    await turn.rebutton(())
    await _tie(turn, found, turn.robots.vault.open(found.sealed))


async def _tie(turn: Turn, found: TeamRobots, webhook: Webhook) -> None:
    """Let the robot greet its group; it is tied if the platform takes that."""
    await turn.run(robot_form.demand_free, found.team_id, webhook.mark)
    verdict = await _greet(turn, webhook, found.team)
    if verdict is not Verdict.TAKEN:
        await turn.send(views.question(turn.voice, found, views.refused(turn.voice, verdict)))
        return
    sealed = turn.robots.vault.seal(webhook)
    tied = await turn.run(robot_form.tie, found.team_id, webhook.channel, sealed, webhook.mark)
    await turn.send(views.robots_screen(turn.voice, tied, turn.voice("robot.tied")))


async def _greet(turn: Turn, webhook: Webhook, team: str) -> Verdict:
    said = views.greeting(turn.voice, webhook.channel, team, turn.links_to)
    return await turn.robots.say(webhook, said.title, said.text)


@routes.spoken(PASTED)
async def take_stray(turn: Turn) -> bool:
    """Take an address that nobody asked for out of the chat, and say how it is given."""
    if await turn.run(robot_form.is_asked):
        return False
    await _take_out(turn)
    await turn.send(views.plain(turn.voice, "stray"))
    return True


@routes.tap(RobotsTap, Access.LEADER)
async def on_robots(turn: Turn, tap: RobotsTap) -> None:
    """Show a team's robots."""
    found = await turn.run(robot_form.look, tap.team)
    await turn.show(views.robots_screen(turn.voice, found))


@routes.tap(TryRobotTap, Access.LEADER)
async def on_try(turn: Turn, tap: TryRobotTap) -> None:
    """再试一次: send the robot's group a message, and show how that ended."""
    robot = await turn.run(robot_binding.demand, tap.robot)
    try:
        webhook = turn.robots.vault.open(await turn.database.run(robot_binding.sealed_of, robot.address))
    except UnreadableError:
        found = await turn.run(robot_form.look, robot.team_id)
        await turn.show(views.robots_screen(turn.voice, found, turn.voice("robot.unreadable")))
        return
    verdict = await _greet(turn, webhook, robot.team)
    taken = verdict is Verdict.TAKEN
    found = await (turn.run(robot_form.tried, tap.robot) if taken else turn.run(robot_form.look, robot.team_id))
    said = turn.voice("robot.took_it") if taken else views.refused(turn.voice, verdict)
    await turn.show(views.robots_screen(turn.voice, found, said))


@routes.tap(UntieRobotTap, Access.LEADER)
async def on_untie(turn: Turn, tap: UntieRobotTap) -> None:
    """解除, once that is confirmed."""
    if not tap.sure:
        found = await turn.run(robot_binding.demand, tap.robot)
        await turn.show(views.confirm_untie(turn.voice, found))
        return
    left = await turn.run(robot_form.untie, tap.robot)
    await turn.show(views.robots_screen(turn.voice, left, turn.voice("robot.untied")))


@routes.redraw(RobotsTap, BindRobotTap)
async def redraw_robots(turn: Turn, tap: RobotsTap) -> None:
    """Show the team's robots as they are now."""
    found = await turn.run(robot_form.look, tap.team)
    await turn.show(views.robots_screen(turn.voice, found))


@routes.redraw("robot")
async def redraw_robot(turn: Turn, tap: TryRobotTap) -> None:
    """Show the robots of its team as they are now; of one that is gone the buttons go."""
    robot = await turn.run(robot_binding.demand, tap.robot)
    found = await turn.run(robot_form.look, robot.team_id)
    await turn.show(views.robots_screen(turn.voice, found))
