"""Steps that the tests of broadcasts share."""

import pytest
from sqlmodel import select

from corps import notices
from corps.addresses import telegram
from corps.broadcasts import broadcasts, progress
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.broadcasts.progress import Progress
from corps.delivery import leasing
from corps.notices import Sent as Arrived
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from models import Notice
from tests.base import Corps, all_due

CARD = (telegram(1), "2")


def prepared(corps: Corps, by: int, text: str = "周六集合", scope: Scope = Scope.ALL) -> broadcasts.Preview:
    """Prepare a broadcast for its preview."""
    return corps.do(by, broadcasts.prepare, Content(text), Audience(scope))


def sent(corps: Corps, by: int, text: str = "周六集合") -> int:
    """Confirm a broadcast and return its id."""
    preview = prepared(corps, by, text)
    corps.do(by, broadcasts.confirm, preview.id, preview.revision, (telegram(by), "2"))
    return preview.id


def standing(corps: Corps, by: int, broadcast_id: int) -> Progress:
    """Return how a broadcast stands."""
    return corps.do(by, lambda s, a, at: progress.read(s, at, broadcasts.find(s, a, broadcast_id)))


def keys(corps: Corps, kind: Kind) -> list[str]:
    """Return the keys of the notices of a kind."""
    return corps.run(lambda s, _at: list(s.exec(select(Notice.key).where(Notice.kind == kind.value)).all()))


def deliver(corps: Corps, outcome: notices.Outcome | None = None) -> int:
    """Let everything that is due arrive, or end as told. Returns how many."""
    taken = corps.run(all_due, 1000)
    corps.run(leasing.record, [(due.id, outcome or Arrived(str(900 + due.id))) for due in taken])
    return len(taken)


def refused(reason: Reason) -> "pytest.RaisesExc[Refused]":
    """Expect a no for that reason."""
    return pytest.raises(Refused, match=f"^{reason.value}$")
