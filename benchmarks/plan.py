"""The plan of a year: 12 teams, 50 events, 2,500 members: how long `/plan` takes, by its parts, and how much memory.

`python -m benchmarks.plan` plans the whole of 2026 from 1 January for a corps that has promised 50 events, with a year
of events before it to know places from.
"""

import asyncio
import datetime as dt
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlmodel import Session, col, select

import migrations
from benchmarks import ground
from bot.runtime.clock import Clock
from bot.runtime.teams_file import read_roster
from bot.solver.solver import solve
from corps.addresses import telegram
from corps.moment import Moment, Policy
from corps.people import Actor
from corps.planning import plans
from corps.system.roster import settle
from models import Activity, Member, Target, Team
from models.engine import open_engine
from models.enums import ActivityState, MemberStatus

PEOPLE = 2_500
PROMISED = {"lecture": 13, "clinic": 12, "promotion": 12, "care": 13}
PLACES = 40


def main() -> None:
    """Plan a year and print what it took."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(ground.address(Path(folder) / "plan.db"))
        migrations.upgrade(engine)
        at = Moment(clock.instant(dt.datetime.combine(dt.date(2026, 1, 1), dt.time(10))), Policy(zone=clock))
        with Session(engine) as session, session.begin():
            fill(session, at)
        actor = Actor(telegram(1), member_id=1, name="王统筹", status=MemberStatus.ACTIVE, is_coordinator=True)
        began = time.perf_counter()
        with Session(engine) as session, session.begin():
            search = plans.look(session, actor, at)
        looked = time.perf_counter()
        solution = asyncio.run(solve(search.problem))
        solved = time.perf_counter()
        with Session(engine) as session, session.begin():
            view = plans.keep(session, actor, at, search, solution)
        kept = time.perf_counter()
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(search.options):,} options, {len(view.proposals)} proposals, proven: {view.proven}")
    print(f"look {looked - began:.2f} s, search {solved - looked:.2f} s, keep {kept - solved:.2f} s")
    print(f"memory: the child {child:.0f} MB, this process {own:.0f} MB")
    print("by team:", dict(Counter(proposal.team for proposal in view.proposals)))
    print("by month:", dict(sorted(Counter(at.wall(p.starts_at).month for p in view.proposals).items())))
    print("by kind of place:", dict(Counter(p.venue.code for p in view.proposals)))


def fill(session: Session, at: Moment) -> None:
    """Make 12 teams, 2,500 members, and the places of the year before."""
    settle(session, read_roster(ground.ROOT / "teams.toml"), at)
    session.add(Member(name="王统筹", status=MemberStatus.ACTIVE, is_coordinator=True, created_at=at.now))
    teams = session.exec(select(Team.id).order_by(col(Team.position))).all()
    session.flush()
    for number in range(PEOPLE):
        team = teams[number % len(teams)]
        session.add(Member(name=f"成员{number}", team_id=team, status=MemberStatus.ACTIVE, created_at=at.now))
    for code, amount in PROMISED.items():
        session.add(Target(year=2026, category=code, amount=amount))
    venues = ("community", "village", "enterprise")
    for number in range(PLACES):
        day = dt.date(2025, 1, 5) + dt.timedelta(days=8 * number)
        starts = at.policy.zone.instant(dt.datetime.combine(day, dt.time(14)))
        session.add(
            Activity(
                title=f"往年活动{number}", starts_at=starts, ends_at=starts + dt.timedelta(hours=2), local_date=day,
                year=2025, place=f"第{number}个地方", venue=venues[number % 3], state=ActivityState.VERIFIED,
                created_by=1, created_at=at.now, check_in_code=f"p{number}", serves="lecture",
            )
        )  # fmt: skip


if __name__ == "__main__":
    main()
