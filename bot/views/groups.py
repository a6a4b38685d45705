"""What a team's group reads when it is connected or disconnected, and about the cards of new activities."""

from bot.callbacks.groups import BindTap, GroupCardsTap
from bot.texts.voice import Voice
from bot.views.screen import Button, Screen, rows_of
from corps.groups import Group
from corps.teams import TeamName


def ask_team(voice: Voice, teams: list[TeamName]) -> Screen:
    """Ask a coordinator which team the group belongs to."""
    return Screen(voice("groups.ask_team"), rows_of([Button(team.short_name, BindTap(team.id)) for team in teams], 3))


def bound(voice: Voice, group: Group) -> Screen:
    """Return which team the group is connected to, with the choice whether cards are posted there."""
    state = voice("groups.cards_here" if group.cards else "groups.cards_private")
    label = voice("groups.use_private" if group.cards else "groups.use_group")
    text = voice("groups.bound", team=group.team) + "\n" + state
    return Screen(text, ((Button(label, GroupCardsTap(not group.cards)),),))


def plain(voice: Voice, key: str, **values: object) -> Screen:
    """Return one sentence."""
    return Screen(voice(f"groups.{key}", **values))
