"""Group robots: a team's list, how to connect one, and what a robot says in its group."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.callbacks.groups import BindRobotTap, NoSecretTap, RobotHelpTap, RobotsTap, TryRobotTap, UntieRobotTap
from bot.callbacks.teams import TeamTap
from bot.robots.answers import Verdict
from bot.robots.payloads import MOST_BYTES
from bot.robots.wording import said_by, worded
from bot.texts.voice import Voice
from bot.views.screen import DANGER, PRIMARY, Button, LinksTo, Row, Screen, lines, rows_of
from bot.views.teams import back
from corps.broadcasts.content import TextLimits
from corps.delivery.notice_facts import Letter
from corps.membership.robot_form import Step, TeamRobots
from corps.notices import Due
from corps.notices.declarations import declared
from corps.robots import CHANNELS, DINGTALK, GroupRobot
from corps.teams import TeamName

_ENDS = 400
"""Bytes kept free for the link and the formatting around a text."""


def _limits(channel: str, most: int) -> TextLimits:
    return TextLimits(most, most, lambda markup: len(worded(channel, markup).encode()))


LIMITS = {channel: _limits(channel, most - _ENDS) for channel, most in MOST_BYTES.items()}
"""The longest message of a robot, in bytes of UTF-8."""


@dataclass(frozen=True)
class Saying:
    """What a robot says: a `title` for lists of chats, and the text in its platform's own form."""

    title: str
    text: str


def robot_says(voice: Voice, channel: str, screen: Screen, letter: Letter, links_to: LinksTo) -> Saying:
    """Return what a robot says of a notice: its text, and one link in the place of the buttons.

    The link leads to the activity; of several, and of none, to where everything is.
    """
    about = {letter.due.activity_id, *(due.activity_id for due, _ in letter.more)}
    own = about.pop() if len(about) == 1 else None
    link = links_to("act", str(own))[-1] if own is not None else links_to("", "")[-1]
    unseen = voice("robot.with_file") if screen.photo or screen.document else None
    markup = lines(voice("robot.mark"), screen.text, unseen)
    label = voice("robot.sign_up" if declared(letter.due.kind).invites else "robot.open")
    return _saying(voice, channel, markup, label, link)


def greeting(voice: Voice, channel: str, team: str, links_to: LinksTo) -> Saying:
    """Return the first message of a robot, which tells its group what it is for."""
    text = lines(voice("robot.mark"), voice("robot.greeting", team=team))
    return _saying(voice, channel, text, voice("robot.open"), links_to("", "")[-1])


def _saying(voice: Voice, channel: str, markup: Markup, label: Markup, link: str) -> Saying:
    below = f"[{label.unescape()}]({link})" if channel == DINGTALK else f"{label.unescape()}：{link}"
    text = said_by(channel, str(markup), below, str(voice.plain("robot.more")))
    return Saying(str(voice.plain("robot.title")), text)


def name_of(voice: Voice, robot: GroupRobot) -> str:
    """Return what a robot is called: its platform, and its number, which tells it from others."""
    return str(voice.plain("robot.name", kind=voice(f"robot.kind_{robot.address.channel}"), n=robot.id))


def robots_screen(voice: Voice, found: TeamRobots, said: Markup | None = None) -> Screen:
    """Return a team's robots, and for each whether it works; `said` is a line about what was just done."""
    text = lines(said, "" if said else None, voice("robot.heading", team=found.team), *_lines(voice, found))
    rows: list[Row] = [_row(voice, robot) for robot in found.robots]
    rows.append((Button(voice("robot.bind"), BindRobotTap(found.team_id), style=PRIMARY),))
    return Screen(text, (*rows, back(voice, TeamTap(found.team_id, 0))))


def _lines(voice: Voice, found: TeamRobots) -> list[Markup]:
    if not found.robots:
        return [voice("robot.none")]
    return [
        voice("robot.works", name=name_of(voice, one))
        if one.why is None
        else voice("robot.broken", name=name_of(voice, one), why=voice(f"outbox.why_{one.why.value}", error=""))
        for one in found.robots
    ]


def _row(voice: Voice, robot: GroupRobot) -> Row:
    name = name_of(voice, robot)
    return (
        Button(voice("robot.try_again", name=name), TryRobotTap(robot.id)),
        Button(voice("robot.untie", name=name), UntieRobotTap(robot.id, sure=False), style=DANGER),
    )


def ask_team(voice: Voice, teams: list[TeamName]) -> Screen:
    """Ask a coordinator for which team."""
    return Screen(
        voice("robot.ask_team"), rows_of([Button(team.short_name, BindRobotTap(team.id)) for team in teams], 3)
    )


def question(voice: Voice, found: TeamRobots, said: Markup | None = None) -> Screen:
    """Ask for the robot's address, or for its signing secret; `said` is what was wrong with the last answer."""
    heading = lines(said, "") if said else None
    if found.step is Step.SECRET:
        kind = voice(f"robot.kind_{found.channel}")
        return Screen(
            lines(heading, voice("robot.ask_secret", kind=kind)), ((Button(voice("robot.no_secret"), NoSecretTap()),),)
        )
    ways = rows_of([Button(voice(f"robot.kind_{channel}"), RobotHelpTap(channel)) for channel in CHANNELS], 3)
    text = lines(heading, voice("robot.ask_address", team=found.team), "", voice("robot.elsewhere"))
    return Screen(text, (*ways, back(voice, RobotsTap(found.team_id))))


def how(voice: Voice, channel: str) -> Screen:
    """Explain where a platform shows its robot's address."""
    ways = rows_of([Button(voice(f"robot.kind_{one}"), RobotHelpTap(one)) for one in CHANNELS if one != channel], 2)
    return Screen(voice(f"robot.how_{channel}"), ways)


def refused(voice: Voice, verdict: Verdict) -> Markup:
    """Explain why a robot's platform refused the first message, and what to do."""
    return voice(f"robot.refused_{verdict.value}")


def confirm_untie(voice: Voice, robot: GroupRobot) -> Screen:
    """Ask for confirmation before a robot is disconnected."""
    sure = Button(voice("robot.untie_sure"), UntieRobotTap(robot.id, sure=True), style=DANGER)
    text = voice("robot.asks_untie", name=name_of(voice, robot), team=robot.team)
    return Screen(text, ((sure,), back(voice, RobotsTap(robot.team_id))))


def plain(voice: Voice, key: str) -> Screen:
    """Return one sentence."""
    return Screen(voice(f"robot.{key}"))


def broken_notice(voice: Voice, due: Due, _facts: object) -> Screen:
    """Return the notice to coordinators or leaders that a robot has stopped working, and why."""
    told = due.subject
    why = voice(f"outbox.why_{told['why']}", error="")
    kind = voice(f"robot.kind_{told['channel']}")
    return Screen(voice("notice.robot_broken", team=told["team_name"], kind=kind, why=why))
