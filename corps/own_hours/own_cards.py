"""Service elsewhere as people read it: one on its card, one's own in a list."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from corps import audit
from corps.attachments import Attachment
from corps.moment import Moment
from corps.notices.declarations import DAY, Parts, Question, declare
from corps.notices.kinds import Kind
from corps.own_hours import own_entries, own_photos, own_services
from corps.own_hours.own_entries import Overlap
from corps.own_hours.own_services import Stage
from corps.people import UNTOLD, Actor, Named, Office, name_for
from corps.refusals import Reason, Refused
from corps.rounding import Rounding
from corps.sql import page_within
from models import Notice, OwnService, Team
from models.enums import OwnState

A_PAGE = 8


@dataclass(frozen=True)
class OwnCard:
    """A service as one person sees it. `credited` is what is in the ledger, or, before that, what would be.

    `office` is who is asked now.
    """

    id: int
    name: Named
    team: str
    day: dt.date
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    title: str
    place: str
    minutes: int
    credited: int
    overlaps: tuple[Overlap, ...]
    file: Attachment | None
    state: OwnState
    stage: Stage | None
    round: int
    reason: str
    confirmer: Named | None
    verifier: Named | None
    asker: Named | None
    withdraw_reason: str
    office: Office | None
    mine: bool
    may_decide: bool
    may_withdraw: bool
    rounding: Rounding

    @property
    def sign(self) -> str:
        """The fingerprint of what stands above 确认, 核实 and 退回."""
        file = self.file.sign if self.file is not None else ""
        return audit.fingerprint(self.round, self.minutes, self.credited, self.title, self.day, file)


def see(session: Session, actor: Actor, at: Moment, own_id: int) -> OwnCard:
    """Return a service, for its member, the leaders of the team and the coordinators."""
    row = own_services.find(session, own_id)
    mine = row.member_id == actor.member_id
    if not (mine or (actor.is_member and actor.manages(row.team_id))):
        raise Refused(Reason.NOT_ALLOWED)
    team = session.get(Team, row.team_id) if row.team_id is not None else None
    stage = own_services.stage_of(row)
    done = row.state is OwnState.VERIFIED
    in_ledger = own_entries.net(session, [own_id]).get(own_id, 0)
    rounding = at.policy.rounding

    def named(member_id: int | None) -> Named | None:
        return name_for(session, actor, member_id) if member_id is not None else None

    return OwnCard(
        id=own_id,
        name=name_for(session, actor, row.member_id, row.team_id),
        team=team.short_name if team is not None else "",
        day=row.day,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=row.title,
        place=row.place,
        minutes=row.minutes,
        credited=rounding.of(in_ledger if done else own_entries.creditable(session, at, row)),
        overlaps=tuple(own_entries.overlaps(session, at, row)) if done or stage is not None else (),
        file=own_photos.shown(session, row),
        state=row.state,
        stage=stage,
        round=row.round,
        reason=row.reason,
        confirmer=named(row.confirmed_by),
        verifier=named(row.verified_by),
        asker=named(row.withdraw_by),
        withdraw_reason=row.withdraw_reason,
        office=own_services.deciders(session, row) if stage is not None else None,
        mine=mine,
        may_decide=own_services.may_decide(session, actor, row),
        may_withdraw=own_services.may_withdraw(session, actor, row),
        rounding=rounding,
    )


def agree(session: Session, actor: Actor, at: Moment, own_id: int, shown: str = "") -> OwnCard:
    """确认, 核实 or 确认撤回 of what was `shown`. Returns the card as it is now."""
    row = _as_shown(session, actor, at, own_id, shown)
    own_services.agree(session, actor, at, row)
    return see(session, actor, at, own_id)


def keep(session: Session, actor: Actor, at: Moment, own_id: int, shown: str = "") -> OwnCard:
    """不同意: it stays verified. Returns the card as it is now."""
    row = _as_shown(session, actor, at, own_id, shown)
    if own_services.stage_of(row) is Stage.WITHDRAW:
        own_services.decline(session, actor, at, row, "")
    return see(session, actor, at, own_id)


def _as_shown(session: Session, actor: Actor, at: Moment, own_id: int, shown: str) -> OwnService:
    row = own_services.demand_decidable(session, actor, own_id)
    card = see(session, actor, at, own_id)
    audit.demand_as_shown(session, actor, shown, card.sign, f"own_hours:{own_id}")
    return row


def _asked(question: Question) -> Parts | None:
    card = see(question.session, question.actor, question.at, question.due.subject["own"])
    return (card,) if card.may_decide and card.round == question.due.subject["round"] else None


def _told(question: Question) -> Parts | None:
    card = see(question.session, question.actor, question.at, question.due.subject["own"])
    return (card,) if card.mine and card.round == question.due.subject["round"] else None


def _office(session: Session, notice: Notice) -> Office:
    row = session.get(OwnService, notice.subject["own"])  # gone with whoever had themselves erased
    return own_services.deciders(session, row) if row is not None else UNTOLD


declare(
    Kind.OWN_HOURS_REQUEST,
    _asked,
    priority=4,
    keeps=14 * DAY,
    office=_office,
    waits=True,
    requests=own_services.requests,
)
declare(Kind.OWN_HOURS_DECIDED, _told, keeps=14 * DAY)


@dataclass(frozen=True)
class OwnLine:
    """A service in a list."""

    id: int
    day: dt.date
    title: str
    state: OwnState
    minutes: int


@dataclass(frozen=True)
class OwnList:
    """A page of one's own services, the newest first."""

    lines: tuple[OwnLine, ...]
    page: int
    pages: int


def list_own(session: Session, actor: Actor, _at: Moment, page: int = 0) -> OwnList:
    """Return a page of what the person has handed in."""
    rows = session.exec(
        select(OwnService).where(OwnService.member_id == actor.id).order_by(col(OwnService.id).desc())
    ).all()
    page, pages = page_within(len(rows), page, A_PAGE)
    shown = rows[page * A_PAGE : (page + 1) * A_PAGE]
    found = tuple(OwnLine(row.id or 0, row.day, row.title, row.state, row.minutes) for row in shown)
    return OwnList(found, page, pages)


def waiting_for(session: Session, actor: Actor) -> list[OwnService]:
    """Return what waits for this person's word, the oldest first."""
    if not (actor.is_leader or actor.is_coordinator):
        return []
    return [
        row
        for row in own_services.waiting(session)
        if own_services.may_decide(session, actor, row)
        and actor.member_id in {member.id for member in own_services.deciders(session, row).people}
    ]
