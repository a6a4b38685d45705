"""Erasing somebody reaches the disk: no byte of the name is left in the database's file, its log or its free pages."""

import datetime as dt
import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, func, select
from structlog.testing import capture_logs

from bot.runtime.backup import make_backup
from corps import conversations, member_addresses
from corps.addresses import Address, telegram
from corps.attachments import Attachment, AttachmentKind
from corps.attendance import hours
from corps.imports import importing
from corps.membership import erasure, joining, preferences
from corps.moment import Moment
from corps.own_hours import own_cards, own_form, own_services
from corps.own_hours.own_services import OwnPlan
from corps.pages import messages
from corps.pages.devices import WEB
from corps.people import recognise
from corps.publicity import objections
from corps.records import certificates
from corps.records.certificates import CertificatePeriod
from models import Activity, CalendarFeed, Handled, HoursEntry, OwnHoursEntry
from models.enums import FeedScope, PageMessageKind
from tests.base import Corps, photo
from tests.conftest import SERVER
from tests.corps.forms import open_question
from tests.corps.membership.test_erasure import NAME, a_life
from tests.stage import Stage

pytestmark = pytest.mark.skipif(bool(SERVER), reason="PostgreSQL's files are the server's")


def files(corps: Corps) -> list[Path]:
    database = Path(corps.engine.url.database or "")
    return [path for path in database.parent.glob(f"{database.name}*") if path.is_file()]


def traces(corps: Corps, *words: str) -> list[str]:
    """Return the files in which a word stands, as it is or as JSON writes it."""
    forms = {form for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode())}
    return [path.name for path in files(corps) if any(form in path.read_bytes() for form in forms)]


def test_no_byte_of_the_name_is_left_after_erasing(corps: Corps) -> None:
    life = a_life(corps)
    assert traces(corps, NAME)
    corps.do(life["who"], erasure.erase)
    assert traces(corps, NAME, "张晓明", "8123456789") == []
    assert not corps.database.forgetting.owed


def test_nor_of_service_elsewhere_objections_records_and_feeds(corps: Corps) -> None:
    """What the person has handed in, said against hours, had certified and subscribed to."""
    life = a_life(corps)
    who, wang, leader = life["who"], life["wang"], life["leader"]
    corps.database.policy = replace(corps.database.policy, publicity_days=7)
    plan = OwnPlan(dt.date(2026, 12, 1), "秘密小区值守", "秘密街九号", 60, file=photo("secretphotoid"))
    with capture_logs() as logged:
        verified, returned = (corps.do(who, own_services.hand_in, plan).id or 0 for _ in range(2))
        for decider in (leader, wang):
            corps.do(decider, own_cards.agree, verified, corps.do(decider, own_cards.see, verified).sign)
        corps.do(leader, own_form.ask_why, "return", returned)
        answer(corps, leader, own_form.take_why, "秘密的退回原因")
        objection = corps.do(who, objections.raise_one, f"o{verified}", "秘密的异议")
        corps.do(wang, objections.ask_answer, objection.id, objection.sign)
        answer(corps, wang, objections.take_answer, "秘密的说明")
        corps.do(wang, own_services.withdraw, verified, "秘密的撤回原因")
        corps.clock.set_wall("2026-12-20 10:00")
        asked = corps.do(who, certificates.ask, CertificatePeriod.ALL)
        corps.do(wang, certificates.issue, asked.id, asked.sign)
        secret = corps.run(lambda s, at: calendars_of(s, at, who))
        corps.do(who, own_form.begin)
        said = open_question(corps, who)
        assert said is not None
        corps.do(who, own_form.take, said, "日期：12月2日\n内容：秘密的草稿", None, "9")
        words = (NAME, "8123456789", "秘密", "secretphotoid", secret)
        assert all(traces(corps, word) for word in words)
        corps.do(who, erasure.erase)
    assert [word for word in words if traces(corps, word)] == []
    assert not any(word in str(logged) for word in words)
    assert corps.run(lambda s, _at: s.exec(select(func.sum(OwnHoursEntry.minutes))).one()) == 60, "the minutes stay"


def test_nor_of_reversals_lists_on_pages_and_files_that_wait_to_be_imported(corps: Corps) -> None:
    """What others typed in the ledger of hours, had made for their page, and sent to be imported."""
    life = a_life(corps)
    who, li, other = life["who"], corps.coordinator("李统筹"), corps.leader("钱联络", "民建")
    own = corps.member_id(other)
    corps.run(
        lambda s, at: hours.reverse(s, at, s.get_one(Activity, life["past"]), 1, 2, f"{NAME}没有来，秘密的人来了")
    )
    corps.run(lambda s, _at: s.add(entry_of(s, own, f"和{NAME}一起来的")))
    rows = [["姓名", "分团"], ["秘密的人", "民盟"], [NAME, "民建"]]
    corps.do(li, importing.take, [("成员", rows)], "a" * 64, "名单", "1")

    def page_of(session: Session, at: Moment) -> None:
        page = Address(WEB, "page-of-other")
        member_addresses.add(session, at, recognise(session, at, telegram(other)).id, page)
        name = messages.put_file(session, at, page, f"台账 {NAME} 秘密的人".encode())
        file = Attachment(AttachmentKind.DOCUMENT, "台账", "", 9, WEB, name, name)
        messages.keep(session, at, page, PageMessageKind.ANSWER, messages.Shown("", [], None, file))

    corps.run(page_of)
    assert traces(corps, "秘密的人")
    corps.do(who, erasure.erase)
    words = ("秘密的人", NAME)
    assert [word for word in words if traces(corps, word)] == []
    entries = corps.run(lambda s, _at: s.exec(select(HoursEntry).order_by(col(HoursEntry.id))).all())
    assert [(one.minutes, one.reason) for one in entries if one.member_id != own] == [(120, ""), (-120, "")]
    (theirs,) = [one.reason for one in entries if one.member_id == own]
    assert theirs == f"和{erasure.pseudonym(entries[0].member_id)}一起来的"


def entry_of(session: Session, member_id: int, reason: str) -> HoursEntry:
    """Return an entry of somebody else's hours with a reason."""
    kept = session.exec(select(HoursEntry)).first()
    assert kept is not None
    return HoursEntry(**kept.model_dump(exclude={"id", "member_id", "reason"}), member_id=member_id, reason=reason)


def answer(corps: Corps, who: int, take: Any, text: str) -> None:  # noqa: ANN401 - a form's step
    """Type an answer to the open question."""
    asked = open_question(corps, who)
    assert asked is not None
    corps.do(who, take, asked, text)


def calendars_of(session: Session, at: Moment, who: int) -> str:
    """Subscribe the person to their own calendar. Returns its secret."""
    own = recognise(session, at, telegram(who)).id
    feed = CalendarFeed(member_id=own, scope=FeedScope.MINE, secret="feedsecretfeedsecret", created_at=at.now)
    session.add(feed)
    return feed.secret


def name_of(number: int, first: str = "王") -> str:
    """Return a name of one's own: digits are no letters of a name."""
    return first + "".join("零一二三四五六七八九"[int(digit)] for digit in str(number)[-4:])


def test_nor_of_one_among_hundreds_whose_rows_have_moved_between_pages(corps: Corps) -> None:
    """Pages split and join as people come, are renamed and leave: copies stay behind in them."""
    corps.coordinator()
    leader = corps.leader("赵联络")
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    people = range(8_100_000_000, 8_100_000_300)
    for number in people:
        corps.do(number, joining.apply, code, name_of(number))
        corps.do(leader, joining.decide, corps.member_id(number), admit=True)
    for number in people[::3]:
        corps.do(number, preferences.rename, name_of(number, "欧阳改名以后长一些"))
    who = people[151]
    corps.run(lambda s, at: conversations.put(s, at, telegram(who), "rename", "name", {"typed": name_of(who)}))
    corps.do(who, erasure.erase)
    assert traces(corps, str(who), name_of(who)) == []
    assert traces(corps, name_of(people[152]))


def test_what_is_deleted_in_any_way_is_overwritten(corps: Corps) -> None:
    """An answer in a draft is gone with the draft, long before anybody is erased."""
    who = corps.member("李红")
    address = telegram(who)
    corps.run(lambda s, at: conversations.put(s, at, address, "rename", "name", {"typed": "秘密的字"}))
    corps.run(lambda s, _at: conversations.drop(s, address, "rename"))
    with corps.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert traces(corps, "秘密的字") == []


async def erases(stage: Stage, who: int) -> str:
    person = await stage.enter(who)
    await person.types("/settings")
    for label in ("数据", "删除我的数据", "我要删除", "确认删除"):
        await person.taps(label)
    return person.reads()


async def test_the_person_reads_until_when_a_backup_still_knows_the_name(corps: Corps, stage: Stage) -> None:
    corps.coordinator()
    make_backup(Path(corps.engine.url.database or ""), corps.clock.wall(corps.clock.now()), 14)
    said = await erases(stage, corps.member("张明"))
    assert "备份里还有您的姓名，最晚 2026年12月17日 全部清除" in said


async def test_nothing_is_said_of_backups_when_there_is_none(corps: Corps, stage: Stage) -> None:
    corps.coordinator()
    said = await erases(stage, corps.member("张明"))
    assert "已删除" in said
    assert "备份" not in said


async def test_no_byte_of_the_address_is_left_after_erasing_by_a_tap(corps: Corps, stage: Stage) -> None:
    """The tap that erases is remembered, lest it be handled twice; whom it came from is not."""
    corps.coordinator()
    corps._ids = itertools.count(8_123_456_789)
    who = corps.member("张明明明")
    await erases(stage, who)
    assert corps.run(lambda s, _at: s.exec(select(Handled.key)).all()), "it is remembered"
    assert traces(corps, str(who), "张明明明") == []
