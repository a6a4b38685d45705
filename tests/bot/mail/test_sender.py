"""What becomes of a message that is owed to a mailbox: once, later, elsewhere, or held back for all."""

import datetime as dt
import email
import email.policy
import time
from email.message import EmailMessage

import pytest
from sqlmodel import Session, col, select

from bot.delivery.worker import DeliveryWorker
from bot.mail.adapter import MailAdapter
from bot.mail.line import Line
from bot.mail.pace import Pace
from corps import member_addresses, notices
from corps.addresses import TELEGRAM, Address
from corps.broadcasts import acknowledgements, progress
from corps.delivery import status
from corps.mailbox import mailboxes
from corps.mailbox.mailboxes import MAIL
from corps.moment import Moment
from corps.notices import Owed, reachability
from corps.notices.kinds import Kind
from corps.system import alarms
from corps.system.alarms import Beat, Watched
from models import Broadcast, Member, MemberAddress, Notice
from models.enums import Failure, NoticeState
from tests.base import Corps
from tests.bot.mail.conftest import Server
from tests.corps.broadcasts.steps import sent
from tests.stage import no_files


def by_mail(corps: Corps, name: str, address: str = "zhang@example.org") -> int:
    """Return a member who is written to by mail; nothing is owed yet."""
    own = corps.member(name)
    corps.do(own, mailboxes.tie, Address(MAIL, address))
    corps.run(lambda s, _at: member_addresses.prefer(s, member_id(corps, name), Address(MAIL, address)))
    corps.run(lambda s, _at: notices.cancel_owed(s, "before the test"))
    return own


def member_id(corps: Corps, name: str) -> int:
    """Return somebody's number."""
    return corps.run(lambda s, _at: s.exec(select(Member.id).where(Member.name == name)).one() or 0)


def owes(corps: Corps, name: str, key: str = "one") -> None:
    """Owe a person a word."""

    def owe(session: Session, at: Moment) -> None:
        member = session.exec(select(Member).where(Member.name == name)).one()
        notices.owe(session, at, [Owed(Kind.MAIL_CHANGED, key, member, {"change": "tied"})])

    corps.run(owe)


def notice(corps: Corps, key: str = "one") -> Notice:
    """Return a notice as it stands."""
    return corps.run(lambda s, _at: s.exec(select(Notice).where(Notice.key == key)).one())


def delivers(corps: Corps, line: Line, server: Server) -> tuple[MailAdapter, DeliveryWorker]:
    """Return what delivers by mail; what goes by Telegram is left to others."""
    adapter = MailAdapter(server.known(), corps.database, no_files(), line, Pace(a_minute=1e9))
    return adapter, DeliveryWorker(MAIL, adapter.sender, corps.database, {TELEGRAM: adapter.sender})


def read(content: bytes) -> EmailMessage:
    """Return a mail as a mail program reads it."""
    return email.message_from_bytes(content, policy=email.policy.default)


async def test_a_temporary_refusal_is_tried_again_and_arrives_once(corps: Corps, server: Server) -> None:
    by_mail(corps, "张明")
    owes(corps, "张明")
    _, delivery = delivers(corps, server.line(), server)
    server.orders.rcpt = lambda _: "451 4.3.0 try later"
    await delivery.run()
    assert (notice(corps).state, notice(corps).failure) == (NoticeState.OWED, Failure.NETWORK)
    server.orders.rcpt = None
    await delivery.run()
    assert server.mails == [], "not before its time"
    corps.clock.push(dt.timedelta(minutes=2))
    await delivery.run()
    assert notice(corps).state is NoticeState.SENT
    assert len(server.mails) == 1


async def test_a_cut_in_the_content_loses_nothing_and_repeats_the_same_mail(corps: Corps, server: Server) -> None:
    by_mail(corps, "张明")
    owes(corps, "张明")
    adapter, delivery = delivers(corps, server.line(), server)
    server.orders.hang_up = True
    await delivery.run()
    cut = notice(corps)
    assert (cut.state, cut.maybe_twice, cut.attempts) == (NoticeState.OWED, True, 0)
    server.orders.hang_up = False
    server.mails.append(("zhang@example.org", b""))  # it had arrived
    assert adapter.sender._hold > 0
    adapter.sender._held_until = time.monotonic()
    corps.clock.push(dt.timedelta(minutes=2))
    await delivery.run()
    sent = notice(corps)
    assert sent.state is NoticeState.SENT
    mail = read(server.mails[-1][1])
    assert mail["Message-ID"] == f"<{sent.message_id}@example.org>"
    corps.run(lambda s, _at: setattr(s.get(Notice, sent.id), "state", NoticeState.OWED))
    await delivery.run()
    assert read(server.mails[-1][1])["Message-ID"] == mail["Message-ID"], "a repeat is the same mail"


async def test_a_mailbox_that_is_none_gives_way_to_the_next_address(corps: Corps, server: Server) -> None:
    by_mail(corps, "张明")
    owes(corps, "张明")
    _, delivery = delivers(corps, server.line(), server)
    server.orders.rcpt = lambda _: "550 5.1.1 no such user"
    await delivery.run()
    assert notice(corps).state is NoticeState.OWED, "Telegram is the next"
    assert notice(corps).failure is Failure.NO_MAILBOX
    best = corps.run(lambda s, _at: member_addresses.best(s, member_id(corps, "张明")))
    assert best is not None
    assert best.address.channel == TELEGRAM
    row = corps.run(lambda s, _at: s.exec(select(MemberAddress).where(MemberAddress.channel == MAIL)).one())
    assert row.why == "no_mailbox"


async def test_where_telegram_fails_for_good_mail_is_the_next(corps: Corps, server: Server) -> None:
    own = by_mail(corps, "张明")
    corps.run(lambda s, _at: member_addresses.prefer(s, member_id(corps, "张明"), Address(TELEGRAM, str(own))))
    owes(corps, "张明")

    corps.run(reachability.lost, Address(TELEGRAM, str(own)), "blocked")
    _, delivery = delivers(corps, server.line(), server)
    await delivery.run()
    assert [to for to, _ in server.mails] == ["zhang@example.org"]


async def test_a_password_that_is_wrong_makes_nobody_unreachable_and_is_told(corps: Corps, server: Server) -> None:
    by_mail(corps, "张明")
    owes(corps, "张明")
    adapter, delivery = delivers(corps, server.line(user="u", password="wrong"), server)
    await delivery.run()
    late = notice(corps)
    assert (late.state, late.attempts) == (NoticeState.OWED, 0), "it is not to blame"
    assert adapter.sender._hold > 0, "the others wait too"
    best = corps.run(lambda s, _at: member_addresses.best(s, member_id(corps, "张明")))
    assert best is not None
    assert (best.address.channel, best.reachable) == (MAIL, True)
    alarms_after = dt.timedelta(minutes=6)
    corps.clock.push(alarms_after)
    found = corps.run(alarms.troubles, {"mail": alarms_after * 0.9}, alarms_after)
    assert "mail" in {trouble.name for trouble in found}


async def test_what_a_process_before_this_one_wrote_of_mail_ends_with_the_first_that_is_taken(
    corps: Corps, server: Server
) -> None:
    by_mail(corps, "张明")
    corps.run(alarms.beat, [Beat(Watched.MAIL, "ConnectionRefusedError")])
    corps.clock.push(dt.timedelta(minutes=6))
    owes(corps, "张明")
    patience = {"mail": dt.timedelta(minutes=5)}
    assert [one.name for one in corps.run(alarms.troubles, patience, patience["mail"])] == ["mail"]
    _, delivery = delivers(corps, server.line(), server)
    await delivery.run()
    assert corps.run(alarms.troubles, patience, patience["mail"]) == []


async def test_three_mailboxes_that_refuse_our_mail_mean_us(corps: Corps, server: Server) -> None:
    for number in range(4):
        by_mail(corps, f"成员{number}", f"m{number}@example.org")
    for number in range(4):
        owes(corps, f"成员{number}", f"k{number}")
    adapter, delivery = delivers(corps, server.line(), server)
    server.orders.data = "554 5.7.1 message refused"
    await delivery.run()
    assert adapter.sender._hold > 0
    states = [notice(corps, f"k{number}") for number in range(4)]
    assert all(one.state is NoticeState.OWED for one in states)
    marked = select(MemberAddress).where(col(MemberAddress.unreachable_since).is_not(None))
    assert corps.run(lambda s, _at: s.exec(marked).all()) == []


@pytest.mark.parametrize(
    "title", ["义诊\r\nBcc: all@example.org", "😀" * 60, "a" * 60, "x\x0by\u2028z", "=?utf-8?q?x?="]
)
async def test_nothing_that_people_typed_becomes_a_header(corps: Corps, server: Server, title: str) -> None:
    by_mail(corps, "张明")
    corps.run(lambda s, _at: setattr(s.exec(select(Member).where(Member.name == "张明")).one(), "name", title))
    owes(corps, title)
    _, delivery = delivers(corps, server.line(), server)
    await delivery.run()
    [(to, content)] = server.mails
    mail = read(content)
    assert to == "zhang@example.org"
    assert mail["Bcc"] is None
    assert mail["To"] == "zhang@example.org"
    assert len(str(mail["Subject"])) <= 80
    head = content.split(b"\r\n\r\n")[0]
    assert all(len(line) < 998 for line in head.split(b"\r\n"))
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (mail.get_body([kind]) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "<img" not in html.get_content()


async def test_handed_to_the_server_is_sent_and_not_confirmed(corps: Corps, server: Server) -> None:
    wang = corps.coordinator("王统筹")
    zhang = by_mail(corps, "张明")
    number = sent(corps, wang)
    _, delivery = delivers(corps, server.line(), server)
    await delivery.run()
    assert len(server.mails) == 1
    assert corps.do(wang, status.standing).mailed_today == 1
    row = corps.run(lambda s, at: progress.read(s, at, s.get_one(Broadcast, number)))
    assert (row.mailed, row.total.sent) == (1, 1)
    corps.do(zhang, acknowledgements.acknowledge, number)
    row = corps.run(lambda s, at: progress.read(s, at, s.get_one(Broadcast, number)))
    assert (row.mailed, row.total.acknowledged) == (0, 1)
