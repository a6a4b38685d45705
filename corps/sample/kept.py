"""What else a year leaves behind in the sample corps: visits, own service (补报时长), what people thought."""

import datetime as dt
from collections.abc import Iterable

from sqlmodel import Session, col, select

from corps import conversations, ratings
from corps.addresses import telegram
from corps.attendance import report_form, reports
from corps.attendance.reports import Account
from corps.own_hours import own_services
from corps.own_hours.own_services import OwnPlan
from corps.people import recognise
from corps.sample.events import MARK_ZH
from corps.sample.past import PHONE_CLASS
from corps.sample.people import COORDINATORS, Company
from corps.sample.story import Story
from corps.teams import list_categories
from corps.visits import reminders, visit_form
from models import Activity, Pairing
from models.enums import CountedBy, PairingState

WANG, LI = (part.number for part in COORDINATORS)

_VISITS = (
    (64, 2003, (3008, 3009), "看了大棚，商量直播带货的时间。"),
    (3, 2003, (3009,), "送去包装样品，约好下月再来。"),
)
"""How many days ago, who kept the pairing, who went, and what was said of it."""

_OWN = (
    (45, 3001, "小区防疫物资搬运", "渝碚路街道", 120, 2),
    (5, 3002, "社区图书整理", "沙坪坝书院", 90, 2),
    (4, 3004, "雨天清理积水", "土湾街道模范村社区", 60, 1),
    (2, 3003, "敬老院陪护", "井口街道", 150, 0),
)
"""How many days ago, whose, what, where, minutes, and how many have decided on it: the leader, then a coordinator."""

_THOUGHT = (
    (3001, 5, "老人家学得很认真"), (3002, 4, ""), (3003, 5, ""), (3004, 4, "下次早点发资料"),
    (9001, 5, "孩子们有耐心"), (9002, 3, "字再大一点就好了"), (9003, 5, ""),
)  # fmt: skip
"""Who (those of the corps, and guests with the paper's code), how many stars, and a sentence."""


def stories(session: Session, company: Company, now: dt.datetime) -> Iterable[Story]:
    """Return what happened beside the activities."""
    for days, leader, people, words in _VISITS:
        yield _visit(session, company, now - dt.timedelta(days=days), leader, people, words)
    for days, who, title, place, minutes, decided in _OWN:
        plan = OwnPlan(dt.date.min, title + MARK_ZH, place, minutes)
        yield _own(session, company, now - dt.timedelta(days=days), who, plan, decided)
    yield _ratings(session, company, now - dt.timedelta(hours=20))
    yield _reminded(session, now - dt.timedelta(hours=30))


def _visit(
    session: Session, company: Company, when: dt.datetime, leader: int, people: tuple[int, ...], words: str
) -> Story:
    """Tell a visit of the pairing that the leader's team has kept the longest."""
    at = yield when
    actor = company.actor(at, leader)
    of_team = select(Pairing).where(Pairing.team_id == actor.team_id, Pairing.state == PairingState.CONFIRMED)
    pairing = session.exec(of_team.order_by(col(Pairing.since), col(Pairing.id))).first()
    if pairing is None or all(kind.counts != "pairing" for kind in list_categories(session)):
        return
    noon = at.wall().replace(hour=9, minute=30, second=0, microsecond=0) - dt.timedelta(days=1)
    hours = {"starts": noon.isoformat(), "ends": (noon + dt.timedelta(hours=2)).isoformat()}
    went = [company.actor(at, one).id for one in people]
    data = {"pairing": pairing.id, **hours, "people": [actor.id, *went]}
    conversations.put(session, at, actor.address, visit_form.KIND, visit_form.PEOPLE, data)
    stand = visit_form.record(session, actor, at, "走访", f"sample:{when.toordinal()}")
    conversations.drop(session, actor.address, report_form.KIND)
    account = Account(6, CountedBy.HEADCOUNT, words + MARK_ZH)
    reports.submit(session, actor, at, stand.card.id, account)
    at = yield at.now + dt.timedelta(hours=20)
    reports.verify(session, company.actor(at, LI), at, stand.card.id)


def _reminded(session: Session, when: dt.datetime) -> Story:
    """Tell that the teams were reminded of the pairings which nobody visits."""
    reminders.owe_visit_reminders(session, (yield when))


def _own(session: Session, company: Company, when: dt.datetime, who: int, plan: OwnPlan, decided: int) -> Story:
    """Tell who handed in service elsewhere, and how far it has come."""
    at = yield when
    actor = company.actor(at, who)
    day = at.today() - dt.timedelta(days=1)
    row = own_services.hand_in(session, actor, at, OwnPlan(day, plan.title, plan.place, plan.minutes))
    for _ in range(decided):
        at = yield at.now + dt.timedelta(hours=9)
        for decider in (company.actor(at, number) for number in (2001, 2002, 2003, WANG, LI)):
            if own_services.may_decide(session, decider, row):
                own_services.agree(session, decider, at, own_services.demand_decidable(session, decider, row.id or 0))
                break


def _ratings(session: Session, company: Company, when: dt.datetime) -> Story:
    """Tell what people thought of the class of two days ago."""
    at = yield when
    activity = session.exec(select(Activity.id).where(Activity.title == PHONE_CLASS + MARK_ZH)).first()
    if activity is None:
        return
    code = ratings.code_for(session, company.actor(at, WANG), at, activity).code
    for who, stars, words in _THOUGHT:
        at = yield at.now + dt.timedelta(minutes=7)
        actor = recognise(session, at, telegram(who))
        ratings.give(session, actor, at, code, stars)
        asked = conversations.find(session, actor.address, ratings.KIND)
        if words and asked is not None:
            ratings.say(session, actor, at, asked, words + MARK_ZH)
        else:
            ratings.skip(session, actor, at)
