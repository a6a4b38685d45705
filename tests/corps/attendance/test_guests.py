"""Guests, who are kept by name only: for a while, and not once they ask to be forgotten."""

import pytest

from corps import audit
from corps.attendance import reports, roll_call, roll_form
from corps.membership import erasure
from corps.refusals import Refused
from models import Activity
from models.enums import CountedBy
from tests.base import Corps
from tests.corps.forms import say


def note_guests(corps: Corps, leader: int, activity: int, *names: str) -> None:
    """Note guests on the roll."""
    for name in names:
        corps.do(leader, roll_form.ask, activity)
        say(corps, leader, roll_form.take_name, name)
        corps.do(leader, roll_form.add_guest, activity)


def guests(corps: Corps, activity: int) -> list[str]:
    """Return the guests as they are noted."""
    return corps.run(lambda s, _at: list(s.get_one(Activity, activity).guests or []))


def test_after_three_months_the_names_are_gone_and_that_there_were_guests_stays(corps: Corps) -> None:
    zhao, lecture = corps.leader("赵联络"), corps.publish(corps.coordinator())
    corps.clock.set_wall("2026-12-05 16:05")
    note_guests(corps, zhao, lecture, "路人王", "路人李")
    corps.clock.set_wall("2027-03-01 09:00")
    assert corps.run(roll_form.forget_guests) == 0
    corps.clock.set_wall("2027-03-06 09:00")
    assert corps.run(roll_form.forget_guests) == 2
    assert corps.run(roll_form.forget_guests) == 0, "once a day is enough"
    assert guests(corps, lecture) == ["", ""]


def test_a_guest_is_forgotten_on_request_long_after_the_report_was_verified(corps: Corps) -> None:
    wang, zhao, li = corps.coordinator(), corps.leader("赵联络"), corps.member("李雷")
    first = corps.publish(wang)
    corps.clock.set_wall("2026-12-05 16:05")
    note_guests(corps, zhao, first, "路人王", "路人李")
    corps.clock.set_wall("2026-12-06 10:00")
    second = corps.publish(wang, corps.plan("义诊", "2026-12-06 14:00", "2026-12-06 16:00"))
    corps.clock.set_wall("2026-12-06 16:05")
    note_guests(corps, zhao, second, "路人王")
    corps.do(zhao, reports.submit, first, reports.Account(80, CountedBy.HEADCOUNT))
    corps.do(corps.coordinator("周统筹"), reports.verify, first)
    title, named = corps.do(zhao, roll_form.erase_guest, first, audit.fingerprint("路人王"))
    assert (title, named) == ("防诈骗公益讲座", ("路人李",))
    assert (guests(corps, first), guests(corps, second)) == (["", "路人李"], [""])
    with pytest.raises(Refused):
        corps.do(li, roll_form.erase_guest, first, audit.fingerprint("路人李"))


def test_erasing_a_member_forgets_the_name_among_guests_too(corps: Corps) -> None:
    zhao, zhang, lecture = corps.leader("赵联络"), corps.member("张明"), corps.publish(corps.coordinator())
    corps.clock.set_wall("2026-12-05 16:05")
    note_guests(corps, zhao, lecture, "张明", "路人李")
    corps.do(zhang, erasure.erase)
    assert guests(corps, lecture) == ["", "路人李"]
    assert corps.do(zhao, roll_call.see, lecture).guests == ("", "路人李")
