"""Who is in the sample corps. All of them are made up."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from corps import audit, member_addresses
from corps.addresses import telegram
from corps.membership import joining
from corps.moment import Moment
from corps.people import Actor, recognise
from corps.sample.story import Story
from corps.teams import TeamName, list_teams
from models import Member
from models.enums import MemberStatus

TEAMS = ("民盟", "农工党", "工商联", "九三", "新联会")
"""The teams that have people, by short name. A roster without one of them lends its teams in turn."""


@dataclass(frozen=True)
class Part:
    """One made-up person, by their number at the sandbox. `joined` is how many days ago.

    `team` is empty for coordinators.
    """

    number: int
    name: str
    team: str = ""
    joined: int = 400
    leader: bool = False


COORDINATORS = (Part(1001, "王建华"), Part(1002, "李雪琴"))
LEADERS = (
    Part(2001, "陈静怡", "民盟", leader=True),
    Part(2002, "周国栋", "农工党", leader=True),
    Part(2003, "吴晓梅", "工商联", leader=True),
)
MEMBERS = (
    Part(3001, "张明", "民盟", 399),
    Part(3002, "刘思远", "民盟", 398),
    Part(3003, "何雨桐", "民盟", 397),
    Part(3004, "赵文静", "民盟", 120),
    Part(3005, "孙立新", "农工党", 399),
    Part(3006, "郑海燕", "农工党", 396),
    Part(3007, "马俊杰", "农工党", 75),
    Part(3008, "胡志强", "工商联", 398),
    Part(3009, "朱丽华", "工商联", 395),
    Part(3010, "徐成", "九三", 397),
    Part(3011, "高若兰", "九三", 394),
    Part(3012, "曾一凡", "新联会", 393),
)
APPLICANT = Part(4001, "罗晓燕", "民盟")
NEWCOMERS = (Part(5001, "唐小雨"), Part(5002, "黄大勇"))
"""People who have never talked to the bot, and whom the database does not know."""


class Company:
    """The sample's people and teams, to act with."""

    def __init__(self, session: Session) -> None:
        self.session = session
        teams = list_teams(session)
        by_name = {team.short_name: team for team in teams}
        self._actors: dict[int, Actor] = {}
        self._teams = {name: by_name.get(name, teams[turn % len(teams)]) for turn, name in enumerate(TEAMS)}

    def team(self, short_name: str) -> TeamName:
        """Return one of `TEAMS`, or the one that stands in for it."""
        return self._teams[short_name]

    def team_id(self, short_name: str) -> int:
        """Return the id of a team of the sample corps by its short name."""
        return self.team(short_name).id

    def actor(self, at: Moment, number: int) -> Actor:
        """Return a person as the database knows them at that moment; who is a member stays as admitted."""
        actor = self._actors.get(number) or recognise(self.session, at, telegram(number))
        if actor.is_member:
            self._actors[number] = actor
        return actor

    def manager(self, teams: Iterable[str]) -> int:
        """Return who reports an activity of those teams: the one team's leader, else the first coordinator."""
        names = list(teams)
        leaders = [part.number for part in LEADERS if names == [part.team]]
        return leaders[0] if leaders else COORDINATORS[0].number

    def joining(self, now: dt.datetime) -> Iterable[Story]:
        """Tell how everybody came into the corps, the founders first."""
        yield self._founding(now)
        for part in (*MEMBERS, APPLICANT):
            yield self._admission(part, now)

    def _founding(self, now: dt.datetime) -> Story:
        at = yield now - dt.timedelta(days=401)
        for part in (*COORDINATORS, *LEADERS):
            member = Member(
                name=part.name,
                team_id=self.team_id(part.team) if part.team else None,
                status=MemberStatus.ACTIVE,
                is_leader=part.leader,
                is_coordinator=not part.leader,
                consent_version=joining.CONSENT_VERSION,
                consented_at=at.now,
                created_at=at.now,
            )
            self.session.add(member)
            self.session.flush()
            member_addresses.add(self.session, at, member.id or 0, telegram(part.number))
            audit.record(self.session, at, member.id, "member.founded", f"member:{member.id}")

    def _admission(self, part: Part, now: dt.datetime) -> Story:
        """Tell how one person opened the invitation and was admitted; the applicant still waits."""
        waits = part is APPLICANT
        at = yield now - (dt.timedelta(hours=3) if waits else dt.timedelta(days=part.joined))
        inviter = self.actor(at, COORDINATORS[0].number)
        code = joining.invitation_of(self.session, inviter, at, self.team_id(part.team))
        joining.apply(self.session, self.actor(at, part.number), at, code, part.name)
        if waits:
            return
        at = yield at.now + dt.timedelta(hours=2)
        member = self.actor(at, part.number)
        decider = self.actor(at, self.manager([part.team]))
        joining.decide(self.session, decider, at, member.id, admit=True)
        row = self.session.get_one(Member, member.id)
        row.keyboard = False  # their chats begin today: no message there has laid the keys out
        self.session.add(row)
