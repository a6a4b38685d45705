"""The way into the corps: invitation → consent → real name → a leader's 通过."""

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import audit, member_addresses, notices
from corps.membership import join_requests
from corps.membership.join_requests import Applicant, find_applicant
from corps.membership.listed import tie, whose
from corps.moment import Moment
from corps.notices import offices, reachability
from corps.notices.declarations import declare
from corps.notices.kinds import Kind
from corps.parsing.lengths import units
from corps.people import NOBODY, Actor, Named, Office, lock_member, person, recognise
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection
from corps.sql import row as first_row
from corps.teams import demand_teams_in_use, is_retired, team_in_use
from models import Invitation, Member, Team
from models.enums import MemberStatus

CONSENT_VERSION = "2026-1"
"""The version of what people agree to (`consent.text` in the texts). A change of meaning needs a new one."""

NAME_MAX = 30


@dataclass(frozen=True)
class Invited:
    """What a valid invitation leads to."""

    team_id: int
    team: str
    code: str


def read_invitation(session: Session, code: str) -> Invited:
    """Return the team behind an invitation. Raises Refused when it was revoked, never was, or the team retired."""
    row = session.exec(
        select(Invitation, Team)
        .join(Team, col(Team.id) == col(Invitation.team_id))
        .where(Invitation.code == code, col(Invitation.revoked_at).is_(None), team_in_use())
    ).first()
    if row is None:
        raise Refused(Reason.INVITATION_INVALID)
    return Invited(row[1].id or 0, row[1].name, code)


def is_name(text: str) -> bool:
    """Tell whether a text can be a person's name: letters, two to thirty of them, no digits."""
    fits = len(text) >= 2 and units(text) <= NAME_MAX  # noqa: PLR2004
    return fits and re.fullmatch(r"[^\W\d_]+(?:[ ·•.'’-][^\W\d_]+)*\.?", text) is not None


def invitation_of(session: Session, actor: Actor, at: Moment, team_id: int) -> str:
    """Return the team's invitation code, made on first use; empty once it was revoked and not renewed.

    Empty too for a retired team. For the team's leaders and coordinators.
    """
    if actor.manages(team_id) and is_retired(session, team_id):
        return ""
    _lock_team(session, actor, team_id)
    rows = session.exec(
        select(Invitation).where(Invitation.team_id == team_id).order_by(col(Invitation.revoked_at).is_not(None))
    ).all()
    if not rows:
        return _new_invitation(session, actor, at, team_id)
    return rows[0].code if rows[0].revoked_at is None else ""


def _lock_team(session: Session, actor: Actor, team_id: int) -> None:
    """Lock the team, so that two who renew at once leave one invitation, not two."""
    if not actor.manages(team_id):
        raise Refused(Reason.NOT_ALLOWED)
    demand_teams_in_use(session, [team_id])
    if session.exec(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True)).first() is None:
        raise Refused(Reason.GONE)


def _new_invitation(session: Session, actor: Actor, at: Moment, team_id: int) -> str:
    code = secrets.token_urlsafe(9)
    session.add(Invitation(team_id=team_id, code=code, created_by=actor.member_id, created_at=at.now))
    audit.record(session, at, actor.member_id, "invitation.new", f"team:{team_id}")
    session.flush()
    return code


def revoke_invitation(session: Session, actor: Actor, at: Moment, team_id: int, *, renew: bool) -> str:
    """End the team's invitation. Returns the new code if `renew`, else an empty string."""
    _lock_team(session, actor, team_id)
    rows = session.exec(
        select(Invitation).where(Invitation.team_id == team_id, col(Invitation.revoked_at).is_(None))
    ).all()
    for row in rows:
        row.revoked_at = at.now
        session.add(row)
    audit.record(session, at, actor.member_id, "invitation.revoke", f"team:{team_id}")
    session.flush()
    return _new_invitation(session, actor, at, team_id) if renew else ""


def appear(session: Session, actor: Actor, at: Moment, display_name: str) -> bool:
    """Take note of a `/start`: a person named in the settings becomes a coordinator.

    Returns whether the person became a coordinator just now.
    """
    if actor.address not in at.policy.coordinators or actor.is_coordinator:
        return False
    member = session.get(Member, actor.member_id) if actor.member_id else None
    if member is None:
        name = display_name[:NAME_MAX] or actor.address.id[:NAME_MAX]
        member = _newcomer(session, actor, at, name, MemberStatus.ACTIVE)
    member.status, member.is_coordinator = MemberStatus.ACTIVE, True
    session.add(member)
    session.flush()
    audit.record(session, at, member.id, "member.named_coordinator", f"member:{member.id}")
    offices.ask_unheard(session, at)
    return True


def _newcomer(session: Session, actor: Actor, at: Moment, name: str, status: MemberStatus) -> Member:
    """Enter somebody who was a stranger until now, with the address that they write from."""
    member = Member(name=name[:NAME_MAX], status=status, created_at=at.now, keyboard=True)
    session.add(member)
    session.flush()
    member_addresses.add(session, at, member.id or 0, actor.address)
    return member


def note_reach(session: Session, actor: Actor, at: Moment, *, reachable: bool) -> None:
    """Take note that somebody blocked the bot, or is back. Nothing for strangers, or when it is known."""
    if reachable:
        reachability.back(session, at, actor.address)
    else:
        reachability.lost(session, at, actor.address, "blocked")


declare(Kind.ADMITTED)
declare(Kind.DECLINED)


_AGREED_TO = columns(col(Member.consent_version)).where(col(Member.id) == bindparam("member"))


def consent_is_old(session: Session, actor: Actor, _at: Moment) -> bool:
    """Tell whether the person has agreed to an earlier version of what is kept, and is to be asked again."""
    agreed = first_row(flushed_connection(session), _AGREED_TO, member=actor.member_id) if actor.is_member else None
    return agreed is not None and agreed.consent_version not in (None, CONSENT_VERSION)


def consent_again(session: Session, actor: Actor, at: Moment) -> None:
    """Record a member's consent to the present version."""
    member = lock_member(session, actor.id)
    before = {"version": member.consent_version}
    member.consent_version, member.consented_at = CONSENT_VERSION, at.now
    session.add(member)
    audit.record(session, at, actor.id, "member.consent", f"member:{actor.id}", before, {"version": CONSENT_VERSION})


@dataclass(frozen=True)
class Applied:
    """A request that lies with who answers for the team. `asked`: how many that is; 0 for who needed nobody."""

    team: str
    asked: int
    office: Office | None = None


def apply(session: Session, actor: Actor, at: Moment, code: str, name: str) -> Applied:
    """Ask to join the team of an invitation, under a real name, having consented to `CONSENT_VERSION`."""
    invited = read_invitation(session, code)
    if actor.member_id is not None:
        lock_member(session, actor.member_id)
        actor = recognise(session, at, actor.address)  # while we waited, a leader may have admitted the person
    demand_outsider(actor)
    member = _applicant(session, actor, at, name)
    member.team_id, member.consent_version, member.consented_at = invited.team_id, CONSENT_VERSION, at.now
    session.add(member)
    session.flush()
    audit.record(session, at, member.id, "member.apply", f"member:{member.id}", None, {"team": invited.team_id})
    if member.status is MemberStatus.ACTIVE:
        return Applied(invited.team, 0)
    office = join_requests.ask(session, at, member)
    return Applied(invited.team, len(office.people), office)


def _applicant(session: Session, actor: Actor, at: Moment, name: str) -> Member:
    """Return the row of who applies: a coordinator who joins a team stays one, everybody else is an applicant."""
    member = session.get(Member, actor.member_id) if actor.member_id else None
    if member is None:
        member = _newcomer(session, actor, at, name, MemberStatus.APPLICANT)
    if not actor.is_coordinator:
        member.status, member.is_leader, member.is_coordinator = MemberStatus.APPLICANT, False, False
    member.name = name[:NAME_MAX]
    return member


@dataclass(frozen=True)
class Decided:
    """The outcome of 通过 / 拒绝. `person` is the applicant as the corps knows them from now on."""

    person: Actor
    name: str
    team_id: int | None
    admitted: bool


def decide(
    session: Session, actor: Actor, at: Moment, member_id: int, shown: str = "", *, admit: bool, listed: int = 0
) -> Decided:
    """Admit or decline an applicant as `shown`. Raises Refused, with who it was, when it is decided already.

    With `listed`, who admits says that the applicant is that person of the team's list.
    """
    member = lock_member(session, member_id)
    known = whose(session, member)
    if known.status is MemberStatus.ERASED:
        raise Refused(Reason.ASKER_GONE)
    if not actor.manages(known.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    if member.status is not MemberStatus.APPLICANT:
        decided = audit.last_change(session, actor, f"member:{member.id}")
        raise Refused(Reason.ALREADY_DECIDED, name=known.name, **decided)
    applicant = find_applicant(session, member_id)
    if applicant is not None:
        audit.demand_as_shown(session, actor, shown, applicant.sign, f"member:{member.id}")
    if admit and listed:
        if applicant is None or applicant.listed != listed:
            raise Refused(Reason.MOVED_ON, f"member:{listed}")
        member = tie(session, actor, at, member, listed)
    member.status = MemberStatus.ACTIVE if admit else MemberStatus.DECLINED
    session.add(member)
    kind = Kind.ADMITTED if admit else Kind.DECLINED
    key = f"{kind.value}:{member.id}:{int(at.now.timestamp())}"
    notices.owe(session, at, [notices.Owed(kind=kind, key=key, member=member)])
    audit.record(session, at, actor.id, "member.decide", f"member:{member.id}", None, {"status": member.status.value})
    session.flush()
    return Decided(person(session, at, member.id or 0), member.name, member.team_id, admit)


@dataclass(frozen=True)
class Request:
    """A request to join as it is now: `open`, or decided `by` somebody."""

    name: str
    open: Applicant | None = None
    by: Named = NOBODY
    when: dt.datetime | None = None


def see_request(session: Session, actor: Actor, _at: Moment, member_id: int) -> Request:
    """Return what has become of a request to join, for who decides on it. Raises Refused for others."""
    member = session.get(Member, member_id)
    if member is None:
        raise Refused(Reason.GONE)
    known = whose(session, member)
    if not actor.manages(known.team_id):
        raise Refused(Reason.NOT_ALLOWED)
    decided = audit.last_change(session, actor, f"member:{member_id}")
    return Request(known.name, find_applicant(session, member_id), **decided)


def demand_outsider(actor: Actor) -> None:
    """Raise Refused for somebody who is in a team already, or is in the corps without being a coordinator."""
    if actor.is_member and (actor.team_id is not None or not actor.is_coordinator):
        raise Refused(Reason.ALREADY_MEMBER, team=actor.team_name)
