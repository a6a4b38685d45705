"""Records of service: what was verified, frozen under a number, checked by anybody, forgotten with the person."""

import contextlib
import datetime as dt
import io
from zipfile import ZipFile

import docx
import pytest
from sqlalchemy import func
from sqlmodel import select

from bot.texts.voice import Voice
from bot.views.records.certificates import paper
from corps.attendance import reopening
from corps.membership import erasure, roles
from corps.notices.kinds import Kind
from corps.records import certificate_register as register
from corps.records import certificates, personal_data
from corps.records.certificate_register import Checked
from corps.records.certificates import CertificateCard, CertificatePeriod, RevokeReason
from corps.refusals import Reason, Refused
from corps.today import Matter
from models import Activity
from models.enums import CertificateState
from tests.base import Corps
from tests.corps.test_today import titles

NAME = "张小明"


def a_year(corps: Corps) -> tuple[int, int, int, int]:
    """Let a member serve twice, two hours each; once last year. Returns two coordinators, the leader, the member."""
    wang, li, zhao, zhang = corps.coordinator(), corps.coordinator("李统筹"), corps.leader("赵联络"), corps.member(NAME)
    corps.clock.set_wall("2025-12-01 10:00")
    corps.hold(wang, li, zhao, zhang, plan=corps.plan("去年的", "2025-12-05 14:00", "2025-12-05 15:00"))
    corps.clock.set_wall("2026-12-01 10:00")
    corps.hold(wang, li, zhao, zhang, plan=corps.plan("=HYPERLINK(1)", "2026-12-05 14:00", "2026-12-05 15:30"))
    return wang, li, zhao, zhang


def issued(corps: Corps, wang: int, zhang: int, period: CertificatePeriod = CertificatePeriod.ALL) -> CertificateCard:
    """Ask for a record and issue it."""
    asked = corps.do(zhang, certificates.ask, period)
    return corps.do(wang, certificates.issue, asked.id, asked.sign)


def take_back(corps: Corps, wang: int, li: int) -> None:
    """Take the verification of the newest activity back."""
    activity = corps.run(lambda s, _at: s.exec(select(func.max(Activity.id))).one()) or 0
    corps.do(wang, reopening.ask, activity, "记错了")
    corps.do(li, reopening.decide, activity, "", agrees=True)


def checked(corps: Corps, number: str) -> Checked | None:
    """Return what a stranger reads of a number."""
    with contextlib.suppress(Refused):
        return corps.do(4711, register.check, number)
    return None


def test_a_record_holds_what_was_verified_in_its_days(corps: Corps) -> None:
    wang, _, _, zhang = a_year(corps)
    card = issued(corps, wang, zhang)
    assert card.content is not None
    assert [(one.day.year, one.category, one.role, one.minutes) for one in card.content.services] == [
        (2025, "公益讲座", "志愿者", 60),
        (2026, "公益讲座", "志愿者", 90),
    ]
    assert (card.minutes, card.since, card.until, card.handler) == (
        150,
        dt.date(2025, 12, 5),
        dt.date(2026, 12, 5),
        "王统筹",
    )
    assert issued(corps, wang, zhang, CertificatePeriod.THIS_YEAR).minutes == 90
    last = issued(corps, wang, zhang, CertificatePeriod.LAST_YEAR)
    assert (last.minutes, last.until) == (60, dt.date(2025, 12, 31))
    numbers = [line.number for line in corps.do(wang, register.list_register).lines]
    assert [number[:11] for number in numbers] == ["TX2026-0003", "TX2026-0002", "TX2026-0001"]


def test_coordinators_are_asked_once_and_the_person_is_told(corps: Corps) -> None:
    wang, li, _, zhang = a_year(corps)
    asked = corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    assert corps.do(zhang, certificates.ask, CertificatePeriod.ALL).id == asked.id
    assert corps.told(Kind.CERTIFICATE_REQUEST) == {wang, li}
    corps.do(li, certificates.decline, asked.id)
    assert corps.told(Kind.CERTIFICATE_REQUEST) == set()
    assert corps.told(Kind.CERTIFICATE_DECIDED) == {zhang}
    with pytest.raises(Refused) as no:
        corps.do(wang, certificates.issue, asked.id)
    assert no.value.reason is Reason.ALREADY_DECIDED
    assert corps.do(zhang, certificates.ask, CertificatePeriod.ALL).id != asked.id


def test_a_request_waits_for_whoever_may_issue_it_also_for_who_becomes_a_coordinator_later(corps: Corps) -> None:
    wang, li, zhao, zhang = a_year(corps)
    zhou = corps.member("周红")
    corps.do(wang, roles.set_coordinator, corps.member_id(zhang), on=True)
    for gone in (wang, li):
        corps.do(zhang, roles.set_coordinator, corps.member_id(gone), on=False)
    asked = corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    assert corps.told(Kind.CERTIFICATE_REQUEST) == set(), "nobody issues their own"
    assert titles(corps, zhang, Matter.CERTIFICATE) == titles(corps, zhao, Matter.CERTIFICATE) == []
    corps.do(zhang, roles.set_coordinator, corps.member_id(zhou), on=True)
    assert corps.told(Kind.CERTIFICATE_REQUEST) == {zhou}
    assert titles(corps, zhou, Matter.CERTIFICATE) == [NAME]
    corps.do(zhou, certificates.issue, asked.id, asked.sign)
    assert titles(corps, zhou, Matter.CERTIFICATE) == []
    corps.do(zhang, roles.set_coordinator, corps.member_id(li), on=True)
    assert corps.told(Kind.CERTIFICATE_REQUEST) == set(), "what is decided asks nobody"


def test_nobody_issues_their_own_nor_what_has_moved_on_nor_an_empty_one(corps: Corps) -> None:
    wang, li, zhao, zhang = a_year(corps)
    with pytest.raises(Refused) as no:
        corps.do(zhao, certificates.ask, CertificatePeriod.ALL)
    assert no.value.reason is Reason.NO_HOURS
    asked = corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    take_back(corps, wang, li)
    for who, reason in ((wang, Reason.MOVED_ON), (zhao, Reason.NOT_ALLOWED), (zhang, Reason.NOT_ALLOWED)):
        with pytest.raises(Refused) as no:
            corps.do(who, certificates.issue, asked.id, asked.sign)
        assert no.value.reason is reason
    with pytest.raises(Refused):
        corps.do(zhao, certificates.see, asked.id)
    with pytest.raises(Refused):
        corps.do(zhang, register.list_register)


def test_what_a_record_says_is_frozen_and_a_later_correction_is_seen(corps: Corps) -> None:
    wang, li, _, zhang = a_year(corps)
    card = issued(corps, wang, zhang)
    take_back(corps, wang, li)
    now = corps.do(wang, certificates.see, card.id)
    assert (now.content, now.minutes, now.changed) == (card.content, 150, True)


def test_anybody_reads_whether_a_number_holds_and_no_name(corps: Corps) -> None:
    wang, _, _, zhang = a_year(corps)
    card = issued(corps, wang, zhang)
    found = checked(corps, f" {card.number.lower()} ")
    assert found is not None
    assert (found.valid, found.minutes, found.issuer) == (True, 150, "沙磁·同心服务团")
    assert NAME not in str(found)
    corps.do(wang, certificates.revoke, card.id, RevokeReason.MISTAKE)
    corps.do(wang, certificates.revoke, card.id, RevokeReason.HOURS)
    again = checked(corps, card.number)
    assert again is not None
    assert not again.valid
    assert corps.do(zhang, certificates.see, card.id).reason == "mistake"
    assert [checked(corps, number) for number in ("", "TX2026-0001-AAAA", "x" * 60)] == [None, None, None]


def test_an_erased_person_is_in_no_record_and_the_number_still_answers(corps: Corps) -> None:
    wang, _, _, zhang = a_year(corps)
    card = issued(corps, wang, zhang)
    corps.do(zhang, certificates.ask, CertificatePeriod.ALL)
    held = corps.do(zhang, personal_data.everything).chapters["made"]
    assert [(entry.word, entry.about) for entry in held] == [
        ("certificate", ("issued", card.number)),
        ("certificate", ("asked", "")),
    ]
    corps.do(zhang, erasure.erase)
    lines = corps.do(wang, register.list_register).lines
    assert [(line.state, NAME in line.name) for line in lines] == [(CertificateState.ISSUED, False)]
    assert corps.do(wang, certificates.see, card.id).content is None
    found = checked(corps, card.number)
    assert found is not None
    assert (found.valid, found.minutes) == (True, 150)


def test_the_paper_has_its_fields_and_a_blank_for_what_is_not_kept(corps: Corps) -> None:
    wang, _, _, zhang = a_year(corps)
    card = issued(corps, wang, zhang)
    assert card.content is not None
    screen = paper(Voice("zh", corps.clock), card, card.content, "https://t.me/x?start=cert-1")
    assert isinstance(screen.document, bytes)
    assert screen.filename == f"{card.number}.docx"
    read = docx.Document(io.BytesIO(screen.document))
    about, services, *_ = read.tables
    assert [cell.text for cell in about.rows[0].cells] == ["姓名", NAME, "成员编号", str(corps.member_id(zhang))]
    assert [cell.text for cell in about.rows[1].cells] == ["证件类型", "", "证件号码", ""]
    assert [cell.text for cell in services.rows[2].cells] == [
        "2026-12-05",
        "=HYPERLINK(1)",
        "公益讲座",
        "志愿者",
        "1.5",
    ]
    words = "\n".join(paragraph.text for paragraph in read.paragraphs)
    for wanted in ("志愿服务记录", card.number, "沙磁·同心服务团", "王统筹", "待盖章", "负 责 人"):
        assert wanted in words
    with ZipFile(io.BytesIO(screen.document)) as file:
        inside = file.read("word/document.xml").decode()
        links = file.read("word/_rels/document.xml.rels").decode()
    assert 'w:eastAsia="方正小标宋简体"' in inside
    assert "hyperlink" not in links
    assert "fldChar" not in inside
