"""What lies behind the sample corps: a year of services, each on its day, and its rural-aid pairings."""

import datetime as dt
from collections.abc import Iterable, Iterator

from sqlmodel import Session

from corps import audit
from corps.moment import Moment
from corps.sample.events import MARK_ZH, Ending, Event, SampleNeed, everybody, some
from corps.sample.people import COORDINATORS, Company
from corps.sample.story import Story
from models import Pairing
from models.enums import PairingState

COMMUNITY, VILLAGE, ENTERPRISE = "community", "village", "enterprise"
RECENT = 8
"""Days before the present that the yearly round leaves to the last days' own stories."""

_REGULAR: tuple[tuple[str, str, str, str, str, str, int], ...] = (
    ("01-16 14:30", "lecture", "民盟", "寒假安全第一课", "磁器口街道金蓉社区", COMMUNITY, 64),
    ("01-24 09:30", "promotion", "工商联", "沙磁年货进社区", "三峡广场", COMMUNITY, 320),
    ("01-30 10:00", "care", "民盟", "春节前看望独居老人", "土湾街道模范村社区", COMMUNITY, 28),
    ("02-08 15:00", "care", "新联会", "写春联送祝福", "歌乐山镇天池村", VILLAGE, 110),
    ("02-20 19:00", "lecture", "民盟", "开学收心与亲子沟通", "沙坪坝街道沙南街社区", COMMUNITY, 52),
    ("03-14 09:30", "promotion", "工商联", "春茶上市推介会", "中梁镇茶山村", VILLAGE, 180),
    ("04-02 09:00", "care", "九三", "清明慰问老党员", "渝碚路街道杨公桥社区", COMMUNITY, 24),
    ("04-12 09:00", "clinic", "农工党", "慢病义诊进乡村", "回龙桥镇五云村", VILLAGE, 136),
    ("04-24 14:30", "lecture", "民盟", "读书日：老重庆的故事", "沙坪坝书院", COMMUNITY, 75),
    ("04-28 09:30", "promotion", "工商联", "五一好物市集", "天星桥街道晒光坪社区", COMMUNITY, 275),
    ("05-29 15:00", "lecture", "民盟", "小学生心理健康课", "土主镇中心小学", COMMUNITY, 210),
    ("06-01 10:00", "care", "民盟", "陪留守儿童过六一", "凤凰镇八字村", VILLAGE, 58),
    ("06-14 09:30", "promotion", "工商联", "夏橙产销对接", "青木关镇四楞碑村", VILLAGE, 95),
    ("06-26 14:30", "lecture", "民盟", "高考志愿怎么填", "天星桥街道小正街社区", COMMUNITY, 130),
    ("07-10 08:30", "clinic", "农工党", "三伏天健康义诊", "童家桥街道杨梨路社区", COMMUNITY, 88),
    ("07-18 09:00", "care", "新联会", "给外卖小哥送清凉", "三峡广场小哥驿站", ENTERPRISE, 146),
    ("07-24 15:00", "care", "民盟", "暑期陪伴小课堂", "井口街道先锋街社区", COMMUNITY, 66),
    ("08-05 09:30", "care", "民盟", "高温慰问环卫工人", "石井坡街道", COMMUNITY, 72),
    ("08-15 19:00", "promotion", "工商联", "夏夜好物直播", "磁器口古镇", ENTERPRISE, 260),
    ("08-28 14:30", "lecture", "民盟", "AI 助学与网络安全", "大学城虎溪社区", COMMUNITY, 84),
    ("09-05 09:00", "clinic", "农工党", "开学季视力筛查", "曾家镇中心小学", COMMUNITY, 305),
    ("10-11 09:30", "promotion", "工商联", "脐橙预售直播", "青木关镇四楞碑村", VILLAGE, 190),
    ("10-30 14:30", "lecture", "民盟", "反诈宣讲进校园", "重庆一中旁树人社区", COMMUNITY, 160),
    ("11-08 09:30", "promotion", "工商联", "秋收好物市集", "歌乐山镇新开寺村", VILLAGE, 240),
    ("12-06 09:00", "clinic", "农工党", "冬季呼吸健康义诊", "联芳街道团结坝社区", COMMUNITY, 97),
    ("12-13 09:30", "promotion", "工商联", "暖冬农货进企业", "国际物流枢纽园区", ENTERPRISE, 150),
    ("12-24 10:00", "care", "民盟", "给困境儿童的新年礼物", "山洞街道平正村社区", COMMUNITY, 33),
)
_ROLES = {
    "lecture": ("主讲人", "志愿者"),
    "clinic": ("义诊医生", "导诊志愿者"),
    "promotion": ("推介员", "志愿者"),
    "care": ("组织人", "陪伴志愿者"),
}
_WORDS = (
    "居民问得很细，互动热烈。",
    "现场秩序好，大家希望下个月再来。",
    "资料发完了，下次要多备一些。",
    "街道和志愿者配合得好。",
)
_FAIRS: tuple[tuple[str, str, str, str, int, tuple[SampleNeed, ...]], ...] = (
    (
        "03-05 09:30", "学雷锋便民服务日", "三峡广场", COMMUNITY, 420,
        (SampleNeed("义诊医生", "clinic", 4, "农工党"), SampleNeed("便民志愿者", "care", 5, "民盟")),
    ),
    (
        "05-17 09:30", "助残日健康与好物市集", "覃家岗街道新桥社区", COMMUNITY, 350,
        (SampleNeed("义诊医生", "clinic", 4, "农工党"), SampleNeed("推介员", "promotion", 3, "工商联")),
    ),
    (
        "09-20 09:00", "中秋进村集中服务", "歌乐山镇金刚村", VILLAGE, 510,
        (
            SampleNeed("微课主讲", "lecture", 5, "民盟"), SampleNeed("推介员", "promotion", 3, "工商联"),
            SampleNeed("走访志愿者", "care", 3, "九三"),
        ),
    ),
    (
        "10-18 09:00", "重阳敬老大集", "陈家桥街道白鹤社区", COMMUNITY, 380,
        (SampleNeed("义诊医生", "clinic", 4, "农工党"), SampleNeed("陪伴志愿者", "care", 4, "九三")),
    ),
)  # fmt: skip


def rounds(today: dt.date) -> Iterator[Event]:
    """Return a year of services: each on the last time its day has come, the last days left out."""
    for day, category, team, title, place, venue, served in _REGULAR:
        starts = _last_time(day, today)
        first, second = _ROLES[category]
        needs = (SampleNeed(first, category, 1, team), SampleNeed(second, category, 4, team))
        yield Event(title, starts, 2, place, venue, needs, some(starts, team), served, _said(starts))
    for day, title, place, venue, served, stalls in _FAIRS:
        starts = _last_time(day, today)
        keen = some(starts, *(stall.whose for stall in stalls))
        yield Event(title, starts, 3, place, venue, stalls, keen, served, _said(starts), lead_days=14)


def _said(starts: dt.datetime) -> str:
    return _WORDS[starts.toordinal() % len(_WORDS)]


def _last_time(day: str, today: dt.date) -> dt.datetime:
    """Return the last `month-day hour:minute` that is at least `RECENT` days past."""
    latest = today - dt.timedelta(days=RECENT)
    starts = dt.datetime.fromisoformat(f"{latest.year}-{day}")
    return starts if starts.date() <= latest else starts.replace(year=latest.year - 1)


def last_days(today: dt.date) -> Iterator[Event]:
    """Return what has just been: reports to verify, one sent back, one not written yet."""

    def ago(days: int, hour: int) -> dt.datetime:
        return dt.datetime.combine(today - dt.timedelta(days=days), dt.time(hour, 30))

    yield Event(
        "沙磁好物进园区", ago(3, 9), 2, "西永微电园", ENTERPRISE,
        (SampleNeed("推介员", "promotion", 1, "工商联"), SampleNeed("志愿者", "promotion", 3, "工商联")),
        everybody("工商联"), 500, "园区员工很喜欢。", Ending.RETURNED,
    )  # fmt: skip
    yield Event(
        "秋冬养生义诊", ago(4, 9), 2.5, "渝碚路街道汉渝路社区", COMMUNITY,
        (SampleNeed("义诊医生", "clinic", 2, "农工党"), SampleNeed("导诊志愿者", "clinic", 3, "农工党")),
        everybody("农工党"), 92, "量血压 92 人，建议转诊 3 人。", Ending.REPORTED,
    )  # fmt: skip
    yield Event(
        "老年人智能手机课", ago(2, 14), 2, "磁器口街道金蓉社区", COMMUNITY,
        (SampleNeed("主讲人", "lecture", 1, "民盟"), SampleNeed("一对一辅导", "lecture", 4, "民盟")),
        everybody("民盟"), 46, "学会了视频通话和识别诈骗短信。", Ending.REPORTED,
    )  # fmt: skip
    yield Event(
        "爱心衣物整理与发放", ago(1, 9), 2, "土湾街道汉渝社区", COMMUNITY,
        (SampleNeed("组织人", "care", 1, "工商联"), SampleNeed("志愿者", "care", 3, "工商联")),
        everybody("工商联"), 40, "", Ending.SILENT,
    )  # fmt: skip


_PAIRINGS = (
    ("02-25", "工商联", "回龙桥镇五云村葡萄园", "回龙桥镇"),
    ("04-10", "九三", "歌乐山镇天池村合作社", "歌乐山镇"),
    ("05-08", "工商联", "中梁镇茶山村茶场", "中梁镇"),
    ("06-20", "九三", "凤凰镇八字村菌菇基地", "凤凰镇"),
    ("08-12", "工商联", "青木关镇四楞碑村果园", "青木关镇"),
    ("09-26", "新联会", "曾家镇虎峰村家庭农场", "曾家镇"),
    ("11-05", "工商联", "歌乐山镇新开寺村蔬菜基地", "歌乐山镇"),
)


def pairings(session: Session, company: Company, at: Moment) -> Iterable[Story]:
    """Tell how the pairings were registered and confirmed by a second person; the newest still waits."""
    today = at.today()
    noon = dt.time(12)
    for day, team, partner, place in _PAIRINGS:
        since = _last_time(f"{day} 12:00", today).date()
        yield _pair(session, company, at.policy.zone.instant(dt.datetime.combine(since, noon)), team, partner, place)
    last = at.policy.zone.instant(dt.datetime.combine(today - dt.timedelta(days=4), noon))
    yield _pair(session, company, last, "新联会", "土主镇明珠山村农庄", "土主镇", waits=True)


def _pair(
    session: Session, company: Company, when: dt.datetime, team: str, partner: str, place: str, *, waits: bool = False
) -> Story:
    at = yield when
    pairing = Pairing(
        team_id=company.team_id(team), partner=partner + MARK_ZH, place=place, since=at.today(), year=at.today().year,
        state=PairingState.REGISTERED, registered_by=company.actor(at, COORDINATORS[0].number).id,
        registered_at=at.now,
    )  # fmt: skip
    session.add(pairing)
    session.flush()
    audit.record(session, at, pairing.registered_by, "pairing.register", f"pairing:{pairing.id}")
    if waits:
        return
    at = yield at.now + dt.timedelta(days=1)
    pairing.state, pairing.confirmed_at = PairingState.CONFIRMED, at.now
    pairing.confirmed_by = company.actor(at, COORDINATORS[1].number).id
    audit.record(session, at, pairing.confirmed_by, "pairing.confirm", f"pairing:{pairing.id}")
