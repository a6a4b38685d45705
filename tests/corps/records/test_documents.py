"""The register has every document that was issued: records of service, briefs, ledgers, hand-in files."""

import pytest

from corps.membership import erasure
from corps.records import briefs, documents, hand_in, ledger
from corps.records.documents import Issued, Paper
from corps.refusals import Refused
from models.enums import CertificateState
from tests.base import Corps
from tests.corps.records.test_certificates import NAME, a_year, issued
from tests.corps.records.test_hand_in import SHANCHENG


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
    found = register(corps, wang)
    assert [(one.paper, one.maker, one.about, one.number) for one in found] == [
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
