"""Whose link opened somebody's page could act for them there, and is no second person to what was done meanwhile."""

import dataclasses
import datetime as dt

import pytest
from sqlmodel import Session, col, select

from corps.addresses import telegram
from corps.attendance import reopening, reports
from corps.attendance.reports import Account
from corps.membership import erasure, leaving, roles
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.own_hours import own_services
from corps.own_hours.own_services import OwnPlan
from corps.pages import devices, links
from corps.pairings import pairing_cards, pairings
from corps.pairings.pairings import PairingPlan
from corps.people import Actor, recognise
from corps.publicity import objections
from corps.records import certificates
from corps.records.certificates import CertificatePeriod
from corps.refusals import Reason, Refused
from corps.second_person import Deed, second_person
from models import LetIn, Report
from models.enums import CountedBy
from tests.base import Corps


@pytest.fixture
def house(corps: Corps) -> "House":
    """A corps with pages: two coordinators, a leader and a member."""
    corps.database.policy = dataclasses.replace(corps.database.policy, web_url="https://corps.example")
    return House(corps)


class House:
    """Wang and Li coordinate, Zhao leads 民盟, Zhang is its member; a minute passes between what they do."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.wang, self.li = corps.coordinator(), corps.coordinator("李统筹")
        self.zhao, self.zhang = corps.leader("赵联络"), corps.member("张明")

    def lets_in(self, maker: int, of: int) -> str:
        """Make a link for somebody and open it in a browser. Returns the browser's secret."""
        made = self.corps.do(maker, links.make, self.corps.member_id(of))
        secret = self.corps.run(links.enter, made.secret, "iphone")
        self.later()
        return secret

    def later(self) -> None:
        """Let a minute go by."""
        self.corps.clock.push(dt.timedelta(minutes=1))

    def goes_out(self, secret: str) -> None:
        """Let a browser leave."""

        def work(session: Session, at: Moment) -> None:
            visit = devices.visit(session, at, secret)
            assert visit is not None
            devices.leave(session, at, visit)

        self.corps.run(work)
        self.later()

    def hands_in(self, by: int) -> int:
        """Publish an activity and hand its report in as somebody."""
        activity = self.corps.publish(
            self.wang, self.corps.plan(starts="2026-12-02 08:00", ends="2026-12-02 09:00", back_entry_reason="补")
        )
        self.corps.do(by, reports.submit, activity, Account(80, CountedBy.HEADCOUNT))
        self.later()
        return activity

    def refuses(self, who: int, operation, *args, reason: Reason = Reason.LET_IN_BY_YOU, **named) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001, ANN002, ANN003
        """Expect that the operation says no for that reason."""
        with pytest.raises(Refused) as refused:
            self.corps.do(who, operation, *args, **named)
        assert refused.value.reason is reason


def test_who_opened_a_leaders_page_does_not_verify_what_the_leader_hands_in(house: House) -> None:
    corps = house.corps
    house.lets_in(house.wang, house.zhao)
    activity = house.hands_in(house.zhao)
    house.refuses(house.wang, reports.verify, activity)
    house.refuses(house.wang, reports.send_back, activity, "不对")
    card = corps.do(house.wang, reports.read, activity)
    assert card is not None
    assert not card.may_decide
    assert corps.told(Kind.VERIFY_REQUEST) == {house.li}
    corps.do(house.li, reports.verify, activity)


def test_putting_the_browser_out_makes_nothing_good_that_was_done_while_it_was_in(house: House) -> None:
    secret = house.lets_in(house.wang, house.zhao)
    meanwhile = house.hands_in(house.zhao)
    house.goes_out(secret)
    after = house.hands_in(house.zhao)
    house.refuses(house.wang, reports.verify, meanwhile)
    house.corps.do(house.wang, reports.verify, after)


def decidable(session: Session, actor: Actor, _at: Moment, own: int) -> None:
    """Look whether somebody may decide on a service handed in."""
    own_services.demand_decidable(session, actor, own)


def test_what_was_done_before_the_link_was_opened_is_the_leaders_own(house: House) -> None:
    before = house.hands_in(house.zhao)
    house.lets_in(house.wang, house.zhao)
    house.corps.do(house.wang, reports.verify, before)


def test_ones_own_link_takes_nothing_from_anybody(house: House) -> None:
    house.lets_in(house.zhao, house.zhao)
    house.corps.do(house.wang, reports.verify, house.hands_in(house.zhao))


def test_a_link_that_is_made_on_a_page_which_another_opened_is_theirs_too(house: House) -> None:
    first = house.lets_in(house.wang, house.zhao)
    house.lets_in(house.zhao, house.zhao)  # as the leader, who is perhaps not the leader
    house.goes_out(first)
    house.refuses(house.wang, reports.verify, house.hands_in(house.zhao))


def test_who_opens_a_leaders_page_and_there_a_members_is_behind_both(house: House) -> None:
    corps = house.corps
    house.lets_in(house.wang, house.zhao)
    house.lets_in(house.zhao, house.zhang)
    plan = OwnPlan(dt.date(2026, 12, 1), "社区值班", "金蓉社区", 120)
    own = corps.do(house.zhang, own_services.hand_in, plan).id or 0
    house.later()
    for who in (house.zhao, house.wang):
        house.refuses(who, decidable, own)
    corps.do(house.li, decidable, own)


def test_a_chat_that_was_tied_by_anothers_link_counts_as_their_browser(house: House) -> None:
    corps = house.corps
    made = corps.do(house.wang, links.make, corps.member_id(house.zhao))
    corps.run(lambda s, at: links.tie(s, recognise(s, at, telegram(99)), at, made.secret))
    house.later()
    house.refuses(house.wang, reports.verify, house.hands_in(99))


def test_the_mini_app_opened_from_there_is_theirs_and_from_the_own_chat_is_not(house: House) -> None:
    corps = house.corps
    made = corps.do(house.wang, links.make, corps.member_id(house.zhao))
    corps.run(lambda s, at: links.tie(s, recognise(s, at, telegram(99)), at, made.secret))
    for chat, by in ((house.zhao, []), (99, [corps.member_id(house.wang)])):
        corps.run(links.enter_from, telegram(chat), f"android.{chat}")
        inside = corps.run(lambda s, _at: s.exec(select(LetIn.by_id).where(col(LetIn.device_id).is_not(None))).all())
        assert [*inside] == by


def test_pairings_records_objections_and_reopenings_ask_the_same(house: House) -> None:
    corps = house.corps
    corps.database.policy = dataclasses.replace(corps.database.policy, publicity_days=5)
    held = corps.hold(house.wang, house.li, house.zhao, house.zhang)
    for of in (house.zhao, house.zhang):
        house.lets_in(house.wang, of)
    village = PairingPlan(corps.team("民盟"), "三多桥村", "回龙坝镇", dt.date(2026, 10, 20))
    pairing = corps.do(house.zhao, pairings.register, village).id
    objection = corps.do(house.zhang, objections.raise_one, f"a{held}", "我没去").id
    house.later()
    house.refuses(house.wang, pairings.confirm, pairing)
    assert not corps.do(house.wang, pairing_cards.see, pairing).may_decide
    house.refuses(house.wang, objections.uphold, objection)
    assert not corps.do(house.wang, objections.see, objection).may_settle
    corps.do(house.li, pairings.confirm, pairing)
    corps.do(house.li, objections.uphold, objection)
    house.refuses(house.li, reopening.decide, held, _sign(corps, held), agrees=True, reason=Reason.SECOND_CONFIRMS)


def test_a_record_of_service_is_issued_by_who_did_not_open_the_page_that_asks_for_it(house: House) -> None:
    corps = house.corps
    corps.hold(house.wang, house.li, house.zhao, house.zhang)
    house.lets_in(house.wang, house.zhang)
    corps.clock.push(dt.timedelta(days=30))
    record = corps.do(house.zhang, certificates.ask, CertificatePeriod.ALL).id
    assert corps.told(Kind.CERTIFICATE_REQUEST) == {house.li}
    house.refuses(house.wang, certificates.issue, record)
    assert not corps.do(house.wang, certificates.see, record).may_decide
    corps.do(house.li, certificates.issue, record)


def _sign(corps: Corps, activity: int) -> str:
    return corps.run(
        lambda s, _at: reports.reopen_sign(s.exec(select(Report).where(Report.activity_id == activity)).one())
    )


def test_who_becomes_a_coordinator_is_no_second_person_to_whoever_is_in_on_their_page(house: House) -> None:
    corps = house.corps
    secret = house.lets_in(house.wang, house.zhang)
    corps.do(house.li, roles.set_coordinator, corps.member_id(house.zhang), on=True)
    own = house.hands_in(house.wang)
    house.refuses(house.zhang, reports.verify, own)
    house.goes_out(secret)
    corps.do(house.zhang, reports.verify, own)


def test_erasing_the_one_whose_page_it_was_leaves_it_as_it_is(house: House) -> None:
    house.lets_in(house.wang, house.zhao)
    activity = house.hands_in(house.zhao)
    house.corps.do(house.zhao, erasure.erase)
    house.refuses(house.wang, reports.verify, activity)
    assert house.corps.run(lambda s, _at: s.exec(select(LetIn.until)).all()) != [None]


def test_who_leaves_puts_an_end_to_it(house: House) -> None:
    house.lets_in(house.wang, house.zhao)
    house.corps.do(house.zhao, leaving.leave)
    assert house.corps.run(lambda s, _at: s.exec(select(LetIn.until)).one()) == house.corps.clock.now()


def test_the_office_names_who_is_left(house: House) -> None:
    house.lets_in(house.wang, house.zhao)
    zhao, now = house.corps.member_id(house.zhao), house.corps.clock.now()
    office = house.corps.run(lambda s, _at: second_person(s, Deed(zhao, now)))
    assert office.names == ("李统筹",)
