"""A card says by whom it can be joined; somebody with a link who is not in the corps learns what it is."""

from bot.texts.voice import Voice
from bot.views import fallbacks
from bot.views.cards import activity_card
from corps.activities import cards, planning
from corps.activities.card_queries import Outline
from corps.activities.cards import Card
from corps.activities.planning import SlotPlan
from corps.addresses import telegram
from corps.people import recognise
from corps.signups import signups
from tests.base import Corps

STRANGER = 900_000_123


def reads(corps: Corps, who: int, activity: int) -> str:
    return str(activity_card(Voice("zh", corps.clock), corps.do(who, cards.see, activity)).text)


def test_another_teams_card_says_who_signs_up_for_it(corps: Corps) -> None:
    wang = corps.coordinator()
    activity = corps.publish(wang, corps.plan(teams=("农工党",)))
    assert "由农工党分团报名" in reads(corps, corps.member("张明"), activity)
    assert "分团报名" not in reads(corps, corps.member("李红", "农工党"), activity)
    assert "分团报名" not in reads(corps, wang, activity), "who is in no team signs up nowhere"


def test_a_joint_card_names_the_teams_of_all_its_slots(corps: Corps) -> None:
    slots = (
        SlotPlan("医生", "clinic", 2, corps.team("农工党")),
        SlotPlan("护士", "clinic", 2, corps.team("民建")),
    )
    activity = corps.publish(corps.coordinator(), corps.plan(slots=slots, teams=("农工党", "民建")))
    assert "由农工党、民建分团报名" in reads(corps, corps.member("张明"), activity)
    assert "分团报名" not in reads(corps, corps.member("李红", "农工党"), activity), "one slot is theirs"


def test_who_can_claim_a_slot_is_not_told_that_it_is_for_others(corps: Corps) -> None:
    slots = (SlotPlan("医生", "clinic", 2, corps.team("农工党")), SlotPlan("护士", "clinic", 2, open=True))
    activity = corps.publish(corps.coordinator(), corps.plan(slots=slots, teams=("农工党",)))
    assert "分团报名" not in reads(corps, corps.leader("赵联络"), activity)


def test_a_stranger_with_a_link_reads_what_when_and_where_and_no_name(corps: Corps) -> None:
    zhang, activity = corps.member("张明"), corps.publish(corps.coordinator())
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    found = corps.do(STRANGER, cards.open_link, activity)
    assert isinstance(found, Outline)
    actor = corps.run(lambda s, at: recognise(s, at, telegram(STRANGER)))
    said = fallbacks.from_link(Voice("zh", corps.clock), actor, found).text
    assert "防诈骗公益讲座" in said
    assert "12月5日（周六）14:00–16:00" in said
    assert "磁器口街道金蓉社区" in said
    assert "加入需要一个分团的邀请链接" in said
    assert "张明" not in said
    assert isinstance(corps.do(zhang, cards.open_link, activity), Card)


def test_a_stranger_learns_nothing_of_a_draft(corps: Corps) -> None:
    draft = corps.do(corps.coordinator(), planning.draft, corps.plan())
    assert corps.do(STRANGER, cards.open_link, draft) is None
    assert corps.do(STRANGER, cards.open_link, 999) is None


def test_a_stranger_with_a_wrong_or_old_link_is_told_so_and_how_to_get_in(corps: Corps) -> None:
    activity = corps.publish(corps.coordinator())
    actor = corps.run(lambda s, at: recognise(s, at, telegram(STRANGER)))
    wrong = fallbacks.from_link(Voice("zh", corps.clock), actor, None).text
    assert wrong.startswith("这个活动链接不对，或者已经失效。")
    assert "加入需要一个分团的邀请链接" in wrong
    corps.clock.set_wall("2026-12-05 16:00")
    seen = corps.do(STRANGER, cards.open_link, activity)
    assert isinstance(seen, Outline)
    old = fallbacks.from_link(Voice("zh", corps.clock), actor, seen).text
    assert "这场活动已经结束。" in old
