"""The ground a benchmark stands on: a corps of so many members, activities to sign up for, and their cards.

The database is made by the product's own migration and models. Everybody's card lies in the sandbox before the
clock starts, as it does at Telegram: what is measured is a tap, from the update to the two answers.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

import migrations
from bot.runtime.clock import Clock
from bot.runtime.teams_file import read_roster
from corps.addresses import TELEGRAM
from corps.moment import Moment, Policy
from corps.system.roster import settle
from models import Activity, ActivityTeam, Member, MemberAddress, Slot, Team
from models.engine import open_engine
from models.enums import ActivityState, MemberStatus

ROOT = Path(__file__).parents[1]
FIRST_PERSON = 10_001
"""The sandbox's `--people` are numbered from here."""


@dataclass(frozen=True)
class Tap:
    """One person's sign-up: who presses which button."""

    person: int
    data: str


def address(database: Path | str) -> str:
    """Return the address of a database: a path means an SQLite file."""
    return f"sqlite:///{database}" if isinstance(database, Path) else database


def build(database: Path | str, people: int, activities: int) -> list[Tap]:
    """Make a corps in an SQLite file, or at an address; return one tap a person, spread evenly over the activities."""
    engine = open_engine(address(database))
    migrations.upgrade(engine)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with Session(engine) as session, session.begin():
        settle(session, read_roster(ROOT / "teams.toml"), Moment(now, Policy(Clock("Asia/Shanghai"))))
        team = session.exec(select(Team.id).order_by(Team.position)).first()  # type: ignore[arg-type]  # a column
        session.add(Member(name="王统筹", status=MemberStatus.ACTIVE, is_coordinator=True, created_at=now))
        session.flush()
        for number in range(people):
            session.add(_member(number, team, now))
        session.flush()
        for order, member_id in enumerate(session.exec(select(Member.id).order_by(Member.id)).all()):  # type: ignore[arg-type]  # a column
            session.add(_address(member_id or 0, 1 if order == 0 else FIRST_PERSON + order - 1, now))
        for number in range(1, activities + 1):
            session.add(_activity(number, now))
        session.flush()
        for number in range(1, activities + 1):
            session.add(ActivityTeam(activity_id=number, team_id=team or 0))
            session.add(
                Slot(id=number, activity_id=number, category="lecture", role="志愿者", places=people, team_id=team)
            )
    engine.dispose()
    return [Tap(FIRST_PERSON + number, f"s:{number % activities + 1}") for number in range(people)]


def _member(number: int, team: int | None, now: dt.datetime) -> Member:
    return Member(
        name=f"成员{number}",
        team_id=team,
        status=MemberStatus.ACTIVE,
        created_at=now,
    )


def _address(member_id: int, number: int, now: dt.datetime) -> MemberAddress:
    return MemberAddress(member_id=member_id, channel=TELEGRAM, external=str(number), since=now)


def _activity(number: int, now: dt.datetime) -> Activity:
    starts = now + dt.timedelta(days=9, hours=3 * number)
    return Activity(
        id=number,
        title=f"公益讲座 {number}",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=2),
        local_date=starts.date(),
        year=starts.year,
        place="磁器口街道金蓉社区",
        venue="community",
        state=ActivityState.PUBLISHED,
        created_by=1,
        created_at=now,
        published_at=now,
        check_in_code=f"code{number}",
    )


def signed_up(database: Path | str) -> int:
    """Count who is going, so that a run that dropped taps is no record."""
    engine = open_engine(address(database))
    with engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM signup WHERE state = 'going'").scalar()
    engine.dispose()
    return int(count or 0)


def keyboard(data: str) -> dict[str, Any]:
    """Return the one button under a card before the tap."""
    return {"inline_keyboard": [[{"text": "报名 · 志愿者", "callback_data": data}]]}
