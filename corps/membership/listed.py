"""Members whom a coordinator has listed (/import) and who have not joined yet, and those who left the corps.

Whoever joins the team under such a name may be that person. Nobody but who admits them can tell: 通过 says so, and
ties the address to the row that there is.
"""

from collections.abc import Collection

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from corps import audit, member_addresses
from corps.membership import erasure
from corps.moment import Moment
from corps.pages import devices
from corps.people import Actor, lock_member
from corps.sql import some
from models import Attendance, Audit, HoursEntry, Member, MemberAddress, Report, SignUp
from models.enums import MemberStatus

TIED = "member.tie"


def find_listed(session: Session, applicant: Member) -> int:
    """Return the row of the team's list that an applicant may be; 0: there is none, or the person has a past here."""
    here = select(Member.id).where(
        Member.team_id == applicant.team_id,
        Member.name == applicant.name,
        Member.status == MemberStatus.ACTIVE,
        ~member_addresses.has_address(),
    )
    found = session.exec(here.order_by(col(Member.id)).limit(1)).first() or _find_former(session, applicant)
    if not found:
        return 0
    own = applicant.id
    past = [col(table.member_id) == own for table in (SignUp, Attendance, HoursEntry)] + [
        col(Report.reporter_id) == own
    ]
    return (
        0 if any(session.exec(select(Member.id).where(Member.id == own, some(one))).first() for one in past) else found
    )


def _find_former(session: Session, applicant: Member) -> int:
    """Return who left the corps and had the applicant's name: first of the same team, then who left last. 0: nobody."""
    gone = col(Member.status).in_((MemberStatus.LEFT, MemberStatus.DECLINED))
    left = select(Member.id).where(gone, Member.name == applicant.name)
    teams = _left_teams(session, session.exec(left.where(Member.id != applicant.id)).all())
    found = sorted(teams, key=lambda number: teams[number] == applicant.team_id)
    return found[-1] if found else 0


def _left_teams(session: Session, numbers: Collection[int | None]) -> dict[int, int | None]:
    """Return which team each of those who left was in, in the order in which they left; the last time counts."""
    of_them = {f"member:{number}": number for number in numbers if number}
    trace = select(Audit.subject, Audit.before).where(
        col(Audit.subject).in_(list(of_them)), Audit.action == "member.depart"
    )
    teams: dict[int, int | None] = {}
    for subject, before in session.exec(trace.order_by(col(Audit.id))).all():
        teams.pop(of_them[subject], None)
        teams[of_them[subject]] = (before or {}).get("team")
    return teams


def left_team(session: Session, number: int) -> tuple[bool, int | None]:
    """Tell whether the row that an applicant may be is of somebody who left, not of the list; and which team it was."""
    row = session.get(Member, number) if number else None
    if row is None or row.status is MemberStatus.ACTIVE:
        return False, None
    return True, _left_teams(session, [number]).get(number)


def tie(session: Session, actor: Actor, at: Moment, applicant: Member, listed: int) -> Member:
    """Make an applicant the person of a listed row: address, consent and settings go there. Returns that row.

    Of somebody who left, the page that no browser is in to any more goes; the new address is written to first.
    """
    row = lock_member(session, listed)
    number, here = applicant.id or 0, member_addresses.best(session, applicant.id)
    pages = devices.addresses_of(session, listed)
    devices.forget(session, pages)
    session.connection().execute(
        delete(MemberAddress).where(
            col(MemberAddress.channel) == devices.WEB, col(MemberAddress.external).in_([page.id for page in pages])
        )
    )
    session.connection().execute(
        update(MemberAddress).where(col(MemberAddress.member_id) == number).values(member_id=row.id)
    )
    session.expire_all()
    if here is not None:
        member_addresses.prefer(session, listed, here.address)
    row.team_id = applicant.team_id
    row.consent_version, row.consented_at = applicant.consent_version, applicant.consented_at
    row.language, row.keyboard = applicant.language, applicant.keyboard
    applicant.name, applicant.status, applicant.team_id = erasure.pseudonym(number), MemberStatus.ERASED, None
    session.add_all([row, applicant])
    session.flush()
    audit.record(session, at, actor.id, TIED, f"member:{number}", None, {"row": row.id})
    return row


def whose(session: Session, member: Member) -> Member:
    """Return the row that an applicant was tied to, the applicant's own if none."""
    if member.status is not MemberStatus.ERASED:
        return member
    trace = select(Audit.after).where(Audit.subject == f"member:{member.id}", Audit.action == TIED)
    after = session.exec(trace.order_by(col(Audit.id).desc()).limit(1)).first()
    return (session.get(Member, after["row"]) or member) if after else member
