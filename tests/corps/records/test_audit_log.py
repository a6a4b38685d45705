"""`/audit`: every change reads as a sentence, in both languages."""

import ast
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.texts import LANGUAGES, catalog
from bot.texts.voice import Voice
from bot.views.audit import trail_screen
from corps import audit
from corps.activities import planning
from corps.membership import joining
from corps.moment import Moment
from corps.records import audit_log
from corps.records.audit_log import About
from corps.refusals import Refused
from corps.signups import signups
from models import Slot
from tests.base import Corps

ROOT = Path(__file__).parents[3]


def recorded_actions() -> list[str]:
    """Return every action that the source hands to `audit.record`."""
    found = []
    for path in sorted((ROOT / "corps").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                action = node.args[3] if len(node.args) > 3 else given["action"]
                found += [part.value for part in ast.walk(action) if isinstance(part, ast.Constant)]
    return sorted({action for action in found if isinstance(action, str) and "." in action})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", recorded_actions())
def test_every_action_that_is_recorded_has_a_sentence(action: str, language: str) -> None:
    assert any(key.startswith(f"audit.{action}") for key in catalog(language)), f"add audit.{action} to audit.po"


def read(corps: Corps, who: int, about: About | None = None) -> str:
    """Return the first page as its reader sees it."""
    about = about or About()
    return str(trail_screen(Voice("zh", corps.clock), corps.do(who, audit_log.read, about, 0, 10), about).text)


def a_history(corps: Corps) -> tuple[int, int, int]:
    """Publish a lecture and sign somebody up; return the coordinator, the member and the activity."""
    wang, zhang = corps.coordinator("王统筹"), corps.member("张明")
    activity = corps.publish(wang)
    slot = corps.run(lambda s, _at: s.exec(select(Slot.id).where(Slot.activity_id == activity)).first())
    corps.do(zhang, signups.sign_up, slot or 0)
    return wang, zhang, activity


def test_what_is_stored_as_a_code_is_read_as_a_word(corps: Corps) -> None:
    wang = corps.coordinator("王统筹")
    me = corps.member_id(wang)
    stored = ("member.settings", "language", "en"), ("page.untie", "channel", "web"), ("page.untie", "channel", "wecom")

    def note(session: Session, at: Moment) -> None:
        for action, field, code in stored:
            audit.record(session, at, me, action, f"member:{me}", None, {field: code})

    corps.run(note)
    said = read(corps, wang)
    assert "语言：英文" in said
    assert "渠道：个人页" in said
    assert "渠道：企业微信" in said


def test_the_newest_change_comes_first_with_names_in_the_place_of_ids(corps: Corps) -> None:
    wang, _, _ = a_history(corps)
    lines = [line for line in read(corps, wang).splitlines() if "12月2日" in line]
    assert lines[0].endswith("张明 报上了名：防诈骗公益讲座 · 主讲人")
    assert lines[1].endswith("王统筹 发布了活动「防诈骗公益讲座」")


def test_it_can_be_narrowed_to_a_person_or_an_activity(corps: Corps) -> None:
    wang, zhang, activity = a_history(corps)
    corps.do(wang, planning.draft, corps.plan("别的活动"))
    [person] = corps.do(wang, audit_log.search, "张明")
    assert person.about == About(member_id=corps.member_id(zhang))
    assert "发布了" not in read(corps, wang, person.about)
    [event] = corps.do(wang, audit_log.search, "防诈骗")
    assert event.about == About(activity_id=activity)
    text = read(corps, wang, event.about)
    assert "张明 报上了名" in text
    assert "别的活动" not in text


def test_a_name_that_means_nobody_finds_nothing(corps: Corps) -> None:
    assert corps.do(corps.coordinator(), audit_log.search, "%") == []


def test_ids_of_teams_are_said_by_name_and_actions_by_time_itself_as_such(corps: Corps) -> None:
    wang, leader = corps.coordinator(), corps.leader("赵联络")
    code = corps.do(leader, joining.invitation_of, corps.team("民盟"))
    corps.do(9001, joining.apply, code, "陈小红")
    text = read(corps, wang)
    assert "陈小红 申请加入" in text
    assert "分团：民盟分团" in text


def test_an_action_without_a_sentence_is_still_told(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.run(lambda s, at: audit.record(s, at, None, "moon.land", "moon:one", {"state": "up"}, {"flag": True}))
    text = read(corps, wang)
    assert "系统 做了一项改动：one" in text
    assert "flag" not in text, "what has no word says nothing to people"


def test_it_is_for_coordinators_only(corps: Corps) -> None:
    leader = corps.leader("赵联络")
    with pytest.raises(Refused):
        corps.do(leader, audit_log.read, About(), 0, 10)
