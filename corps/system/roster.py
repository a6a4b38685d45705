"""Teams, categories, targets and kinds of place as the roster file lists them: brought in line at every start.

The file is the truth. A team, a category, a kind of place is known by its `code`: with another name it is renamed,
and its people, its history and its invitations stay. What the file lists no more is retired: kept in every record,
offered nowhere. What comes back is in use again. Without codes a team is known by its name, and a renamed one would
be another team.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from corps import audit, notices
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.people import coordinators
from corps.sql import first_time
from models import Category, Member, Target, Team, Venue
from models.enums import MemberStatus


def _for_coordinators(question: Question) -> Parts | None:
    return () if question.actor.is_coordinator else None


declare(Kind.ROSTER, _for_coordinators, priority=4, keeps=14 * DAY)

AT_THE_END = 10_000
"""What is retired stands behind what is in use."""


@dataclass(frozen=True)
class TeamPlan:
    """One team of the roster. An empty `code`: it is known by its name."""

    name: str
    short_name: str
    expertise: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class CategoryPlan:
    """One category of the roster; `targets` is year → how many are promised."""

    code: str
    name_zh: str
    name_en: str
    unit_zh: str
    counts: str
    aliases: tuple[str, ...] = ()
    target: int = 10
    targets: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class VenuePlan:
    """One kind of place of the roster; `words` name it in a notice (see `models.Venue`)."""

    code: str
    name_zh: str
    name_en: str
    words: tuple[str, ...] = ()
    in_plan: bool = False
    workdays: bool = False


USUAL_VENUES = (
    VenuePlan("community", "社区", "Community", ("街道", "小区", "居委会"), in_plan=True),
    VenuePlan("village", "农村", "Village", ("村", "乡村", "乡镇"), in_plan=True),
    VenuePlan("enterprise", "企业", "Enterprise", ("公司", "园区", "工厂"), in_plan=True, workdays=True),
    VenuePlan("school", "学校", "School", ("校园", "小学", "中学", "大学", "高校", "幼儿园")),
    VenuePlan("hospital", "医院", "Hospital", ("卫生院", "诊所", "卫生服务中心")),
    VenuePlan("square", "广场", "Public square", ("公园", "步行街")),
    VenuePlan("online", "线上", "Online", ("网上", "直播", "腾讯会议")),
)
"""The kinds of place where the roster file names none."""


@dataclass(frozen=True)
class Roster:
    """What the roster file says."""

    teams: tuple[TeamPlan, ...]
    categories: tuple[CategoryPlan, ...]
    venues: tuple[VenuePlan, ...] = USUAL_VENUES


class Change(StrEnum):
    """What a start may change. The sentences are in the bot's texts (`roster.<change>`)."""

    TEAM_NEW = "team_new"
    TEAM_RENAMED = "team_renamed"
    TEAM_RETIRED = "team_retired"
    TEAM_BACK = "team_back"
    CATEGORY_NEW = "category_new"
    CATEGORY_RENAMED = "category_renamed"
    CATEGORY_RETIRED = "category_retired"
    CATEGORY_BACK = "category_back"
    VENUE_NEW = "venue_new"
    VENUE_RENAMED = "venue_renamed"
    VENUE_RETIRED = "venue_retired"
    VENUE_BACK = "venue_back"
    TARGET = "target"
    TARGET_OF_YEAR = "target_of_year"


@dataclass(frozen=True)
class Changed:
    """One change: `name` is the present one; `before` and `after` as words; `people` are members it leaves without."""

    change: Change
    subject: str
    name: str
    before: str = ""
    after: str = ""
    year: int = 0
    people: int = 0


@dataclass(frozen=True)
class Settled:
    """What a start changed, and the teams that have no code yet. `first`: there was no corps before."""

    changed: tuple[Changed, ...] = ()
    codeless: tuple[str, ...] = ()
    first: bool = False


def settle(session: Session, roster: Roster, at: Moment) -> Settled:
    """Bring everything in line with the roster, and tell the coordinators what that changed."""
    first = session.exec(select(func.count()).select_from(Team)).one() == 0
    changed = (
        *_settle_teams(session, roster.teams, at),
        *_settle_categories(session, roster.categories, at),
        *_settle_venues(session, roster.venues, at),
    )
    codeless = tuple(plan.name for plan in roster.teams if not plan.code)
    settled = Settled(changed, codeless, first)
    if not first:
        for one in changed:
            audit.record(session, at, None, "roster.change", one.subject, *_traced(one))
        _tell(session, at, settled)
    session.flush()
    return settled


def _settle_teams(session: Session, plans: Sequence[TeamPlan], at: Moment) -> list[Changed]:
    rows = list(session.exec(select(Team).order_by(col(Team.id)).with_for_update()).all())
    known = _matched(rows, plans)
    former = {row.id: row.name for row in rows}
    for row in rows:  # names are unique: two teams may have swapped theirs
        row.name = f"#{row.id}"
    session.flush()
    changed = []
    for position, plan in enumerate(plans):
        row = known.get(plan) or Team(name=plan.name, short_name=plan.short_name)
        before, was_retired = former.get(row.id), row.retired_at is not None
        row.name, row.short_name, row.position, row.retired_at = plan.name, plan.short_name, position, None
        row.expertise, row.suits = list(plan.expertise), list(plan.suits)
        row.code = plan.code or row.code
        session.add(row)
        session.flush()
        subject = f"team:{row.id}"
        if before is None:
            changed.append(Changed(Change.TEAM_NEW, subject, plan.name))
        elif before != plan.name:
            changed.append(Changed(Change.TEAM_RENAMED, subject, plan.name, before, plan.name))
        if was_retired:
            changed.append(Changed(Change.TEAM_BACK, subject, plan.name))
    kept = {row.id for row in known.values()}
    return [*changed, *_retire_teams(session, [row for row in rows if row.id not in kept], former, at)]


def _matched(rows: Sequence[Team], plans: Sequence[TeamPlan]) -> dict[TeamPlan, Team]:
    """Return the row of each team of the roster that is known: by code, else by name, else by short name."""
    found: dict[TeamPlan, Team] = {}
    free = {row.id: row for row in rows}
    listed = {plan.code for plan in plans if plan.code}

    def take(plan: TeamPlan, row: Team | None) -> None:
        if row is not None:
            found[plan] = row
            del free[row.id]

    def is_open(row: Team, plan: TeamPlan) -> bool:
        return row.code is None or not plan.code or row.code not in listed

    for plan in plans:
        take(plan, next((row for row in free.values() if plan.code and row.code == plan.code), None))
    for name in ("name", "short_name"):
        for plan in plans:
            if plan not in found:
                said = getattr(plan, name)
                like = [row for row in free.values() if getattr(row, name) == said and is_open(row, plan)]
                take(plan, like[0] if len(like) == 1 else None)
    return found


def _retire_teams(session: Session, rows: list[Team], former: dict[int | None, str], at: Moment) -> list[Changed]:
    """Retire the teams that the roster lists no more. A name that a new team has taken is told apart by a number."""
    changed = []
    taken = set(session.exec(select(Team.name)).all())
    for row in rows:
        before = former[row.id]
        row.name = before if before not in taken else f"{before}（{row.id}）"
        row.position = AT_THE_END + (row.id or 0)
        if row.retired_at is None:
            row.retired_at = at.now
            active = select(func.count()).where(Member.team_id == row.id, Member.status == MemberStatus.ACTIVE)
            people = session.exec(active).one()
            changed.append(Changed(Change.TEAM_RETIRED, f"team:{row.id}", row.name, row.name, "", people=people))
        session.add(row)
        session.flush()
    return changed


def _settle_categories(session: Session, plans: Sequence[CategoryPlan], at: Moment) -> list[Changed]:
    rows = {row.code: row for row in session.exec(select(Category).with_for_update()).all()}
    changed = []
    for position, plan in enumerate(plans):
        row, subject = rows.pop(plan.code, None), f"category:{plan.code}"
        if row is None:
            changed.append(Changed(Change.CATEGORY_NEW, subject, plan.name_zh))
        elif row.name_zh != plan.name_zh:
            changed.append(Changed(Change.CATEGORY_RENAMED, subject, plan.name_zh, row.name_zh, plan.name_zh))
        if row is not None and row.retired_at is not None:
            changed.append(Changed(Change.CATEGORY_BACK, subject, plan.name_zh))
        session.merge(
            Category(
                code=plan.code,
                name_zh=plan.name_zh,
                name_en=plan.name_en,
                unit_zh=plan.unit_zh,
                counts=plan.counts,
                aliases=list(plan.aliases),
                position=position,
            )
        )
        session.flush()
        changed += _settle_targets(session, plan, known=row is not None)
    for row in rows.values():
        row.position = AT_THE_END
        if row.retired_at is None:
            row.retired_at = at.now
            changed.append(Changed(Change.CATEGORY_RETIRED, f"category:{row.code}", row.name_zh, row.name_zh))
        session.add(row)
    return changed


def _settle_venues(session: Session, plans: Sequence[VenuePlan], at: Moment) -> list[Changed]:
    """Make the kinds of place those of the roster. Of the first ones nobody is told: they were always there."""
    rows = {row.code: row for row in session.exec(select(Venue).order_by(col(Venue.code)).with_for_update()).all()}
    told, changed = bool(rows), []
    for position, plan in enumerate(plans):
        row, subject, name = rows.pop(plan.code, None), f"venue:{plan.code}", plan.name_zh
        if row is None and told:
            changed.append(Changed(Change.VENUE_NEW, subject, name))
        elif row is not None and row.name_zh != name:
            changed.append(Changed(Change.VENUE_RENAMED, subject, name, row.name_zh, name))
        if row is not None and row.retired_at is not None:
            changed.append(Changed(Change.VENUE_BACK, subject, name))
        row = row or Venue(code=plan.code, name_zh=name, name_en=plan.name_en)
        row.name_zh, row.name_en, row.words, row.position = name, plan.name_en, list(plan.words), position
        row.in_plan, row.workdays, row.retired_at = plan.in_plan, plan.workdays, None
        session.add(row)
    for row in rows.values():
        row.position = AT_THE_END
        if row.retired_at is None:
            row.retired_at = at.now
            changed.append(Changed(Change.VENUE_RETIRED, f"venue:{row.code}", row.name_zh, row.name_zh))
        session.add(row)
    session.flush()
    return changed


def _settle_targets(session: Session, plan: CategoryPlan, *, known: bool) -> list[Changed]:
    """Make the targets those of the roster: a year that is no longer listed has the standing one again."""
    rows = {row.year: row for row in session.exec(select(Target).where(Target.category == plan.code)).all()}
    wanted = {0: plan.target, **plan.targets}
    changed = []
    for year in sorted(rows.keys() | wanted.keys()):
        before = rows[year].amount if year in rows else plan.target if year else None
        after = wanted.get(year, plan.target)
        if year not in wanted:
            session.delete(rows[year])
        else:
            session.merge(Target(year=year, category=plan.code, amount=after))
        if known and before != after:
            kind = Change.TARGET_OF_YEAR if year else Change.TARGET
            subject = f"category:{plan.code}"
            changed.append(Changed(kind, subject, plan.name_zh, str(before), str(after), year))
    session.flush()
    return changed


def _traced(one: Changed) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return what an audit row says of a change: before, and after."""
    match one.change:
        case Change.TARGET | Change.TARGET_OF_YEAR:
            year = {"year": one.year} if one.year else {}
            return {"target": one.before}, {"name": one.name, **year, "target": one.after}
        case Change.TEAM_RENAMED | Change.CATEGORY_RENAMED | Change.VENUE_RENAMED:
            return {"name": one.before}, {"name": one.after}
        case Change.TEAM_RETIRED | Change.CATEGORY_RETIRED | Change.VENUE_RETIRED:
            return {"retired": False}, {"name": one.name, "retired": True}
        case Change.TEAM_BACK | Change.CATEGORY_BACK | Change.VENUE_BACK:
            return {"retired": True}, {"name": one.name, "retired": False}
        case _:
            return None, {"name": one.name}


def _tell(session: Session, at: Moment, settled: Settled) -> None:
    """Tell the coordinators what the file changed; and once, which teams would be lost by a new name."""
    mark = zlib.crc32("|".join(settled.codeless).encode())
    hint = bool(settled.codeless) and first_time(session, at, f"roster:codeless:{mark:x}")
    if not (settled.changed or hint):
        return
    subject = {
        "changed": [
            [one.change.value, one.name, one.before, one.after, one.year, one.people] for one in settled.changed
        ],
        "codeless": list(settled.codeless) if hint else [],
    }
    stamp = int(at.now.timestamp() * 1000)
    notices.owe(session, at, notices.Owed(Kind.ROSTER, f"roster:{stamp}", subject=subject).to(coordinators(session)))
