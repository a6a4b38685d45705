"""The pages of /team and /teams: what is done on them, each with the page as it is afterwards."""

from dataclasses import dataclass

from sqlmodel import Session

from corps import audit
from corps.broadcasts import team_progress
from corps.membership import call_list, joining, leaving, roles, team_cards, transfers
from corps.membership.join_requests import Applicant
from corps.membership.joining import Decided
from corps.membership.roles import Role, RoleSet
from corps.membership.team_cards import NO_TEAM, MemberCard, TeamCard
from corps.membership.transfers import Transferred
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups import vacancies


@dataclass(frozen=True)
class TeamPage:
    """A team's card, how many places it lacks, whether there are broadcasts for its leader, and how many to call."""

    card: TeamCard
    lacking: int
    broadcasts: bool
    calls: int = 0


def see(session: Session, actor: Actor, at: Moment, team_id: int, page: int = 0) -> TeamPage:
    """Return a team's page, for its leaders and the coordinators."""
    card = team_cards.see_team(session, actor, at, team_id, page)
    lacking = 0 if team_id == NO_TEAM else len(vacancies.vacancies_of_team(session, actor, at, team_id))
    calls = 0 if team_id == NO_TEAM else len(call_list.waiting(session, actor, at, team_id))
    broadcasts = team_id == actor.team_id and team_progress.any_recent(session, actor, at)
    return TeamPage(card, lacking, broadcasts, calls)


def see_own(session: Session, actor: Actor, at: Moment) -> TeamPage | None:
    """Return the page of the leader's own team; None for who leads none."""
    return see(session, actor, at, actor.team_id) if actor.is_leader and actor.team_id else None


def revoke_invitation(
    session: Session, actor: Actor, at: Moment, team_id: int, shown: str = "", *, renew: bool
) -> TeamPage:
    """End the team's invitation that was `shown`, and make another one if `renew`."""
    card = team_cards.see_team(session, actor, at, team_id)
    audit.demand_as_shown(session, actor, shown, card.invitation, f"team:{team_id}")
    joining.revoke_invitation(session, actor, at, team_id, renew=renew)
    return see(session, actor, at, team_id)


def decide(
    session: Session,
    actor: Actor,
    at: Moment,
    team_id: int,
    applicant_id: int,
    shown: str = "",
    *,
    admit: bool,
    listed: int = 0,
) -> tuple[Decided, list[Applicant]]:
    """通过 / 拒绝, with those who still ask to join the team."""
    decided = joining.decide(session, actor, at, applicant_id, shown, admit=admit, listed=listed)
    return decided, team_cards.applicants(session, actor, at, team_id)


def set_role(
    session: Session, actor: Actor, at: Moment, member_id: int, role: Role, shown: str = "", *, on: bool
) -> tuple[RoleSet, MemberCard | None]:
    """Give a role or take it, with the member's card; None for who may no longer see it: it was one's own role."""
    card = team_cards.see_member(session, actor, at, member_id)
    if (card.is_leader if role is Role.LEADER else card.is_coordinator) is not on:  # else there is nothing to do
        team_cards.demand_as_shown(session, actor, at, member_id, shown)
    operation = roles.set_leader if role is Role.LEADER else roles.set_coordinator
    done = operation(session, actor, at, member_id, on=on)
    now = done.person if done.person.member_id == actor.member_id else actor
    return done, team_cards.see_member(session, now, at, member_id) if now.is_coordinator else None


def move(session: Session, actor: Actor, at: Moment, member_id: int, team_id: int, shown: str = "") -> Transferred:
    """换分团 of a member who still is what was `shown`."""
    team_cards.demand_as_shown(session, actor, at, member_id, shown)
    return transfers.move(session, actor, at, member_id, team_id)


def remove(session: Session, actor: Actor, at: Moment, member_id: int, shown: str = "") -> Transferred:
    """移出 a member who still is what was `shown`."""
    team_cards.demand_as_shown(session, actor, at, member_id, shown)
    return leaving.remove(session, actor, at, member_id)


def see_removable(session: Session, actor: Actor, at: Moment, member_id: int) -> MemberCard:
    """Return the card of a member whom its reader may remove. Raises Refused otherwise."""
    card = team_cards.see_member(session, actor, at, member_id)
    if not card.may.remove:
        raise Refused(Reason.NOT_ALLOWED)
    return card
