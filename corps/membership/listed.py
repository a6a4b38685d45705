"""Members whom a coordinator has listed (/import) and who have not joined yet: a row with a name, without an address.

Whoever joins the team under that name may be that person. Nobody but who admits them can tell: 通过 says so, and ties
the address to the row that there is.
"""

from sqlalchemy import update
from sqlmodel import Session, col, select

from corps import audit, member_addresses
from corps.membership import erasure
from corps.moment import Moment
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
    found = session.exec(here.order_by(col(Member.id)).limit(1)).first()
    if found is None:
        return 0
    own = applicant.id
    past = [col(table.member_id) == own for table in (SignUp, Attendance, HoursEntry)] + [
        col(Report.reporter_id) == own
    ]
    return (
        0 if any(session.exec(select(Member.id).where(Member.id == own, some(one))).first() for one in past) else found
    )


def tie(session: Session, actor: Actor, at: Moment, applicant: Member, listed: int) -> Member:
    """Make an applicant the person of a listed row: address, consent and settings go there. Returns that row."""
    row = lock_member(session, listed)
    number = applicant.id or 0
    session.connection().execute(
        update(MemberAddress).where(col(MemberAddress.member_id) == number).values(member_id=row.id)
    )
    session.expire_all()
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
