"""A corps with one of everything, for tests that try every door: activities in every state, people of every kind."""

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import SQLModel, col, select

from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.attendance import reports, roll_call
from corps.attendance.reports import Account
from corps.broadcasts import broadcasts
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.membership import joining, robot_binding
from corps.own_hours import own_services
from corps.own_hours.own_services import OwnPlan
from corps.pairings import pairings
from corps.pairings.pairings import PairingPlan
from corps.publicity import objections
from corps.records import certificates
from corps.records.certificates import CertificatePeriod
from corps.rotation import turns
from corps.signups import claims, signups, withdrawals
from models import (
    Broadcast,
    Certificate,
    Member,
    Notice,
    Objection,
    OwnService,
    Pairing,
    PlanProposal,
    Robot,
    RotationTurn,
    SignUp,
    Slot,
)
from models.enums import ActivityState, AttendanceState, CountedBy, MemberStatus, NoticeState, ProposalState
from tests.base import Corps, row_at

STRANGER = 900_000_123
Dump = dict[str, dict[Any, tuple[Any, ...]]]


@dataclass(frozen=True)
class Who:
    """Somebody, by what they are."""

    role: str
    telegram_id: int
    member_id: int | None = None
    team: int | None = None
    leads: bool = False
    coordinates: bool = False
    name: str = ""
    active: bool = False

    def manages(self, team: int | None) -> bool:
        """Tell whether the person may act for that team."""
        return self.coordinates or (self.leads and team is not None and self.team == team)


class Crowded:
    """The corps, the people by role, and the ids of everything there is."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.people = self._people()
        self.ids: dict[str, list[int]] = {}
        self._fill()
        self.code = corps.do(self.people["leader"].telegram_id, joining.invitation_of, corps.team("民盟"))

    def _people(self) -> dict[str, Who]:
        corps = self.corps
        made = {
            "coordinator": corps.coordinator("王统筹"),
            "leader": corps.leader("赵联络"),
            "other leader": corps.leader("钱联络", "民建"),
            "member": corps.member("张文静"),
            "next member": corps.member("陈红"),
            "other member": corps.member("周强", "民建"),
            "applicant": corps.member("吴新"),
            "declined": corps.member("郑拒"),
            "former": corps.member("冯走"),
        }
        status = {
            "applicant": MemberStatus.APPLICANT,
            "declined": MemberStatus.DECLINED,
            "former": MemberStatus.LEFT,
        }
        made["next coordinator"] = corps.coordinator("李统筹")
        for role, state in status.items():
            corps.run(_give_status, made[role], state)
        people = {role: self._who(role, telegram_id) for role, telegram_id in made.items()}
        return people | {"stranger": Who("stranger", STRANGER)}

    def _who(self, role: str, telegram_id: int) -> Who:
        row = self.corps.run(lambda s, _at: _row(s, telegram_id))
        active = row.status is MemberStatus.ACTIVE
        offices = active and row.is_leader, active and row.is_coordinator
        return Who(role, telegram_id, row.id, row.team_id, *offices, row.name, active)

    def beyond_consent(self, who: Who | None, said: str) -> list[str]:
        """Return the names in what somebody (None: a group) reads that are for the own team and coordinators only.

        Coordinators hold their office in the open: members read by name whom they can ask.
        """
        may = {
            other.name
            for other in self.people.values()
            if who is not None
            and (
                who.coordinates
                or other.name == who.name
                or (who.active and (other.coordinates or (who.team and other.team == who.team)))
            )
        }
        return [
            other.name for other in self.people.values() if other.name and other.name in said and other.name not in may
        ]

    def _fill(self) -> None:
        corps, people = self.corps, self.people
        wang, zhao = people["coordinator"].telegram_id, people["leader"].telegram_id
        zhang, chen, zhou = (people[role].telegram_id for role in ("member", "next member", "other member"))
        minmeng = corps.team("民盟")
        one = (SlotPlan("志愿者", "lecture", 1, minmeng),)

        def held(title: str, day: int) -> int:
            corps.clock.set_wall(f"2026-11-{day} 08:00")
            plan = corps.plan(title, f"2026-11-{day} 09:00", f"2026-11-{day} 11:00")
            activity = corps.publish(wang, plan)
            corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
            corps.clock.set_wall(f"2026-11-{day} 11:30")
            corps.do(zhao, roll_call.mark, activity, [corps.member_id(zhang)], AttendanceState.PRESENT)
            return activity

        held("办完未反馈", 20)
        reported, verified = held("已反馈", 21), held("已核实", 22)
        for activity in (reported, verified):
            corps.do(zhao, reports.submit, activity, Account(80, CountedBy.HEADCOUNT))
        corps.do(wang, reports.verify, verified)
        corps.clock.set_wall("2026-12-02 10:00")
        full = corps.publish(wang, corps.plan("满了", "2026-12-06 09:00", "2026-12-06 11:00", one))
        corps.do(chen, signups.sign_up, corps.slot(full))
        corps.do(zhang, signups.sign_up, corps.slot(full), wait=True)
        corps.do(chen, withdrawals.withdraw, full)
        corps.publish(wang, corps.plan("有空", "2026-12-07 09:00", "2026-12-07 11:00"))
        claimed = (SlotPlan("义诊医生", "clinic", 2, open=True), SlotPlan("推介员", "promotion", 2, open=True))
        opened = corps.publish(wang, corps.plan("待认领", "2026-12-08 09:00", "2026-12-08 11:00", claimed, ()))
        corps.do(zhao, claims.claim, corps.slot(opened, "推介员"))
        corps.publish(wang, corps.plan("集中", "2026-12-09 09:00", "2026-12-09 11:00", teams=("民盟", "民建")))
        corps.do(wang, _draft, corps.plan("草稿"))
        called_off = corps.publish(wang, corps.plan("取消了", "2026-12-10 09:00", "2026-12-10 11:00"))
        corps.run(lambda s, _at: setattr(_activity(s, called_off), "state", ActivityState.CANCELLED))
        now = corps.publish(wang, corps.plan("正在办", "2026-12-02 10:15", "2026-12-02 12:00"))
        corps.do(chen, signups.sign_up, corps.slot(now, "志愿者"))
        since = dt.date(2026, 3, 1)
        corps.do(zhao, pairings.register, PairingPlan(minmeng, "土主镇三圣宫村", "土主镇", since))
        second = corps.do(zhao, pairings.register, PairingPlan(minmeng, "中梁镇庆丰山村", "中梁镇", since))
        corps.do(wang, pairings.confirm, second.id)
        for send in (True, False):
            preview = corps.do(wang, broadcasts.prepare, Content("开会"), Audience(Scope.ALL))
            if send:
                corps.do(wang, broadcasts.confirm, preview.id, preview.revision, (telegram(wang), "1"))
        record = corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
        corps.do(wang, certificates.issue, record.id)
        corps.do(zhang, certificates.ask, CertificatePeriod.THIS_YEAR)
        corps.do(zhang, own_services.hand_in, OwnPlan(dt.date(2026, 11, 1), "值守", "社区", 60))
        corps.do(zhao, _agree, 1)
        corps.do(zhang, own_services.hand_in, OwnPlan(dt.date(2026, 11, 2), "义诊", "社区", 60))
        self._propose(corps.do(wang, _draft, corps.plan("提议的草稿", "2026-12-21 09:00", "2026-12-21 11:00")))
        self._object(zhang, verified)
        corps.do(zhang, turns.join)
        corps.do(wang, turns.propose, 202612)
        del zhou
        self._note_ids()

    def _propose(self, draft: int) -> None:
        """Have one proposal of the plan in each state, all of 民盟."""
        starts, ends = self.corps.instant("2026-12-21 09:00"), self.corps.instant("2026-12-21 11:00")
        rows = [
            PlanProposal(
                year=2026, category="lecture", team_id=self.corps.team("民盟"), starts_at=starts, ends_at=ends,
                local_date=dt.date(2026, 12, 21 + number), venue="community", state=state, made_at=starts,
                why={"load": 1, "in_month": 1, "at_venue": 1, "free": 2, "day": "workday"},
                activity_id=draft if state is ProposalState.ACCEPTED else None,
            )
            for number, state in enumerate(ProposalState)
        ]  # fmt: skip
        self.corps.run(lambda s, _at: s.add_all(rows))

    def _object(self, who: int, activity: int) -> None:
        """Let somebody object to hours that stand open."""
        habits = self.corps.database.policy
        self.corps.database.policy = replace(habits, publicity_days=7)
        self.corps.clock.set_wall("2026-11-23 10:00")
        self.corps.do(who, objections.raise_one, f"a{activity}", "不对")
        self.corps.clock.set_wall("2026-12-02 10:00")
        self.corps.database.policy = habits

    def _note_ids(self) -> None:
        def read(table: Any) -> list[int]:  # noqa: ANN401 - a table
            return self.corps.run(lambda s, _at: [row.id for row in s.exec(select(table)).all()])

        from models import Activity

        failed = self.corps.run(lambda s, _at: s.exec(select(Notice).order_by(col(Notice.id))).first())
        assert failed is not None
        self.corps.run(lambda s, _at: setattr(s.get(Notice, failed.id), "state", NoticeState.FAILED))
        leader, team = self.people["leader"].telegram_id, self.corps.team("民盟")
        self.corps.do(leader, robot_binding.tie, team, "wecom", "sealed", "0" * 64)
        tables = {"activity": Activity, "slot": Slot, "sign_up": SignUp, "member": Member, "pairing": Pairing}
        self.ids = {name: read(table) for name, table in tables.items()} | {"broadcast": read(Broadcast)}
        self.ids["team"] = [self.corps.team("民盟"), self.corps.team("民建")]
        self.ids["notice"] = [failed.id or 0]
        self.ids["certificate"] = read(Certificate)
        self.ids["own"] = read(OwnService)
        self.ids["objection"] = read(Objection)
        self.ids["turn"] = read(RotationTurn)
        self.ids["proposal"] = read(PlanProposal)
        self.ids["robot"] = read(Robot)

    def look_again(self) -> None:
        """Look up anew who is in which team and office."""
        self.people |= {
            role: self._who(role, who.telegram_id) for role, who in self.people.items() if who.member_id is not None
        }

    def activity(self, title: str) -> int:
        """Return the id of the activity with a title."""
        from models import Activity

        return self.corps.run(lambda s, _at: s.exec(select(Activity.id).where(Activity.title == title)).one()) or 0

    def row(self, table: type[SQLModel], row_id: int) -> Any:  # noqa: ANN401 - any row
        """Return a row, None when there is none."""
        return self.corps.run(lambda s, _at: s.get(table, row_id))

    def teams_of(self, activity_id: int) -> tuple[int, ...]:
        """Return the teams concerned by an activity."""
        from corps.activities.rules import concerned_teams

        return tuple(self.corps.run(lambda s, _at: concerned_teams(s, activity_id)))


def _give_status(session: Any, _at: Any, telegram_id: int, status: MemberStatus) -> None:  # noqa: ANN401 - as Desk calls it
    _row(session, telegram_id).status = status


def _agree(session: Any, actor: Any, at: Any, own_id: int) -> None:  # noqa: ANN401 - as the corps takes them
    own_services.agree(session, actor, at, own_services.demand_decidable(session, actor, own_id))


def _draft(session: Any, actor: Any, at: Any, plan: Any) -> int:  # noqa: ANN401 - as the corps takes them
    from corps.activities import planning

    return planning.draft(session, actor, at, plan)


def _row(session: Any, telegram_id: int) -> Member:  # noqa: ANN401 - a session
    found: Member = row_at(session, telegram_id)
    return found


def _activity(session: Any, activity_id: int) -> Any:  # noqa: ANN401 - a session
    from models import Activity

    return session.get(Activity, activity_id)


class Watch:
    """Looks at an SQLite file from outside: whether anything was committed, what changed, and back to how it was."""

    PRIVATE = frozenset({"draft", "handled", "showncard", "showncode", "alembic_version"})
    """What is only the person's own: where a conversation stands."""

    def __init__(self, path: str) -> None:
        self._link = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._tables = [
            name
            for (name,) in self._link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in self.PRIVATE and not name.startswith("sqlite_")
        ]
        self._copy = sqlite3.connect(":memory:")
        self._link.backup(self._copy)
        self._before = self._dump()
        self._version = -1
        self._at_rest = self.state()
        self._version = self._data_version()

    def _data_version(self) -> int:
        return int(self._link.execute("PRAGMA data_version").fetchone()[0])

    def _dump(self) -> Dump:
        dump: Dump = {}
        for table in self._tables:
            rows = self._link.execute(f"SELECT rowid, * FROM {table}").fetchall()  # noqa: S608 - our own tables
            dump[table] = {row[0]: row[1:] for row in rows}
        return dump

    def state(self) -> Dump:
        """Return all that is stored now, where conversations stand among it."""
        if self._data_version() == self._version:
            return self._at_rest
        drafts = self._link.execute("SELECT rowid, address, kind, step, data FROM draft").fetchall()
        return self._dump() | {"draft": {row[0]: row[1:] for row in drafts}}

    def changed(self) -> dict[str, list[tuple[Any, Any]]]:
        """Return table → (row before, row after) of what changed since the last `restore`."""
        version = self._data_version()
        if version == self._version:
            return {}
        after, found = self._dump(), {}
        for table, rows in after.items():
            before = self._before[table]
            pairs = [(before.get(key), rows.get(key)) for key in before.keys() | rows.keys()]
            if differing := [pair for pair in pairs if pair[0] != pair[1]]:
                found[table] = differing
        return found

    def restore_to_now(self) -> None:
        """Take what there is now for how it was."""
        self._link.backup(self._copy)
        self._before, self._version = self._dump(), -1
        self._at_rest, self._version = self.state(), self._data_version()

    def restore(self) -> None:
        """Bring everything back to how it was, drafts as well."""
        if self._data_version() != self._version:
            self._copy.backup(self._link)
            self._version = self._data_version()

    def close(self) -> None:
        """Let go."""
        with closing(self._link), closing(self._copy):
            pass
