"""Doing what a spreadsheet says: all of it or nothing, as it was shown, and undone in one step for a day.

Until it is confirmed, what the file said lies in the person's conversation, and goes away with it. What was done is in
the trace: which rows came of it. Undoing takes back those that nobody has used since, and leaves the others.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlmodel import Session, col, select

from corps import audit, conversations, mentions, notices
from corps.activities import planning
from corps.changes import cancelling
from corps.conversations import Conversation
from corps.imports.looking import NewMember, Outlook, Sheets, look
from corps.member_addresses import has_address
from corps.membership import erasure
from corps.moment import Moment
from corps.people import Actor, demand_coordinator
from corps.refusals import Reason, Refused
from models import Activity, Attendance, Audit, Draft, HoursEntry, Member, Notice, Report, SignUp
from models.enums import ActivityState, MemberStatus

KIND = "import"
FILE, CONFIRM = "file", "confirm"
UNDONE_WITHIN = dt.timedelta(days=1)
DONE, UNDONE = "import.apply", "import.undo"


@dataclass(frozen=True)
class Import:
    """An import that can be undone: its file's fingerprint and name, how many rows came of it, until when."""

    digest: str
    name: str
    members: int
    activities: int
    until: dt.datetime


@dataclass(frozen=True)
class Shown:
    """What a file would do, looked at. With faults, or with nothing to do, it is not offered to be confirmed."""

    digest: str
    name: str
    outlook: Outlook


def begin(session: Session, actor: Actor, at: Moment, key: str) -> Import | None:
    """/import: wait for a file. Returns the newest import that can be undone, if there is one."""
    demand_coordinator(actor)
    conversations.put(session, at, actor.address, KIND, FILE, {}, key)
    return latest(session, actor, at)


def take(session: Session, actor: Actor, at: Moment, sheets: Sheets, digest: str, name: str, key: str) -> Shown:
    """Look at a file. One without faults waits for 确认导入; after any other another one is waited for."""
    outlook = look(session, actor, at, sheets)
    fit = not outlook.faults and not outlook.is_empty
    data = {"digest": digest[:12], "name": name[:100], "sheets": [[n, list(map(list, rows))] for n, rows in sheets]}
    conversations.put(session, at, actor.address, KIND, CONFIRM if fit else FILE, data if fit else {}, key)
    return Shown(digest[:12], name[:100], outlook)


def see_again(session: Session, actor: Actor, at: Moment, conversation: Conversation | None = None) -> Shown | None:
    """Return what waits for 确认导入, as it would be now; None when nothing does."""
    conversation = conversation or conversations.find(session, actor.address, KIND)
    if conversation is None or conversation.step != CONFIRM:
        return None
    data = conversation.data
    return Shown(data["digest"], data["name"], look(session, actor, at, data["sheets"]))


def apply(session: Session, actor: Actor, at: Moment, digest: str, shown: str) -> Import:
    """确认导入: do all of it as it was `shown`, or nothing.

    Activities to come are drafts, to be published one by one; past ones are back-entries that wait for their reports.
    """
    demand_coordinator(actor)
    waiting = see_again(session, actor, at)
    if waiting is None or waiting.digest != digest:
        raise Refused(Reason.IMPORT_GONE)
    outlook = waiting.outlook
    audit.demand_as_shown(session, actor, shown or "-", outlook.sign, f"import:{digest}")
    if outlook.faults or outlook.is_empty:
        raise Refused(Reason.IMPORT_GONE)
    members = _list(session, at, outlook.members)
    audit.record_all(session, at, actor.id, "member.import", (f"member:{number}" for number in members))
    activities = [planning.draft(session, actor, at, one.plan) for one in outlook.activities]
    for one, activity_id in zip(outlook.activities, activities, strict=True):
        if one.past:
            planning.publish(session, actor, at, activity_id)
    after = {"name": waiting.name, "members": members, "activities": activities}
    audit.record(session, at, actor.id, DONE, f"import:{digest}", None, after)
    conversations.drop(session, actor.address, KIND)
    return Import(digest, waiting.name, len(members), len(activities), at.now + UNDONE_WITHIN)


def _list(session: Session, at: Moment, people: Collection[NewMember]) -> list[int]:
    """Enter people in a few statements: nobody else writes meanwhile. Returns their numbers."""
    same = {"status": MemberStatus.ACTIVE, "created_at": at.now}
    rows = [{"name": one.name, "team_id": one.team_id, **same} for one in people]
    if not rows:
        return []
    entered = session.connection().execute(insert(Member).returning(col(Member.id)), rows)
    return sorted(number or 0 for number in entered.scalars())


def latest(session: Session, actor: Actor, at: Moment) -> Import | None:
    """Return the newest import of the last day that was not undone."""
    demand_coordinator(actor)
    since = at.now - UNDONE_WITHIN
    done = select(Audit).where(col(Audit.at) > since, col(Audit.action).in_((DONE, UNDONE)))
    ended: set[str] = set()
    for row in session.exec(done.order_by(col(Audit.id).desc())).all():
        if row.action == UNDONE:
            ended.add(row.subject)
        elif row.subject not in ended:
            return _import_of(row)
    return None


def _import_of(row: Audit) -> Import:
    after = row.after or {}
    counts = len(after["members"]), len(after["activities"])
    return Import(row.subject.partition(":")[2], after["name"], *counts, row.at + UNDONE_WITHIN)


def forget_unconfirmed(session: Session, at: Moment) -> None:
    """Forget the names in files that nobody has confirmed within a day."""
    old = delete(Draft).where(col(Draft.kind) == KIND, col(Draft.updated_at) <= at.now - UNDONE_WITHIN)
    session.connection().execute(old)


@dataclass(frozen=True)
class Undone:
    """What 撤回导入 has taken back, and the names and titles of what was left because it is in use."""

    members: int
    activities: int
    kept: tuple[str, ...]


def undo(session: Session, actor: Actor, at: Moment, digest: str) -> Undone:
    """撤回导入: take back, within a day, what nobody has used since; what somebody has is left and named."""
    demand_coordinator(actor)
    traces = select(Audit).where(Audit.subject == f"import:{digest}", col(Audit.action).in_((DONE, UNDONE)))
    last = session.exec(traces.order_by(col(Audit.id).desc()).limit(1)).first()
    if last is None:
        raise Refused(Reason.IMPORT_GONE)
    after = last.after or {}
    if last.action == UNDONE:
        raise Refused(Reason.ALREADY_DECIDED, f"import:{digest}", name=after["name"])
    if last.at + UNDONE_WITHIN <= at.now:
        raise Refused(Reason.IMPORT_OLD)
    activities, used = _take_back_activities(session, actor, at, after["activities"])
    members, joined = _take_back_members(session, actor, at, after["members"], last.at)
    audit.record(session, at, actor.id, UNDONE, f"import:{digest}", None, {"name": after["name"]})
    return Undone(members, activities, (*joined, *used))


def _take_back_activities(
    session: Session, actor: Actor, at: Moment, ids: Collection[int]
) -> tuple[int, tuple[str, ...]]:
    rows: Any = (SignUp, Attendance, Report, HoursEntry)
    touched = {own for table in rows for own in session.exec(_of(table.activity_id, ids)).all()}
    back, kept = 0, []
    for activity_id in ids:
        row = session.get(Activity, activity_id)
        if row is None or row.state is ActivityState.CANCELLED:
            continue
        entered = row.state is ActivityState.PUBLISHED and bool(row.back_entry_reason)
        if activity_id in touched or row.revision or not (row.state is ActivityState.DRAFT or entered):
            kept.append(row.title)
            continue
        cancelling.cancel(session, actor, at, activity_id)
        back += 1
    return back, tuple(kept)


def _take_back_members(
    session: Session, actor: Actor, at: Moment, ids: Collection[int], since: dt.datetime
) -> tuple[int, tuple[str, ...]]:
    """Forget those who have not joined and have done nothing: their row stays, as an erased person's does."""
    rows: Any = (SignUp, Attendance, HoursEntry)
    used = {own for table in rows for own in session.exec(_of(table.member_id, ids)).all()}
    used |= set(session.exec(select(Member.id).where(col(Member.id).in_(ids), has_address())).all())
    here = select(Member).where(col(Member.id).in_(ids), Member.status == MemberStatus.ACTIVE)
    there = session.exec(here.order_by(col(Member.id)).with_for_update()).all()
    free = [row for row in there if row.id not in used]
    gone = [row.id or 0 for row in free]
    names = tuple(row.name for row in there if row.id in used)
    forgotten = update(Member).where(col(Member.id) == bindparam("own")).values(name=bindparam("instead"))
    if gone:
        people = {row.id or 0: (row.name, erasure.pseudonym(row.id or 0)) for row in free}
        mentions.forget_many(session, people, since)
        values = [{"own": number, "instead": erasure.pseudonym(number)} for number in gone]
        session.connection().execute(forgotten.values(status=MemberStatus.ERASED, team_id=None), values)
        session.expire_all()
    audit.record_all(session, at, actor.id, "member.unimport", (f"member:{number}" for number in gone))
    notices.cancel_owed(session, "the import was undone", col(Notice.member_id).in_(gone))
    session.info[erasure.ERASED] = True
    return len(gone), names


def _of(column: Any, ids: Collection[int]) -> Any:  # noqa: ANN401 - a column, and a statement
    return select(column).where(col(column).in_(ids)).distinct()
