"""The register has every document that was issued: records of service, briefs, ledgers, hand-in files."""

import datetime as dt

import pytest

from corps.attendance import sign_in_sheet
from corps.membership import erasure
from corps.parsing.periods import year_of
from corps.quotas import year_picture
from corps.records import briefs, documents, hand_in, ledger, numbers
from corps.records.documents import Issued, Paper
from corps.refusals import Refused
from models.enums import CertificateState
from tests.base import Corps
from tests.corps.records.test_certificates import NAME, a_year, issued
from tests.corps.records.test_hand_in import SHANCHENG

YEAR = year_of(dt.date(2026, 12, 2))
DAYS = "2026-01-01..2026-12-05"


def register(corps: Corps, who: int, paper: str = "", page: int = 0, size: int = 25) -> tuple[Issued, ...]:
    """Return a page of the register."""
    return corps.do(who, documents.read, page, size, paper).issued


def test_all_documents_stand_in_the_register_with_who_made_them_and_of_what(corps: Corps) -> None:
    wang, li, zhao, zhang = a_year(corps)
    card = issued(corps, wang, zhang)
    corps.do(li, briefs.of_activity, 2)
    corps.do(li, briefs.of_month, 2026, 12)
    corps.do(zhao, ledger.export, 2026)
    corps.do(wang, hand_in.file, SHANCHENG, 2026)
    corps.do(wang, numbers.take, YEAR, "picture")
    corps.do(wang, numbers.take, YEAR, "table")
    corps.do(zhao, year_picture.take, 2026)
    coming = corps.publish(wang, corps.plan(starts="2027-03-05 14:00", ends="2027-03-05 16:00"))
    corps.do(zhao, sign_in_sheet.sheet, coming)
    corps.do(wang, numbers.see, YEAR)
    corps.do(wang, year_picture.look, 2026)
    found = register(corps, wang)
    assert [(one.paper, one.maker, one.about, one.activity) for one in found[:4]] == [
        (Paper.SIGN_IN_SHEET, "赵联络", "防诈骗公益讲座", coming),
        (Paper.YEAR_PICTURE, "赵联络", "2026", 0),
        (Paper.NUMBERS_TABLE, "王统筹", DAYS, 0),
        (Paper.NUMBERS_PICTURE, "王统筹", DAYS, 0),
    ]
    assert [(one.paper, one.maker, one.about, one.number) for one in found[4:]] == [
        (Paper.HAND_IN, "王统筹", f"{SHANCHENG.name} 2026", ""),
        (Paper.LEDGER, "赵联络", "2026", ""),
        (Paper.BRIEF, "李统筹", "2026-12", "2"),
        (Paper.BRIEF, "李统筹", "=HYPERLINK(1)", "1"),
        (Paper.CERTIFICATE, "王统筹", NAME, card.number),
    ]
    assert (found[-1].state, found[-1].certificate, found[-2].activity) == (CertificateState.ISSUED, card.id, 2)
    assert [one.paper for one in register(corps, wang, "brief.make")] == [Paper.BRIEF, Paper.BRIEF]
    assert register(corps, wang, page=9, size=2) == found[-1:]
    corps.do(zhang, erasure.erase)
    assert NAME not in str(register(corps, wang))


def test_the_register_is_for_coordinators(corps: Corps) -> None:
    wang, _, zhao, zhang = a_year(corps)
    for who in (zhao, zhang, 4711):
        with pytest.raises(Refused):
            register(corps, who)
    with pytest.raises(Refused):
        register(corps, wang, "member.erase")
