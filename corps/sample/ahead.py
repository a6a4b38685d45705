"""What lies ahead of the sample corps, counted from today: mornings only, so that afternoons stay free to try."""

import datetime as dt
from collections.abc import Iterable, Iterator

from sqlmodel import Session, select

from corps import conversations
from corps.activities import planning
from corps.sample.events import MARK_ZH, OPEN, SHARED, Event, SampleNeed, Staging
from corps.sample.people import COORDINATORS, Company
from corps.sample.story import Story
from corps.signups import withdrawals
from models import Activity

SATURDAY = 5
CROWDED = "AI 防骗课堂"
WITHDRAWS = 3002
"""Who gives a place back in the crowded class, so that the next on the waitlist has an offer."""


def coming(today: dt.date) -> Iterator[Event]:
    """Return the activities of the next days and weeks, as far as they are published."""

    def ahead(days: int, hour: int, minute: int = 30) -> dt.datetime:
        return dt.datetime.combine(today + dt.timedelta(days=days), dt.time(hour, minute))

    saturday = 6 + (SATURDAY - (today + dt.timedelta(days=6)).weekday()) % 7
    yield Event(
        "陪独居老人聊聊天", ahead(1, 10, 0), 1.5, "土湾街道模范村社区", "community",
        (SampleNeed("组织人", "care", 1, "民盟"), SampleNeed("陪伴志愿者", "care", 4, "民盟")),
        (2001, 3003, 3004), lead_days=7,
    )  # fmt: skip
    yield Event(
        CROWDED, ahead(4, 9), 2, "磁器口街道金蓉社区", "community",
        (SampleNeed("主讲人", "lecture", 1, "民盟"), SampleNeed("志愿者", "lecture", 2, "民盟")),
        (2001, 3001, 3002, 3003, 3004), lead_days=9,
    )  # fmt: skip
    yield Event(
        "冬日便民服务大集", ahead(saturday, 9), 3, "歌乐山镇天池村", "village",
        (
            SampleNeed("义诊医生", "clinic", 3, "农工党"), SampleNeed("推介员", "promotion", 3, "工商联"),
            SampleNeed("直播宣传", "promotion", 1, "新联会"), SampleNeed("微课主讲", "lecture", 2, OPEN),
            SampleNeed("秩序志愿者", "care", 6, SHARED),
        ),
        (2002, 3006, 2003, 3008), lead_days=saturday + 3,
    )  # fmt: skip
    yield Event(
        "慢病管理义诊", ahead(14, 9, 0), 2.5, "回龙桥镇五云村", "village",
        (SampleNeed("义诊医生", "clinic", 4, "农工党"), SampleNeed("导诊志愿者", "clinic", 2, "农工党")), (2002, 3005),
        lead_days=16,
    )  # fmt: skip
    yield Event(
        "青少年科普小课堂", ahead(17, 10, 0), 1.5, "大学城虎溪社区", "community",
        (SampleNeed("主讲人", "lecture", 1, "九三"), SampleNeed("助教", "lecture", 3, "九三")), (3010,), lead_days=19,
    )  # fmt: skip
    yield Event(
        "沙磁好物直播专场", ahead(13, 10, 0), 2, "磁器口古镇", "enterprise",
        (SampleNeed("主播", "promotion", 2, OPEN), SampleNeed("选品员", "promotion", 2, OPEN)), lead_days=14,
    )  # fmt: skip


def unfinished(session: Session, company: Company, staging: Staging, now: dt.datetime) -> Iterable[Story]:
    """Tell what is half done: a place given back, an activity not yet published, a notice not yet written."""
    yield _gives_back(session, company, now)
    yield _drafts(session, company, staging, now)


def _gives_back(session: Session, company: Company, now: dt.datetime) -> Story:
    at = yield now - dt.timedelta(hours=1)
    crowded = session.exec(select(Activity.id).where(Activity.title == CROWDED + MARK_ZH)).one()
    withdrawals.withdraw(session, company.actor(at, WITHDRAWS), at, crowded or 0)


def _drafts(session: Session, company: Company, staging: Staging, now: dt.datetime) -> Story:
    at = yield now - dt.timedelta(hours=20)
    wang, li = (company.actor(at, part.number) for part in COORDINATORS)
    day = at.today() + dt.timedelta(days=24)
    draft = Event(
        "岁末送温暖", dt.datetime.combine(day, dt.time(9, 30)), 2, "石井坡街道中心湾社区", "community",
        (SampleNeed("走访志愿者", "care", 6, SHARED), SampleNeed("组织人", "care", 1, "民盟")),
    )  # fmt: skip
    planning.draft(session, wang, at, staging.plan(draft, at))
    at = yield now - dt.timedelta(hours=18)
    begun = {"title": f"家庭急救小课堂{MARK_ZH}", "place": "双碑街道勤居村社区"}
    conversations.put(session, at, li.address, "new", "category", begun)
    conversations.set_aside(session, li.address)
