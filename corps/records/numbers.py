"""The corps in numbers (数据一览) for a span of days, beside the same span before: to be forwarded to a superior.

What counts, pairings among it, is read by the ledger's own queries: the numbers of a year are those of `/export` and of
`/quota`.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from corps import audit, conversations, ratings
from corps.activities.presence import came_there
from corps.attendance.credited import credited
from corps.conversations import Conversation
from corps.moment import Moment
from corps.parsing.periods import Period, month_of, read_period
from corps.people import Actor, demand_coordinator
from corps.quotas import tally
from corps.quotas.tally import QuotaLine
from corps.ratings import RatingSummary
from corps.records import ledger
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from corps.teams import list_categories, list_teams
from models import Activity, Attendance, HoursEntry, Team
from models.enums import PairingCounts

KIND = "numbers"
UNREAD_MAX = 40


@dataclass(frozen=True)
class TeamFigures:
    """What a team has done: in how many activities it took part, 人次, minutes, pairings. Joint ones are in several.

    Without a name: those who came for no team, guests among them.
    """

    team: str
    activities: int = 0
    times: int = 0
    minutes: int = 0
    pairings: int = 0


@dataclass(frozen=True)
class Figures:
    """The numbers of a span. `times` is 志愿者人次, of them `guests` by name only; `persons` are different members.

    `by_category` is the number of each line of the 五个10, by its code. The times and minutes of the `teams` add up.
    """

    activities: int
    beneficiaries: int
    times: int
    guests: int
    persons: int
    minutes: int
    by_category: dict[str, int]
    teams: tuple[TeamFigures, ...]
    ratings: RatingSummary = ratings.NONE


@dataclass(frozen=True)
class Numbers:
    """The numbers of a span, of the same span before it, and the lines of the year in which it ends.

    `asked` is the whole span; what is counted is `span`, of which no day lies ahead (unless all do).
    """

    asked: Period
    span: Period
    before: Period
    now: Figures
    then: Figures
    year: int
    lines: tuple[QuotaLine, ...]
    today: dt.date
    rounding: Rounding = Rounding.MINUTE
    pairing_counts: PairingCounts = PairingCounts.CONFIRMED


@dataclass(frozen=True)
class Asking:
    """The question for which span. `unread` is what was typed and names none."""

    unread: str = ""


def ask(session: Session, actor: Actor, at: Moment, unread: str = "") -> Asking:
    """其他日期: ask from which day to which."""
    demand_coordinator(actor)
    conversations.put(session, at, actor.address, KIND, "span", {"unread": unread})
    return Asking(unread)


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> Asking:
    """Return the open question again."""
    return ask(session, actor, at, conversation.data.get("unread", ""))


def read(session: Session, actor: Actor, at: Moment, typed: str = "") -> Numbers | Asking:
    """Return the numbers of the span that was typed, of this month when nothing was; what is not read is asked for."""
    asked = read_period(typed, at.today()) if typed.strip() else month_of(at.today())
    if asked is None or not _known_to_calendar(asked):
        return ask(session, actor, at, " ".join(typed.split())[:UNREAD_MAX])
    conversations.drop(session, actor.address, KIND)
    return see(session, actor, at, asked)


def _known_to_calendar(asked: Period) -> bool:
    return asked.first <= asked.last and asked.first.year - 1 in tally.CALENDAR and asked.last.year in tally.CALENDAR


def see(session: Session, actor: Actor, at: Moment, asked: Period) -> Numbers:
    """Return the numbers of a span, for coordinators. Raises Refused for one that no calendar of ours holds."""
    demand_coordinator(actor)
    today = at.today()
    if not _known_to_calendar(asked):
        raise Refused(Reason.GONE)
    span, before = asked.until(today), asked.before(today)
    return Numbers(
        asked=asked,
        span=span,
        before=before,
        now=figures(session, at, span),
        then=figures(session, at, before),
        year=span.last.year,
        lines=tally.tally(session, at, span.last.year).lines,
        today=today,
        rounding=at.policy.rounding,
        pairing_counts=at.policy.pairing_counts,
    )


def take(session: Session, actor: Actor, at: Moment, asked: Period, form: str) -> Numbers:
    """Return the same as what goes out as a document (`form`: picture or table), and write down that it was made."""
    found = see(session, actor, at, asked)
    days = f"{found.span.first.isoformat()}..{found.span.last.isoformat()}"
    audit.record(session, at, actor.id, f"numbers.{form}", f"days:{days}")
    return found


def figures(session: Session, at: Moment, span: Period) -> Figures:
    """Return the numbers of what counts in a span."""
    rows = ledger.counted_rows(session, at, span.first, span.last)
    paired = Counter(row.team for row in ledger.known_pairings(session, at, span.first, span.last) if row.counts)
    total = ledger.total(rows)
    by_category = Counter(category.code for row in rows for category in row.categories)
    by_category |= {c.code: paired.total() for c in list_categories(session, retired=True) if c.counts == "pairing"}
    teams, persons = _by_team(session, at, span)
    taking_part = Counter(team for row in rows for team in {team for team, _ in row.served})
    members = sum(times for times, _ in teams.values())
    names = [team.short_name for team in list_teams(session)]
    former = [team.short_name for team in list_teams(session, retired=True) if team.retired]
    listed = [*names, *(name for name in former if name in teams or taking_part[name] or paired[name])]
    told = [TeamFigures(name, taking_part[name], *teams.get(name, (0, 0)), paired[name]) for name in listed]
    rest = TeamFigures("", 0, total.people - members + teams.get("", (0, 0))[0], teams.get("", (0, 0))[1])
    return Figures(
        activities=total.activities,
        beneficiaries=total.beneficiaries,
        times=total.people,
        guests=total.people - members,
        persons=persons,
        minutes=total.minutes,
        by_category=dict(by_category),
        teams=(*told, rest) if rest.times or rest.minutes else tuple(told),
        ratings=ratings.mean_of(session, ledger.counts_between(span.first, span.last)),
    )


def _by_team(session: Session, at: Moment, span: Period) -> tuple[dict[str, tuple[int, int]], int]:
    """Return how often people came and for how many minutes, by team ("": no team), and how many people they were.

    The team is the one that a person came for, also if the person is in another team now.
    """
    of_span = select(Activity.id).where(ledger.counts_between(span.first, span.last))
    names = {team.id: team.short_name for team in session.exec(select(Team)).all()}
    came = session.exec(
        select(Attendance.team_id, func.count())
        .where(col(Attendance.activity_id).in_(of_span), came_there())
        .group_by(col(Attendance.team_id))
    ).all()
    entries = credited(at.policy.rounding, col(HoursEntry.activity_id).in_(of_span))
    mark = and_(
        col(Attendance.activity_id) == entries.c.activity_id,
        col(Attendance.member_id) == entries.c.member_id,
    )
    served = session.execute(
        columns(col(Attendance.team_id), func.sum(entries.c.minutes))
        .select_from(entries)
        .join(Attendance, mark, isouter=True)
        .group_by(col(Attendance.team_id))
    ).all()
    times: defaultdict[str, int] = defaultdict(int)
    minutes: defaultdict[str, int] = defaultdict(int)
    for team_id, number in came:
        times[names.get(team_id, "")] += number
    for team_id, number in served:
        minutes[names.get(team_id, "")] += int(number)
    persons = session.exec(
        select(func.count(func.distinct(Attendance.member_id))).where(
            col(Attendance.activity_id).in_(of_span), came_there()
        )
    ).one()
    return {name: (times[name], minutes[name]) for name in {*times, *minutes}}, persons
