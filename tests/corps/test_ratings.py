"""What people thought of an activity: asked once the day after, one each, and nobody knows whose it is."""

import datetime as dt

import pytest
from sqlmodel import col, select

from bot.texts.voice import Voice
from bot.views.personal_data import export_file
from corps import conversations, ratings
from corps.addresses import telegram
from corps.attendance import reports, roll_call
from corps.delivery import notice_facts
from corps.membership import erasure
from corps.notices.kinds import Kind
from corps.parsing.periods import year_of
from corps.ratings import KIND, RatingAsk
from corps.records import numbers, personal_data
from corps.refusals import Reason, Refused
from models import Audit, Draft, Rating, RatingBox
from models.enums import AttendanceState, CountedBy
from tests.base import Corps, all_due

STRANGER = 777_001


class Scene:
    """A lecture that was held, with six who came."""

    def __init__(self, corps: Corps) -> None:
        self.corps, self.wang, self.zhao = corps, corps.coordinator(), corps.leader("赵联络")
        self.li = corps.coordinator("李统筹")
        self.people = [corps.member(name) for name in ("张明", "陈红", "周强", "吴新", "郑重", "冯走")]
        self.activity = corps.publish(self.wang)
        corps.clock.set_wall("2026-12-05 16:10")
        ids = [corps.member_id(person) for person in self.people]
        corps.do(self.zhao, roll_call.mark, self.activity, ids, AttendanceState.PRESENT)
        self.code = corps.do(self.zhao, ratings.code_for, self.activity).code

    def rates(self, who: int, stars: int, words: str = "") -> RatingAsk:
        """Somebody says how it was."""
        asked = self.corps.do(who, ratings.give, self.code, stars)
        open_one = self.corps.run(lambda s, _at: conversations.find_open(s, telegram(who)))
        assert open_one is not None
        return self.corps.do(who, ratings.say, open_one, words) if words else asked

    def rows(self) -> list[Rating]:
        """Return what is stored."""
        return self.corps.run(lambda s, _at: list(s.exec(select(Rating).order_by(col(Rating.id))).all()))

    def tick(self, wall: str) -> None:
        """Let the sweep look at that time."""
        self.corps.clock.set_wall(wall)
        self.corps.run(ratings.owe_ratings)

    def report(self) -> reports.ReportCard:
        """Return what the coordinator reads."""
        found = self.corps.do(self.li, reports.read, self.activity)
        assert found is not None
        return found


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_who_came_is_asked_once_at_ten_the_next_day(scene: Scene, corps: Corps) -> None:
    scene.tick("2026-12-06 09:59")
    assert corps.owed(Kind.RATING) == []
    scene.tick("2026-12-06 10:00")
    scene.tick("2026-12-06 10:01")
    scene.tick("2026-12-07 10:01")
    assert corps.told(Kind.RATING) == set(scene.people)
    assert len(corps.owed(Kind.RATING)) == 6


def test_whose_presence_is_noted_late_is_asked_late(scene: Scene, corps: Corps) -> None:
    scene.tick("2026-12-06 10:00")
    he = corps.member("何迟")
    corps.do(scene.zhao, roll_call.mark, scene.activity, [corps.member_id(he)], AttendanceState.PRESENT)
    scene.tick("2026-12-06 11:00")
    assert he in corps.told(Kind.RATING)


def test_whoever_has_said_it_is_not_asked(scene: Scene, corps: Corps) -> None:
    scene.rates(scene.people[0], 5)
    scene.tick("2026-12-06 10:00")
    taken = [due for due in corps.run(all_due) if due.kind is Kind.RATING]
    asked = {corps.number(due.member_id or 0) for due in taken if corps.run(notice_facts.load, due) is not None}
    assert asked == set(scene.people[1:])


def test_one_each_and_the_second_changes_the_first(scene: Scene) -> None:
    scene.rates(scene.people[0], 2, "等太久")
    scene.rates(scene.people[0], 4)
    scene.rates(STRANGER, 5, "讲得好")
    scene.rates(STRANGER, 3)
    assert [(row.stars, row.words, row.guest) for row in scene.rows()] == [(4, "等太久", False), (3, "讲得好", True)]


def test_nothing_that_is_stored_tells_who_it_was(scene: Scene, corps: Corps) -> None:
    for who in (scene.people[0], STRANGER):
        scene.rates(who, 1, "差")
    fields = [row.model_dump(exclude={"sealed"}) for row in scene.rows()]
    assert [sorted(row) for row in fields] == [["activity_id", "guest", "id", "stars", "words"]] * 2
    audited = corps.run(lambda s, _at: s.exec(select(Audit.actor_id).where(Audit.action == "rating.give")).all())
    assert list(audited) == [None, None]
    assert KIND not in corps.run(lambda s, _at: s.exec(select(Draft.kind)).all()), "what is said is not kept beside"


def test_they_are_read_from_five_on(scene: Scene, corps: Corps) -> None:
    corps.do(scene.zhao, reports.submit, scene.activity, reports.Account(80, CountedBy.HEADCOUNT))
    for person, stars in zip(scene.people[:4], (5, 5, 4, 3), strict=True):
        scene.rates(person, stars, "好")
    few = scene.report().ratings
    assert (few.given, few.readable, few.words, few.mean) == (4, False, (), 0.0)
    scene.rates(STRANGER, 5, "谢谢")
    read = scene.report().ratings
    assert (read.given, read.guests, read.mean) == (5, 1, 4.4)
    assert sorted(read.words) == sorted(["好"] * 4 + ["谢谢"])
    corps.do(scene.li, reports.verify, scene.activity)
    counted = corps.do(scene.li, numbers.see, year_of(dt.date(2026, 12, 5)))
    assert (counted.now.ratings.given, counted.now.ratings.mean) == (5, 4.4)


@pytest.mark.parametrize(
    ("wall", "stars", "reason"),
    [
        ("2026-12-05 13:00", 5, Reason.RATING_EARLY),
        ("2026-12-19 16:01", 5, Reason.RATING_OVER),
        ("2026-12-06 10:00", 0, Reason.GONE),
        ("2026-12-06 10:00", 6, Reason.GONE),
    ],
)
def test_when_and_what_may_be_said(scene: Scene, corps: Corps, wall: str, stars: int, reason: Reason) -> None:
    corps.clock.set_wall(wall)
    with pytest.raises(Refused) as no:
        corps.do(STRANGER, ratings.give, scene.code, stars)
    assert no.value.reason is reason


def test_a_code_that_is_none_leads_nowhere(scene: Scene, corps: Corps) -> None:
    for code in ("", "nope"):
        with pytest.raises(Refused) as no:
            corps.do(STRANGER, ratings.ask, code)
        assert no.value.reason is Reason.GONE
    with pytest.raises(Refused) as no:
        corps.do(scene.people[0], ratings.code_for, scene.activity)
    assert no.value.reason is Reason.NOT_ALLOWED


def test_once_it_is_closed_nobody_can_tell_any_more_whose_they_are(scene: Scene, corps: Corps) -> None:
    scene.rates(scene.people[0], 5, "好")
    corps.do(STRANGER, ratings.give, scene.code, 4)
    scene.tick("2026-12-19 16:11")
    assert [row.sealed for row in scene.rows()] == [None, None]
    assert corps.run(lambda s, _at: s.get_one(RatingBox, scene.activity).key) == ""
    scene.tick("2027-01-03 16:11")
    assert [row.stars for row in scene.rows()] == [5, 4]


def test_who_is_erased_takes_the_sentence_along(scene: Scene, corps: Corps) -> None:
    scene.rates(scene.people[0], 5, "我是张明")
    scene.rates(scene.people[1], 4, "好")
    corps.do(scene.people[0], erasure.erase)
    assert [(row.stars, row.words, row.sealed is None) for row in scene.rows()] == [(5, "", True), (4, "好", False)]


def test_the_own_data_have_them_as_long_as_it_can_be_told(scene: Scene, corps: Corps) -> None:
    zhang, chen = scene.people[:2]
    scene.rates(zhang, 4, "讲得慢一点")
    scene.rates(chen, 2)
    mine = corps.do(zhang, personal_data.everything)
    assert [(one.word, one.about) for one in mine.chapters["ratings"]] == [("4", ("防诈骗公益讲座", "讲得慢一点"))]
    assert "谁也查不出" in export_file(Voice("zh", corps.clock), mine, corps.clock.now()).decode("utf-8-sig")
    scene.tick("2026-12-20 16:10")
    assert corps.do(zhang, personal_data.everything).chapters["ratings"] == []
