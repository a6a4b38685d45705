"""A mail address is a member's once they have typed in the code that was mailed there; not before, and not for long."""

import dataclasses
import datetime as dt

import pytest
from sqlmodel import func, select

from corps import conversations, member_addresses
from corps.addresses import Address, telegram
from corps.mailbox import mailbox_form, mailboxes
from corps.mailbox.mailbox_form import CODE, CODES_AN_HOUR, TRIES, Mailbox
from corps.mailbox.mailboxes import MAIL
from corps.membership import erasure
from corps.notices.kinds import Kind
from corps.records import personal_data
from corps.refusals import Reason, Refused
from models import Audit, MemberAddress, Notice
from tests.base import Corps


@pytest.fixture(autouse=True)
def with_mail(corps: Corps) -> None:
    """There is mail."""
    corps.database.policy = dataclasses.replace(corps.database.policy, mail=True)


def asks(corps: Corps, who: int, typed: str = "Zhang@Example.org") -> Mailbox:
    """Give an address; return where it stands, with the code that is to be mailed."""
    corps.do(who, mailbox_form.begin, "k1", anew=True)
    return corps.do(who, mailbox_form.take, typed, "k2")


def confirms(corps: Corps, who: int, address: str = "zhang@example.org") -> None:
    """Give an address and type in its code."""
    assert corps.do(who, mailbox_form.take, asks(corps, who, address).send, "k3").tied


def addresses(corps: Corps) -> list[tuple[str, str, bool]]:
    """Return all mail addresses that are tied, and whether they are preferred."""
    found = select(MemberAddress).where(MemberAddress.channel == MAIL)
    return [(one.channel, one.external, one.preferred) for one in corps.run(lambda s, _at: s.exec(found).all())]


def test_the_code_ties_the_address_which_stays_second(corps: Corps) -> None:
    zhang = corps.member("张明")
    box = asks(corps, zhang)
    assert (box.address, box.asks) == ("zhang@example.org", CODE)
    assert addresses(corps) == []
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in box.send)
    assert corps.do(zhang, mailbox_form.take, f"{full_width[:3]} {full_width[3:]}", "k3").tied
    assert addresses(corps) == [(MAIL, "zhang@example.org", False)]
    assert corps.run(lambda s, _at: conversations.find_open(s, telegram(zhang))) is None
    told = corps.run(lambda s, _at: s.exec(select(Notice).where(Notice.kind == Kind.MAIL_CHANGED.value)).all())
    assert [notice.subject for notice in told] == [{"change": "tied"}]


@pytest.mark.parametrize(
    "typed", ["zhang", "a b@c.cn", "a@b@c.cn", "张@b.cn", "a@b", "", "a@b.cn\nBcc: c@d.cn", "a@b.cn,c@d.cn"]
)
def test_what_is_no_address_is_asked_again(corps: Corps, typed: str) -> None:
    box = asks(corps, corps.member("张明"), typed)
    assert box.unclear
    assert not box.send


def test_a_domain_in_chinese_is_kept_as_the_wire_has_it(corps: Corps) -> None:
    assert asks(corps, corps.member("张明"), "li＠例子。中国").address == "li@xn--fsqu00a.xn--fiqs8s"


def test_the_code_bears_a_few_wrong_tries(corps: Corps) -> None:
    zhang = corps.member("张明")
    right = asks(corps, zhang).send
    wrong = f"{(int(right) + 1) % 10**6:06}"
    stands = [corps.do(zhang, mailbox_form.take, wrong, f"w{number}") for number in range(TRIES)]
    assert [one.over for one in stands] == [False] * (TRIES - 1) + [True]
    assert corps.do(zhang, mailbox_form.take, right, "k9").over, "the right one, too late"
    assert addresses(corps) == []
    again = corps.do(zhang, mailbox_form.resend, "k10")
    assert corps.do(zhang, mailbox_form.take, again.send, "k11").tied


def test_the_code_holds_for_a_quarter_of_an_hour(corps: Corps) -> None:
    zhang = corps.member("张明")
    code = asks(corps, zhang).send
    corps.clock.push(dt.timedelta(minutes=15, seconds=1))
    assert corps.do(zhang, mailbox_form.take, code, "k3").over


def test_codes_are_limited(corps: Corps) -> None:
    zhang = corps.member("张明")
    for number in range(CODES_AN_HOUR):
        asks(corps, zhang, f"a{number}@example.org")
    with pytest.raises(Refused) as caught:
        asks(corps, zhang)
    assert caught.value.reason is Reason.MAIL_TOO_OFTEN
    corps.clock.push(dt.timedelta(hours=1, seconds=1))
    assert asks(corps, zhang).send


def test_the_code_is_kept_nowhere_that_its_person_may_read(corps: Corps) -> None:
    zhang = corps.member("张明")
    code = asks(corps, zhang).send
    held = repr(corps.do(zhang, personal_data.everything))
    assert "zhang@example.org" in held
    assert code not in held


def test_somebody_elses_address_is_refused_only_to_who_reads_there(corps: Corps) -> None:
    confirms(corps, corps.member("张明"))
    chen = corps.member("陈小红")
    code = asks(corps, chen).send
    assert code, "who merely asks does not learn whose it is"
    with pytest.raises(Refused) as caught:
        corps.do(chen, mailbox_form.take, code, "k3")
    assert caught.value.reason is Reason.MAIL_TAKEN


def test_another_address_takes_the_place_and_the_preference(corps: Corps) -> None:
    zhang = corps.member("张明")
    confirms(corps, zhang)
    own = corps.run(lambda s, _at: s.exec(select(MemberAddress.member_id)).first() or 0)
    corps.run(lambda s, _at: member_addresses.prefer(s, own, Address(MAIL, "zhang@example.org")))
    confirms(corps, zhang, "ming@example.org")
    assert addresses(corps) == [(MAIL, "ming@example.org", True)]


def test_removing_gives_the_preference_back_and_takes_the_address_out_of_what_was_sent(corps: Corps) -> None:
    zhang = corps.member("张明")
    confirms(corps, zhang)
    own = corps.run(lambda s, _at: s.exec(select(MemberAddress.member_id)).first() or 0)
    there = Address(MAIL, "zhang@example.org")
    corps.run(lambda s, _at: member_addresses.prefer(s, own, there))
    corps.run(lambda s, _at: setattr(s.exec(select(Notice)).first(), "address", there))
    corps.do(zhang, mailbox_form.remove)
    best = corps.run(lambda s, _at: member_addresses.best(s, own))
    assert best is not None
    assert (best.address, best.preferred) == (telegram(zhang), True)
    assert corps.run(lambda s, _at: s.exec(select(func.count()).where(Notice.address == there)).one()) == 0
    done = corps.run(lambda s, _at: s.exec(select(Audit.action).order_by(Audit.id)).all())  # type: ignore[arg-type]
    assert {"mail.code", "mail.tie", "mail.remove"} <= set(done)


def test_an_address_is_stopped_by_its_token_and_by_no_other(corps: Corps) -> None:
    confirms(corps, corps.member("张明"))
    there = Address(MAIL, "zhang@example.org")
    token = corps.run(mailboxes.token_of, there)
    assert corps.run(mailboxes.token_of, there) == token
    assert not corps.run(mailboxes.stop, "")
    assert not corps.run(mailboxes.stop, token[:-1])
    assert corps.run(mailboxes.whose, token) == "zhang@example.org"
    assert corps.run(mailboxes.stop, token)
    assert addresses(corps) == []


def test_erasing_leaves_no_address(corps: Corps) -> None:
    zhang = corps.member("张明")
    confirms(corps, zhang)
    asks(corps, zhang, "ming@example.org")
    corps.do(zhang, erasure.erase)
    with corps.engine.connect() as connection:
        tables = ("address", "notice", "draft", "audit", "mailedentry")
        held = [str(row) for table in tables for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]  # noqa: S608
    assert not [row for row in held if "example.org" in row]


def test_without_mail_nothing_is_offered(corps: Corps) -> None:
    zhang = corps.member("张明")
    corps.database.policy = dataclasses.replace(corps.database.policy, mail=False)
    with pytest.raises(Refused):
        corps.do(zhang, mailbox_form.begin, "k1")
