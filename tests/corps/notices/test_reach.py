"""Before and after something is owed people read who hears of it, by which way and when, and it is so."""

import datetime as dt

import pytest
from sqlalchemy import Engine

from bot.texts.voice import Voice
from bot.views.screen import hearing, not_hearing
from corps import groups
from corps.activities import cautions, planning
from corps.activities.cautions import CautionKind
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.membership import group_binding, preferences
from corps.membership.preferences import Pause
from corps.moment import Quiet
from corps.notices import reachability
from corps.notices.kinds import Kind
from corps.notices.reach import Reach
from corps.signups import claims, signups
from tests.base import Corps, found_corps

NIGHT = "2026-12-02 23:10"


@pytest.fixture
def quiet(engine: Engine) -> Corps:
    """Return a corps with quiet hours."""
    return found_corps(engine, Quiet(dt.time(22), dt.time(7, 30)))


def foreseen(corps: Corps, who: int, activity: int) -> tuple[Reach, dict[CautionKind, str]]:
    """Return whom the preview says will hear, and what else it warns of."""
    found = corps.do(who, cautions.see_with_cautions, activity)[1]
    heard = next(caution.reach for caution in found if caution.reach is not None)
    return heard, {caution.kind: caution.what for caution in found}


def words(corps: Corps, heard: Reach, *, yet: bool = False) -> str:
    """Return how it is said."""
    voice = Voice("zh", corps.clock)
    return " ".join([str(hearing(voice, heard, yet=yet)), *map(str, not_hearing(voice, heard))])


def test_by_day_all_who_can_be_reached_are_told_at_once(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    zhang, chen, liu = corps.member("张明"), corps.member("陈小红"), corps.member("刘芳")
    corps.run(reachability.lost, telegram(zhang), "blocked")
    corps.do(chen, preferences.set_pause, Pause.WEEK)
    activity = corps.do(wang, planning.draft, corps.plan())
    before = foreseen(corps, wang, activity)[0]
    assert words(corps, before, yet=True).startswith("会通知 2 人 📵")
    after = corps.do(wang, planning.publish, activity).reach
    assert (after.told, after.lost, after.paused, after.held_until) == (2, ("张明",), 1, None)
    assert after == before
    assert "张明" in words(corps, after)
    assert corps.told(Kind.CARD) - {zhang} == {zhao, liu}


def test_at_night_the_morning_is_named_unless_it_is_near(quiet: Corps) -> None:
    wang, zhang = quiet.coordinator(), quiet.member("张明")
    quiet.clock.set_wall(NIGHT)
    activity = quiet.do(wang, planning.draft, quiet.plan())
    assert "明早 07:30" in words(quiet, foreseen(quiet, wang, activity)[0], yet=True)
    published = quiet.do(wang, planning.publish, activity).reach
    assert words(quiet, published) == "会通知 1 人（现在是休息时间，明早 07:30 发出）"
    quiet.do(zhang, signups.sign_up, quiet.slot(activity))
    place = Edit(activity, EditField.PLACE, {"place": "童家桥社区"})
    assert "明早 07:30" in words(quiet, quiet.do(wang, editing.propose, place).reach)
    assert "明早 07:30" in words(quiet, quiet.do(wang, cancelling.outlook, activity).reach)
    quiet.clock.set_wall("2026-12-05 05:00")
    assert words(quiet, quiet.do(wang, editing.change, place).reach) == "正在通知 1 人", "it is today: nobody waits"
    assert words(quiet, quiet.do(wang, cancelling.cancel, activity, "下雨").reach) == "正在通知 1 人"


def test_what_goes_to_the_teams_group_is_said_so(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.member("张明"), corps.member("陈小红")
    corps.do(zhao, group_binding.bind, telegram(-500), "民盟分团群", corps.team("民盟"))
    corps.do(zhao, groups.set_cards, telegram(-500), on=True)
    heard = corps.do(wang, planning.publish, corps.do(wang, planning.draft, corps.plan())).reach
    assert (heard.alone, heard.groups, heard.there) == (1, ("民盟分团群",), 2)
    assert words(corps, heard) == "正在通知 1 人（单独发消息）、「民盟分团群」里的 2 人（发到群里）"


def test_who_is_not_in_the_teams_group_gets_the_card_alone(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    zhang, chen = corps.member("张明"), corps.member("陈小红")
    corps.do(zhao, group_binding.bind, telegram(-500), "民盟分团群", corps.team("民盟"))
    corps.do(zhao, groups.set_cards, telegram(-500), on=True)
    (unseen,) = corps.run(groups.to_look_into)
    assert [person.number for _, person in unseen.people] == [zhao, zhang, chen]
    corps.run(groups.note_inside, telegram(-500), [corps.member_id(zhang)])
    assert corps.run(groups.to_look_into) == [], "it was just looked into"
    late = corps.member("刘芳")
    activity = corps.do(wang, planning.draft, corps.plan())
    assert foreseen(corps, wang, activity)[0].alone == 3
    heard = corps.do(wang, planning.publish, activity).reach
    assert (heard.alone, heard.there) == (3, 1)
    assert corps.told(Kind.CARD) == {-500, zhao, chen, late}
    corps.clock.push(groups.LOOK_AGAIN)
    assert len(corps.run(groups.to_look_into)) == 1


def test_a_team_without_members_or_without_a_leader_is_a_warning_before_it_is_public(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.member("张明", "农工党")
    slots = (SlotPlan("医生", "clinic", 2, open=True), SlotPlan("志愿者", "care", 2))
    draft = corps.do(wang, planning.draft, corps.plan(slots=slots, teams=("民盟", "农工党")))
    heard, warned = foreseen(corps, wang, draft)
    assert heard.told == 1
    assert warned[CautionKind.NO_MEMBERS] == "民盟"
    assert warned[CautionKind.NO_LEADER] == "农工党"
    assert CautionKind.NO_CLAIMER in warned
    lost = corps.do(wang, planning.draft, corps.plan())
    assert words(corps, foreseen(corps, wang, lost)[0]) == "没有要通知的人"


def test_who_claims_reads_how_many_of_the_own_team_hear(corps: Corps) -> None:
    wang, zhao, zhang = corps.coordinator(), corps.leader("赵联络"), corps.member("张明")
    corps.run(reachability.lost, telegram(zhang), "blocked")
    activity = corps.publish(wang, corps.plan(slots=(SlotPlan("医生", "clinic", 4, open=True),), teams=()))
    assert words(corps, corps.do(zhao, claims.claim, corps.slot(activity)).reach).startswith("没有人收得到")
