"""The facts of a brief (简报): of one verified activity, or of all of a month, and nothing that is not recorded."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import audit
from corps.activities.rules import concerned_teams, find_activity, may_manage
from corps.attachments import Attachment
from corps.attendance import photos
from corps.moment import Moment
from corps.people import Actor, demand_coordinator
from corps.quotas import tally
from corps.records import ledger
from corps.records.ledger import Row
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from corps.sql import hold
from models import BriefIssue, Report
from models.enums import ActivityState, PairingCounts

PHOTOS_EACH, PHOTOS_ALL = 2, 20
"""How many photos of each activity, and in all, are in a brief of a month."""


@dataclass(frozen=True)
class Story:
    """One activity: its row of the ledger, what the reporter wrote, and the photos that there are."""

    row: Row
    words: str
    photos: tuple[Attachment, ...]


@dataclass(frozen=True)
class Brief:
    """What a brief says. `month` is its first day, None for one activity; `pairings` those that began in it.

    `may_month`: the reader may have the brief of the whole month, too; `may_replace`: put another template in the place
    of the present one. `issue` is its number in the year (第×期): the same, however often it is made.
    """

    month: dt.date | None
    issuer: str
    made_on: dt.date
    stories: tuple[Story, ...]
    pairings: int
    may_month: bool
    rounding: Rounding
    issue: int
    may_replace: bool
    pairing_counts: PairingCounts

    @property
    def photos(self) -> tuple[Attachment, ...]:
        """All photos, in the stories' order."""
        return tuple(photo for story in self.stories for photo in story.photos)


def of_activity(session: Session, actor: Actor, at: Moment, activity_id: int) -> Brief:
    """Return the brief of a verified activity, for who manages it."""
    activity = find_activity(session, activity_id)
    if not may_manage(actor, tuple(concerned_teams(session, activity_id))):
        raise Refused(Reason.NOT_ALLOWED)
    if activity.state is not ActivityState.VERIFIED:
        raise Refused(Reason.NOT_VERIFIED, title=activity.title)
    day = activity.local_date
    rows = [row for row in ledger.counted_rows(session, at, day, day) if row.activity_id == activity_id]
    issue = _issue(session, actor, at, f"activity:{activity_id}")
    stories, rounding, leads = _stories(session, rows), at.policy.rounding, actor.is_coordinator
    rule = at.policy.pairing_counts
    return Brief(None, at.policy.corps_name, at.today(), stories, 0, leads, rounding, issue, leads, rule)


def of_month(session: Session, actor: Actor, at: Moment, year: int, month: int) -> Brief:
    """Return the brief of a month, for coordinators. Raises Refused when nothing of it is verified."""
    demand_coordinator(actor)
    if year not in tally.CALENDAR or month not in range(1, 13):
        raise Refused(Reason.GONE)
    first = dt.date(year, month, 1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    rows = ledger.counted_rows(session, at, first, last)
    if not rows:
        raise Refused(Reason.GONE)
    pairings = sum(pairing.counts for pairing in ledger.known_pairings(session, at, first, last))
    issue = _issue(session, actor, at, f"month:{year}-{month:02d}")
    stories = _stories(session, rows, PHOTOS_EACH, PHOTOS_ALL)
    rounding, rule = at.policy.rounding, at.policy.pairing_counts
    return Brief(first, at.policy.corps_name, at.today(), stories, pairings, False, rounding, issue, True, rule)


def _issue(session: Session, actor: Actor, at: Moment, subject: str) -> int:
    """Return the number of a brief, the year's next one when it is made for the first time."""
    audit.record(session, at, actor.id, "brief.make", subject)
    year = at.today().year
    hold(session, at, f"briefs:{year}")
    known = session.exec(select(BriefIssue).where(BriefIssue.subject == subject)).first()
    if known is None:
        last = session.exec(select(func.max(BriefIssue.serial)).where(BriefIssue.year == year)).one() or 0
        known = BriefIssue(year=year, serial=last + 1, subject=subject, made_by=actor.id, made_at=at.now)
        session.add(known)
        session.flush()
    return known.serial


def _stories(
    session: Session, rows: Sequence[Row], each: int | None = None, most: int | None = None
) -> tuple[Story, ...]:
    ids = [row.activity_id for row in rows]
    found = session.exec(select(Report).where(col(Report.activity_id).in_(ids))).all()
    reports = {report.activity_id: report for report in found}
    stories, left = [], most
    for row in rows:
        report = reports[row.activity_id]
        shown = [line for line in photos.of_report(session, report.id) if not line.sheet]  # it has names on it
        files = [line.file for line in shown if line.file is not None][:each][:left]
        left = None if left is None else left - len(files)
        stories.append(Story(row, report.words, tuple(files)))
    return tuple(stories)
