"""Service elsewhere that members have handed in (补报时长), as the ledger lists it: beside what counts, not in it."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select as columns
from sqlalchemy import true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from corps.moment import Moment
from corps.own_hours.own_entries import credited_own
from corps.records.ledger_scope import Scope
from corps.teams import TeamName
from models import Member, OwnService, Team


@dataclass(frozen=True)
class OwnRow:
    """Service elsewhere that a member has handed in, as far as it is credited (补报). It counts for nothing else."""

    number: int
    day: dt.date
    team: str
    name: str
    title: str
    place: str
    minutes: int
    confirmer: str
    verifier: str


def handed_in(session: Session, at: Moment, asked: Scope, own: TeamName | None) -> list[OwnRow]:
    """Return the service elsewhere in the days asked of, of one team or those asked of; no category has any."""
    if asked.categories:
        return []
    entries = credited_own(at.policy.rounding)
    member, confirmer, verifier = aliased(Member), aliased(Member), aliased(Member)
    rows = session.execute(
        columns(
            OwnService,
            col(Team.short_name),
            col(member.name),
            col(confirmer.name),
            col(verifier.name),
            entries.c.minutes,
        )
        .select_from(entries)
        .join(OwnService, col(OwnService.id) == entries.c.own_id)
        .join(member, col(member.id) == col(OwnService.member_id))
        .join(Team, col(Team.id) == col(OwnService.team_id), isouter=True)
        .join(confirmer, col(confirmer.id) == col(OwnService.confirmed_by), isouter=True)
        .join(verifier, col(verifier.id) == col(OwnService.verified_by), isouter=True)
        .where(col(OwnService.day).between(asked.first, asked.last))
        .where(true() if own is None else col(OwnService.team_id) == own.id)
        .order_by(col(OwnService.day), col(OwnService.id))
    ).all()
    kept = [row for row in rows if not asked.teams or row[1] in asked.teams]
    return [
        OwnRow(number, one.day, team or "", name, one.title, one.place, int(minutes), first or "", second or "")
        for number, (one, team, name, first, second, minutes) in enumerate(kept, start=1)
    ]
