"""Lists of activities as one person sees them: what is open to me first, then the rest, by week.

The database chooses what is on the page, and only that is looked up: the number of queries is fixed, and the work
grows with the page, hardly with what lies on the shelf.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlmodel import Session

from corps.activities import list_queries, rules, upcoming_queries
from corps.activities.list_queries import ActivityList, Filters
from corps.activities.upcoming_queries import Line
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.sql import flushed_connection, page_within
from corps.teams import CategoryName, TeamName, event_categories, list_teams
from models import Category, Team

__all__ = ["PAGE", "ActivityList", "Choice", "Line", "Listing", "browse", "filters"]

PAGE = 7
"""Activities on a page: each is a line and a button, and a phone shows about that many."""


@dataclass(frozen=True)
class Choice:
    """What a list shows. `category` empty and `team` 0 mean all; `page` counts from 0."""

    shelf: ActivityList = ActivityList.UPCOMING
    category: str = ""
    team: int = 0
    page: int = 0


@dataclass(frozen=True)
class Listing:
    """A page of a list, as it is `now`. `drafts` and `unreported` say how many wait there for this person."""

    choice: Choice
    now: dt.datetime
    lines: tuple[Line, ...]
    total: int
    pages: int
    category: CategoryName | None = None
    team: str = ""
    drafts: int = 0
    unreported: int = 0
    sees_more: bool = False


def browse(session: Session, actor: Actor, at: Moment, choice: Choice) -> Listing:
    """Return a page of the list. Drafts are for coordinators; a leader sees the own team's past and unreported."""
    choice = _allowed(actor, choice)
    connection = flushed_connection(session)
    wanted = Filters(choice.category, choice.team, alone=_is_to_report(actor, choice))
    total = list_queries.count(connection, at, choice.shelf, wanted)
    number, pages = page_within(total, choice.page, PAGE)
    if choice.shelf is ActivityList.UPCOMING:
        lines = upcoming_queries.page(connection, actor, at, wanted, number * PAGE, PAGE)
    else:
        found = list_queries.page(connection, at, choice.shelf, wanted, number * PAGE, PAGE)
        tells = choice.shelf is ActivityList.HELD and actor.is_coordinator
        lines = [Line.of(row, owed_by=_owed_by(session, row.id) if tells else ()) for row in found]
    choice = Choice(choice.shelf, choice.category, choice.team, number)
    category, team = _names(session, choice)
    drafts, unreported, sees_more = _waiting(connection, actor, at)
    return Listing(choice, at.now, tuple(lines), total, pages, category, team, drafts, unreported, sees_more)


def _owed_by(session: Session, activity_id: int) -> tuple[str, ...]:
    office = rules.reporters(session, list(rules.concerned_teams(session, activity_id)))
    return tuple(member.name for member in office.people)


def filters(session: Session, _actor: Actor, _at: Moment) -> tuple[list[CategoryName], list[TeamName]]:
    """Return what a list can be filtered by."""
    return event_categories(session), list_teams(session)


def _allowed(actor: Actor, choice: Choice) -> Choice:
    if choice.shelf is ActivityList.UPCOMING or actor.is_coordinator:
        return choice
    if choice.shelf in (ActivityList.HELD, ActivityList.PAST) and actor.leads(actor.team_id):
        return Choice(choice.shelf, choice.category, actor.team_id or 0, choice.page)
    raise Refused(Reason.NOT_ALLOWED)


def _is_to_report(actor: Actor, choice: Choice) -> bool:
    """Tell whether the list is a leader's own of what to report: a joint activity is the coordinators' to report."""
    return choice.shelf is ActivityList.HELD and not actor.is_coordinator


def _names(session: Session, choice: Choice) -> tuple[CategoryName | None, str]:
    """Return the names of the category and the team of the filter."""
    category = session.get(Category, choice.category) if choice.category else None
    team = session.get(Team, choice.team) if choice.team else None
    named = CategoryName.of(category) if category else None
    return named, team.short_name if team else ""


def _waiting(connection: Connection, actor: Actor, at: Moment) -> tuple[int, int, bool]:
    """Return how many drafts and unreported activities wait for this person, and whether there is a history to see."""
    if actor.is_coordinator:
        everywhere = Filters()
        drafts = list_queries.count(connection, at, ActivityList.DRAFTS, everywhere)
        return drafts, list_queries.count(connection, at, ActivityList.HELD, everywhere), True
    if actor.leads(actor.team_id):
        return (
            0,
            list_queries.count(connection, at, ActivityList.HELD, Filters(team=actor.team_id or 0, alone=True)),
            True,
        )
    return 0, 0, False
