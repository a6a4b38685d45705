"""What somebody says without being asked: kept, told apart, passed on to whoever answers for the team."""

import pytest
from sqlmodel import Session

from bot.texts.voice import Voice
from bot.views.fallbacks import heard as heard_screen
from bot.views.notices import notice_screen
from corps.activities.entry_answers import Step
from corps.delivery.notice_facts import load
from corps.membership import erasure, joining, said
from corps.membership.said import Meaning, PassedOn, Said
from corps.moment import Moment
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from tests.base import Corps, all_due
from tests.channels.plain import LIMITS

NOTICE = "活动：防诈骗公益讲座\n时间：12月5日 14:00-16:00\n地点：金蓉社区"
PROSE = "定于12月5日下午2点到4点在磁器口街道金蓉社区举办防诈骗公益讲座，请大家踊跃参加。"


def hears(corps: Corps, who: int, text: str, key: str = "1") -> Said:
    return corps.do(who, said.hear, text, text, key)


@pytest.mark.parametrize("text", [NOTICE, PROSE])
def test_a_notice_is_known_by_its_fields_or_by_a_day_and_a_place(corps: Corps, text: str) -> None:
    assert hears(corps, corps.coordinator(), text).meaning is Meaning.NOTICE
    assert hears(corps, corps.leader("赵联络"), text).meaning is Meaning.NOTICE
    assert hears(corps, corps.member("张明"), text).meaning is Meaning.UNCLEAR


def test_it_is_published_from_where_it_stands(corps: Corps) -> None:
    wang = corps.coordinator()
    stand = corps.do(wang, said.publish, hears(corps, wang, PROSE).sign, "2")
    assert stand.data["place"] == "磁器口街道金蓉社区"
    assert stand.data["starts"] == "2026-12-05T14:00:00"
    assert stand.problems[0].what == "防诈骗公益讲座；请大家踊跃参加", "what is not read is named"
    assert stand.step is Step.TITLE


def test_a_leaders_becomes_a_draft_of_the_own_team_or_goes_to_it(corps: Corps) -> None:
    zhao = corps.leader("赵联络")
    corps.member("张明"), corps.member("孙平", "民建")
    sign = hears(corps, zhao, NOTICE).sign
    assert corps.do(zhao, said.publish, sign, "2").data["teams"] == [corps.team("民盟")]
    preview = corps.do(zhao, said.broadcast, sign, "3", LIMITS).preview
    assert preview is not None
    assert preview.people == 1


@pytest.mark.parametrize("text", ["收到", "好的，收到", "收到了！", "收到，谢谢🙏", "received"])
def test_a_receipt_with_nothing_to_confirm_gets_a_plain_answer(corps: Corps, text: str) -> None:
    assert hears(corps, corps.member("张明"), text).meaning is Meaning.RECEIPT


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((text, Meaning.OKAY) for text in ("知道了", "好的", "好", "嗯嗯", "明白了！", "我知道啦", "OK", "👌", "行")),
        *(
            (text, Meaning.THANKS)
            for text in ("谢谢", "好的，谢谢您", "辛苦了！", "谢谢老师🙏", "知道了，感谢", "thanks", "🙏")
        ),
        *((text, Meaning.RECEIPT) for text in ("收到，知道了", "明白，收到")),
        *((text, Meaning.UNCLEAR) for text in ("好的，但是我换个时间", "知道了地址没有", "谢师宴", "不是", "好人好事")),
    ],
)
def test_kind_words_are_answered_kindly_and_nothing_is_claimed(corps: Corps, text: str, meaning: Meaning) -> None:
    corps.leader("赵联络")
    zhang = corps.member("张明")
    heard, actor = hears(corps, zhang, text), corps.do(zhang, lambda _s, actor, _at: actor)
    assert heard.meaning is meaning
    if meaning in (Meaning.OKAY, Meaning.THANKS):
        said_back = heard_screen(Voice("zh", corps.clock), actor, heard).text
        assert "看不懂" not in said_back


def test_it_is_sent_as_it_was_formatted(corps: Corps) -> None:
    wang = corps.coordinator()
    sign = corps.do(wang, said.hear, "明天开会", "<b>明天</b>开会", "1").sign
    assert corps.do(wang, said.broadcast, sign, "2", LIMITS).data["html"] == "<b>明天</b>开会"


def test_a_question_goes_to_the_leader_once(corps: Corps) -> None:
    zhao, zhang = corps.leader("赵联络"), corps.member("张明")
    heard = hears(corps, zhang, "周六能带家属吗？")
    assert (heard.meaning, heard.office.names) == (Meaning.QUESTION, ("赵联络",))
    for _ in range(2):
        assert corps.do(zhang, said.pass_on, heard.sign).names == ("赵联络",)
    assert [corps.to(notice) for notice in corps.owed(Kind.QUESTION)] == [zhao]


def test_the_leader_reads_who_asks_and_what(corps: Corps) -> None:
    corps.leader("赵联络")
    zhang = corps.member("张明")
    corps.do(zhang, said.pass_on, hears(corps, zhang, "周六能带<家属>吗？").sign)
    due = next(one for one in corps.run(all_due) if one.kind is Kind.QUESTION)

    def say(session: Session, at: Moment) -> str:
        facts = load(session, at, due)
        assert facts is not None
        assert facts.the(PassedOn).name == "张明"
        return str(notice_screen(Voice("zh", corps.clock), due, facts, (), LIMITS).text)

    assert "💬 张明（民盟分团）" in corps.run(say)
    assert "周六能带&lt;家属&gt;吗？" in corps.run(say)


def test_a_leaders_own_question_goes_to_the_coordinators(corps: Corps) -> None:
    corps.coordinator("王统筹")
    zhao = corps.leader("赵联络")
    office = hears(corps, zhao, "台账什么时候交？").office
    assert (office.names, office.stands_in) == (("王统筹",), True)


def test_who_can_not_be_reached_is_said_to_see_it_later(corps: Corps) -> None:
    zhao, zhang = corps.leader("赵联络"), corps.member("张明")
    corps.do(zhao, joining.note_reach, reachable=False)
    office = hears(corps, zhang, "几点集合？").office
    assert not office.hears
    assert [member.name for member in office.people] == ["赵联络"]


def test_each_of_several_messages_keeps_its_buttons_for_a_while(corps: Corps) -> None:
    corps.leader("赵联络")
    zhang = corps.member("张明")
    signs = [hears(corps, zhang, f"问题{number}？", str(number)).sign for number in range(6)]
    assert corps.do(zhang, said.pass_on, signs[1]).hears
    with pytest.raises(Refused) as no:
        corps.do(zhang, said.pass_on, signs[0])
    assert no.value.reason is Reason.NOT_KEPT


def test_nobody_passes_on_the_words_of_another(corps: Corps) -> None:
    corps.leader("赵联络")
    zhang, chen = corps.member("张明"), corps.member("陈红")
    sign = hears(corps, zhang, "几点集合？").sign
    with pytest.raises(Refused):
        corps.do(chen, said.pass_on, sign)


def test_erasing_takes_the_words_back(corps: Corps) -> None:
    corps.leader("赵联络")
    zhang = corps.member("张明")
    corps.do(zhang, said.pass_on, hears(corps, zhang, "几点集合？").sign)
    corps.do(zhang, erasure.erase)
    assert not corps.owed(Kind.QUESTION)
    assert [notice.subject for notice in corps.owed(Kind.QUESTION, None)] == [{}]
