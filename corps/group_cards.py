"""New activities' cards in team groups: once for all, instead of once for each member."""

from sqlmodel import Session

from corps import cards, groups, notices
from corps.cards import Card, concerned_teams
from corps.moment import Moment
from corps.notice_kinds import Kind
from corps.people import Actor
from models import Activity, Member


def divert(session: Session, at: Moment, activity: Activity, people: list[Member]) -> list[Member]:
    """Owe the card to the groups that want cards; return who still gets it alone: other teams, and all leaders."""
    chosen = [group for group in groups.of_teams(session, concerned_teams(session, activity.id or 0)) if group.cards]
    teams = {member.team_id for member in people}
    owed = [
        notices.Owed(
            Kind.CARD,
            f"card:{activity.id}:g{group.chat_id}",
            None,
            {"team": group.team_id},
            activity_id=activity.id,
            expires_at=activity.starts_at,
            chat_id=group.chat_id,
        )
        for group in chosen
        if group.team_id in teams
    ]
    notices.owe(session, at, owed)
    grouped = {group.team_id for group in chosen}
    return [member for member in people if member.team_id not in grouped or member.is_leader]


def see(session: Session, _actor: Actor, at: Moment, activity_id: int, chat_id: int) -> Card:
    """Return a card as a group sees it: no names, nothing personal, the buttons of the team's slots."""
    group = groups.find(session, chat_id)
    return cards.see(session, groups.guest(at, chat_id, group.team_id if group else None), at, activity_id)
