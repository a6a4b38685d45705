"""The 五个10 of a year as a picture shows them: month by month, and which team took part in what."""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import Session

from corps import audit
from corps.moment import Moment
from corps.people import Actor, demand_leader_or_coordinator
from corps.quotas import quota_lines, tally
from corps.quotas.tally import Quota, QuotaLine, TallyStage
from corps.teams import list_teams
from models.enums import PairingCounts

MONTHS = range(1, 13)


@dataclass(frozen=True)
class PictureLine:
    """A line with how many of it lie in each month: `done` are verified, `coming` are reported or planned."""

    line: QuotaLine
    done: tuple[int, ...]
    coming: tuple[int, ...]


@dataclass(frozen=True)
class TeamRow:
    """A team, and in how many verified items of each line (in their order) it took part. It is no ranking."""

    team: str
    parts: tuple[int, ...]


@dataclass(frozen=True)
class YearPicture:
    """All that is drawn: the lines, the teams in the roster's order, and what makes a pairing count."""

    quota: Quota
    lines: tuple[PictureLine, ...]
    teams: tuple[TeamRow, ...]
    pairing_counts: PairingCounts


def take(session: Session, actor: Actor, at: Moment, year: int | None = None) -> YearPicture:
    """Return what is drawn to be passed on, and write down that it was made."""
    found = look(session, actor, at, year)
    audit.record(session, at, actor.id, "quota.picture", f"year:{found.quota.year}")
    return found


def look(session: Session, actor: Actor, at: Moment, year: int | None = None) -> YearPicture:
    """Return the picture of a year (default: the local one), for leaders and coordinators."""
    demand_leader_or_coordinator(actor)
    quota = tally.tally(session, at, year)
    found = [quota_lines.contents(session, actor, at, quota.year, line.category.code) for line in quota.lines]
    lines = []
    for line, contents in zip(quota.lines, found, strict=True):
        done: Counter[int] = Counter()
        coming: Counter[int] = Counter()
        for item in contents.items:
            (done if item.stage is TallyStage.VERIFIED else coming)[item.day.month] += 1
        lines.append(PictureLine(line, *(tuple(counter[month] for month in MONTHS) for counter in (done, coming))))
    shares = [dict(contents.shares) for contents in found]
    teams = [
        TeamRow(team.short_name, tuple(share.get(team.short_name, 0) for share in shares))
        for team in list_teams(session, retired=True)
        if not team.retired or any(team.short_name in share for share in shares)
    ]
    return YearPicture(quota, tuple(lines), tuple(teams), at.policy.pairing_counts)
