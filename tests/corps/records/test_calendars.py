"""Calendars: one activity as a file, and feeds that keep what is gone as cancelled, read by two foreign programs."""

import dataclasses
import datetime as dt
from typing import Any

import httpx
import icalendar
import pytest
import vobject
from starlette.applications import Starlette

from bot.routing.feeds import Feeds
from bot.texts.voice import Voice
from bot.views.records.calendars import calendar_file
from corps.activities import planning
from corps.activities.planning import SlotPlan
from corps.changes import cancelling, editing
from corps.changes.edit_answers import Edit, EditField
from corps.membership import erasure, leaving
from corps.records import calendars, personal_data
from corps.refusals import Reason, Refused
from corps.signups import claims, signups, withdrawals
from models.enums import FeedScope
from tests.base import Corps

URL = "https://corps.example"


@pytest.fixture
def corps(corps: Corps) -> Corps:
    """A corps with pages."""
    corps.database.policy = dataclasses.replace(corps.database.policy, web_url=URL)
    return corps


def file_of(corps: Corps, found: calendars.Calendar) -> bytes:
    """Return a calendar as a file."""
    return calendar_file(Voice("zh", corps.clock), found, corps.clock.zone_info)


def events(corps: Corps, who: int, scope: FeedScope = FeedScope.MINE) -> dict[str, tuple[int, str]]:
    """Return title → sequence and status, as a foreign program reads the person's calendar."""
    content = file_of(corps, corps.do(who, calendars.calendar, scope))
    read: list[Any] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return {str(one["summary"]): (int(one["sequence"]), str(one["status"])) for one in read}


def edit(corps: Corps, by: int, activity: int, field: EditField, **value: str) -> None:
    """Change an activity."""
    corps.do(by, editing.change, Edit(activity, field, value))


def secret_of(corps: Corps, who: int, scope: FeedScope = FeedScope.MINE) -> str:
    """Return the secret of the person's address."""
    address = corps.do(who, calendars.subscribe, scope).address
    assert address.startswith(f"{URL}/cal/")
    return address.removeprefix(f"{URL}/cal/").removesuffix(".ics")


def test_a_slot_that_is_taken_out_stays_as_cancelled_for_who_had_claimed_it(corps: Corps) -> None:
    wang, zhou = corps.coordinator(), corps.leader("周联络", "民建")
    slots = (SlotPlan("主讲人", "lecture", 1, corps.team("民盟")), SlotPlan("推介员", "promotion", 2, open=True))
    activity = corps.publish(wang, corps.plan(slots=slots))
    slot = corps.slot(activity, "推介员")
    corps.do(zhou, claims.claim, slot)
    ((before, status),) = events(corps, zhou, FeedScope.TEAM).values()
    assert status == "CONFIRMED"
    corps.do(wang, editing.change, Edit(activity, EditField.REMOVE, {}, slot))
    ((after, status),) = events(corps, zhou, FeedScope.TEAM).values()
    assert (status, after > before) == ("CANCELLED", True)
    corps.clock.push(dt.timedelta(days=31))
    assert events(corps, zhou, FeedScope.TEAM) == {}


def test_two_foreign_programs_read_the_same_hours_and_words(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    title = "=义诊；a,b;c\\n\nX-EVIL:1\x07" + "很长的题目" * 10
    activity = corps.publish(wang, corps.plan(title, notes="带上身份证\nEND:VCALENDAR"))
    content = file_of(corps, corps.do(zhang, calendars.single, activity))
    first = icalendar.Calendar.from_ical(content)
    second = vobject.readOne(content.decode())
    own: Any = first.walk("VEVENT")[0]
    other = second.vevent
    assert first.walk("VTIMEZONE")[0]["tzid"] == "Asia/Shanghai"
    assert second.vtimezone.tzid.value == "Asia/Shanghai"
    starts = corps.instant("2026-12-05 14:00")
    assert own["dtstart"].dt == other.dtstart.value == starts
    assert own["dtend"].dt == other.dtend.value == starts + dt.timedelta(hours=2)
    assert own["dtstart"].dt.utcoffset() == other.dtstart.value.utcoffset() == dt.timedelta(hours=8)
    assert str(own["summary"]) == other.summary.value == title.replace("\n", "").replace("\x07", "")
    assert str(own["location"]) == other.location.value == "磁器口街道金蓉社区"
    assert "END:VCALENDAR" in str(own["description"]), "as a word of the note"
    assert content.count(b"\r\nEND:VCALENDAR\r\n") == 1
    assert b"\x07" not in content
    assert "X-EVIL" not in own


def test_each_change_and_cancelling_raise_the_sequence_of_an_event_that_keeps_its_name(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang)
    seen = [corps.do(zhang, calendars.single, activity).entries[0]]
    corps.clock.push(dt.timedelta(minutes=5))
    edit(corps, wang, activity, EditField.PLACE, place="渝碚路街道")
    seen.append(corps.do(zhang, calendars.single, activity).entries[0])
    corps.clock.push(dt.timedelta(minutes=5))
    corps.do(wang, cancelling.cancel, activity, "下大雨")
    seen.append(corps.do(zhang, calendars.single, activity).entries[0])
    assert len({entry.uid for entry in seen}) == 1
    assert [entry.sequence for entry in seen] == [0, 1, 2]
    assert sorted({entry.changed_at for entry in seen}) == [entry.changed_at for entry in seen]
    read = icalendar.Calendar.from_ical(file_of(corps, corps.do(zhang, calendars.single, activity))).walk("VEVENT")[0]
    assert (str(read["status"]), str(read["summary"])) == ("CANCELLED", "【已取消】防诈骗公益讲座")
    assert "取消原因：下大雨" in str(read["description"])
    assert "最近改动：地点" in str(read["description"])


def test_what_was_cancelled_stays_for_thirty_days(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang, corps.plan(starts="2027-03-01 14:00", ends="2027-03-01 16:00"))
    corps.do(wang, cancelling.cancel, activity)
    corps.clock.push(dt.timedelta(days=30))
    assert list(events(corps, zhang, FeedScope.CORPS).values()) == [(1, "CANCELLED")]
    assert list(events(corps, zhang, FeedScope.TEAM)) == ["【已取消】防诈骗公益讲座"]
    corps.clock.push(dt.timedelta(days=1))
    assert events(corps, zhang, FeedScope.CORPS) == {}


def test_a_place_that_was_given_back_is_cancelled_in_ones_own_calendar_and_comes_back(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang)
    assert events(corps, zhang) == {}
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    assert events(corps, zhang) == {"防诈骗公益讲座": (0, "CONFIRMED")}
    corps.do(zhang, withdrawals.withdraw, activity)
    assert events(corps, zhang) == {"【已退出】防诈骗公益讲座": (1, "CANCELLED")}
    assert events(corps, zhang, FeedScope.TEAM) == {"防诈骗公益讲座": (1, "CONFIRMED")}
    corps.do(zhang, signups.sign_up, corps.slot(activity, "志愿者"))
    assert events(corps, zhang) == {"防诈骗公益讲座": (2, "CONFIRMED")}


def test_who_only_left_a_queue_was_never_expected(corps: Corps) -> None:
    wang, zhang, chen = corps.coordinator(), corps.member("张明"), corps.member("陈红")
    activity = corps.publish(wang)
    corps.do(zhang, signups.sign_up, corps.slot(activity, "主讲人"))
    corps.do(chen, signups.sign_up, corps.slot(activity, "主讲人"), wait=True)
    assert events(corps, chen) == {}
    corps.do(chen, withdrawals.withdraw, activity)
    assert events(corps, chen) == {}


def test_a_team_sees_its_own_and_the_corps_all_that_is_public(corps: Corps) -> None:
    wang, zhou = corps.coordinator(), corps.member("周强", "民建")
    corps.publish(wang, corps.plan("民盟的"))
    corps.publish(wang, corps.plan("一起的", teams=("民盟", "民建")))
    draft = corps.do(wang, planning.draft, corps.plan("草稿"))
    assert set(events(corps, zhou, FeedScope.TEAM)) == {"一起的"}
    assert set(events(corps, zhou, FeedScope.CORPS)) == {"民盟的", "一起的"}
    assert events(corps, wang, FeedScope.TEAM) == {}
    with pytest.raises(Refused) as no:
        corps.do(wang, calendars.single, draft)
    assert no.value.reason is Reason.GONE


def test_what_a_team_has_given_back_stays_as_cancelled_for_a_while_and_comes_back(corps: Corps) -> None:
    wang, zhao, zhou = corps.coordinator(), corps.leader("赵联络"), corps.member("周强")
    slots = (SlotPlan("主讲人", "lecture", 1, open=True), SlotPlan("志愿者", "lecture", 5, corps.team("民建")))
    activity = corps.publish(
        wang, corps.plan(slots=slots, starts="2027-02-05 14:00", ends="2027-02-05 16:00", teams=("民建",))
    )
    slot = corps.slot(activity, "主讲人")
    corps.do(zhao, claims.claim, slot)
    ((first, _),) = events(corps, zhou, FeedScope.TEAM).values()
    corps.do(zhao, claims.release, slot)
    ((second, status),) = events(corps, zhou, FeedScope.TEAM).values()
    assert (status, second > first) == ("CANCELLED", True)
    corps.do(zhao, claims.claim, slot)
    ((third, status),) = events(corps, zhou, FeedScope.TEAM).values()
    assert (status, third > second) == ("CONFIRMED", True)
    corps.do(
        wang, editing.change, Edit(activity, EditField.SLOT_TEAM, {"team": corps.team("民建"), "open": False}, slot)
    )
    ((fourth, status),) = events(corps, zhou, FeedScope.TEAM).values()
    assert (status, fourth > third) == ("CANCELLED", True), "its sibling: the slot went to another team"
    corps.clock.push(dt.timedelta(days=31))
    assert events(corps, zhou, FeedScope.TEAM) == {}


def test_without_pages_only_files_are_offered(corps: Corps) -> None:
    zhang = corps.member("张明")
    assert [feed.scope for feed in corps.do(zhang, calendars.offer).feeds] == list(FeedScope)
    corps.database.policy = dataclasses.replace(corps.database.policy, web_url="")
    assert corps.do(zhang, calendars.offer) == calendars.Offer(tuple(FeedScope), ())
    with pytest.raises(Refused):
        corps.do(zhang, calendars.subscribe, FeedScope.MINE)


def test_an_address_that_was_ended_and_that_of_whoever_has_gone_lead_nowhere(corps: Corps) -> None:
    corps.coordinator()
    zhang, chen, zhou = corps.member("张明"), corps.member("陈红"), corps.member("周强")
    secrets = [secret_of(corps, who) for who in (zhang, chen, zhou)]
    assert secret_of(corps, zhang) == secrets[0], "asking again gives the same address"
    held = corps.do(zhang, personal_data.everything).chapters["made"]
    assert [(entry.word, entry.about) for entry in held] == [("calendar_feed", ("mine",))]
    corps.do(zhang, calendars.unsubscribe, FeedScope.MINE)
    corps.do(chen, leaving.leave)
    assert corps.run(calendars.served, secrets[2]) is not None
    corps.do(zhou, erasure.erase)
    assert [corps.run(calendars.served, secret) for secret in (*secrets, "", "x" * 500)] == [None] * 5
    assert secret_of(corps, zhang) != secrets[0]


async def test_a_program_that_has_it_already_is_told_so(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang)
    secret = secret_of(corps, zhang, FeedScope.TEAM)
    transport = httpx.ASGITransport(Starlette(routes=Feeds(corps.database).routes))
    async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
        first = await client.get(f"/cal/{secret}.ics")
        assert (first.status_code, first.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        by_tag = {"if-none-match": f'W/"old", {first.headers["etag"]}'}
        by_time = {"if-modified-since": first.headers["last-modified"]}
        assert [(await client.get(f"/cal/{secret}.ics", headers=known)).status_code for known in (by_tag, by_time)] == [
            304,
            304,
        ]
        corps.clock.push(dt.timedelta(minutes=1))
        edit(corps, wang, activity, EditField.TITLE, title="防骗讲座")
        assert [(await client.get(f"/cal/{secret}.ics", headers=known)).status_code for known in (by_tag, by_time)] == [
            200,
            200,
        ]
        assert (await client.get(f"/cal/{secret}.ics", headers={"if-modified-since": "long ago"})).status_code == 200
        assert (await client.head(f"/cal/{secret}.ics")).headers["etag"] != first.headers["etag"]
        corps.do(zhang, calendars.unsubscribe, FeedScope.TEAM)
        ended = await client.get(f"/cal/{secret}.ics")
        assert (ended.status_code, "再要一个" in ended.text) == (404, True)
