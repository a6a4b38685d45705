"""A spreadsheet is looked at, then done as it was shown or not at all, and undone in one step for a day."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from corps.activities import planning
from corps.addresses import telegram
from corps.attendance import reports, roll_call
from corps.attendance.reports import Account
from corps.changes import cancelling
from corps.imports import importing
from corps.imports.importing import Import, Shown
from corps.membership import erasure, join_requests, joining
from corps.pages import devices, messages
from corps.people import recognise
from corps.refusals import Reason, Refused
from corps.signups import signups
from models import Activity, Audit, Draft, Member, Notice
from models.enums import ActivityState, AttendanceState, CountedBy, MemberStatus, PageMessageKind
from tests.base import Corps

PEOPLE = (
    "成员名单",
    [
        ["二〇二六年名单"],
        ["姓名*", "分团", "电话"],
        ["例：某某", "民盟"],
        ["陈小红", "民盟分团", "138"],
        ["李强", "民建"],
    ],
)
HEADS = ["活动", "类别", "日期", "开始", "结束", "地点", "场所", "岗位", "分团", "备注", "补录原因"]
COMING = [
    "健康义诊",
    "义诊",
    "2026-12-20",
    "09:00",
    "11:00",
    "童家桥社区",
    "社区",
    "医生 2，志愿者 4",
    "农工党",
    "",
    "",
]
PAST = [
    "春季讲座",
    "讲座",
    "2026-03-10",
    "14:00",
    "16:00",
    "金蓉社区",
    "社区",
    "主讲人 1",
    "民盟",
    "",
    "上半年没用机器人",
]


def sheets(*rows: list[str]) -> list[tuple[str, list[list[str]]]]:
    """Return a workbook of people and these activities."""
    return [PEOPLE, ("活动", [HEADS, *rows])]


def taken(corps: Corps, who: int, book: Any, digest: str = "a" * 64) -> Shown:  # noqa: ANN401 - sheets
    """Look at a workbook."""
    return corps.do(who, importing.take, book, digest, "名单.xlsx", "1")


def imported(corps: Corps, who: int, *rows: list[str]) -> Import:
    """Import a workbook."""
    shown = taken(corps, who, sheets(*rows))
    return corps.do(who, importing.apply, shown.digest, shown.outlook.sign)


def members(corps: Corps) -> list[tuple[str, MemberStatus]]:
    """Return all members by name."""
    return corps.run(lambda s, _at: [(m.name, m.status) for m in s.exec(select(Member).order_by(col(Member.id))).all()])


def titles(corps: Corps) -> dict[str, ActivityState]:
    """Return the activities and their states."""
    return corps.run(lambda s, _at: {a.title: a.state for a in s.exec(select(Activity)).all()})


def no(corps: Corps, who: int, operation: Any, *args: object) -> Reason:  # noqa: ANN401 - an operation
    """Return why an operation is refused."""
    with pytest.raises(Refused) as refusal:
        corps.do(who, operation, *args)
    return refusal.value.reason


def test_a_look_changes_nothing_and_says_what_would_come_of_it(corps: Corps) -> None:
    wang = corps.coordinator()
    corps.member("李强", "民建")
    found = taken(corps, wang, sheets(COMING, PAST)).outlook
    assert [one.name for one in found.members] == ["陈小红"]
    assert (found.known_members, found.past, len(found.activities), found.faults) == (1, 1, 2, ())
    assert found.unread == ("电话",), "a telephone number is not kept"
    assert ("陈小红", MemberStatus.ACTIVE) not in members(corps)
    assert titles(corps) == {}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", *COMING[1:]], "missing_title"),
        (["甲", "讲座和义诊", *COMING[2:]], "several"),
        (["甲", "讲座", "2026-02-30", *COMING[3:]], "impossible_date"),
        (["甲", "讲座", "2026-12-20", "16:00", "14:00", *COMING[5:]], "ends_before_start"),
        (["甲", "讲座", "2026-12-20", "16:00", "", *COMING[5:]], "missing_end"),
        ([*COMING[:6], "月球", *COMING[7:]], "unknown"),
        ([*COMING[:7], "", *COMING[8:]], "missing_slots"),
        ([*COMING[:8], "火星分团", "", ""], "unknown"),
        ([*PAST[:10], ""], "missing_reason"),
        (["甲" * 81, *COMING[1:]], "long"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_nothing_of_the_file_waits(corps: Corps, row: list[str], code: str) -> None:
    wang = corps.coordinator()
    shown = taken(corps, wang, sheets(COMING, row))
    (fault,) = shown.outlook.faults
    assert (fault.sheet, fault.row) == (1, 2)
    assert code == (fault.problem.code if fault.problem else fault.code)
    assert no(corps, wang, importing.apply, shown.digest, shown.outlook.sign) is Reason.IMPORT_GONE


def test_people_are_refused_by_name_team_and_when_they_are_there_twice(corps: Corps) -> None:
    book = [
        (
            "成员",
            [
                ["姓名", "分团"],
                ["张3", "民盟"],
                ["陈小红", "火星"],
                ["陈小红", ""],
                ["李强", "民建"],
                ["李强", "民建"],
                ["", "民建"],
            ],
        )
    ]
    found = taken(corps, corps.coordinator(), book).outlook
    assert [one.code for one in found.faults] == ["not_a_name", "no_such_team", "no_team", "twice", "no_name"]


def test_what_is_to_come_is_a_draft_and_what_is_over_waits_for_its_report(corps: Corps) -> None:
    wang = corps.coordinator()
    done = imported(corps, wang, COMING, PAST)
    assert (done.members, done.activities) == (2, 2)
    assert titles(corps) == {"健康义诊": ActivityState.DRAFT, "春季讲座": ActivityState.PUBLISHED}
    assert corps.run(lambda s, _at: s.exec(select(Draft)).all()) == [], (
        "the file's words are gone from the conversation"
    )


def test_a_back_entry_is_verified_by_somebody_else_than_who_reports_it(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    imported(corps, wang, PAST)
    activity = corps.run(lambda s, _at: s.exec(select(Activity.id)).one()) or 0
    listed = corps.run(lambda s, _at: s.exec(select(Member.id).where(Member.name == "陈小红")).one()) or 0
    corps.do(wang, roll_call.mark, activity, [listed], AttendanceState.PRESENT)
    corps.do(wang, reports.submit, activity, Account(30, CountedBy.HEADCOUNT))
    assert no(corps, wang, reports.verify, activity) is Reason.SAME_PERSON
    corps.do(li, reports.verify, activity)
    assert titles(corps)["春季讲座"] is ActivityState.VERIFIED


def test_only_what_was_shown_is_imported(corps: Corps) -> None:
    wang = corps.coordinator()
    shown = taken(corps, wang, sheets(COMING))
    corps.member("陈小红", "民盟")  # joined meanwhile
    assert no(corps, wang, importing.apply, shown.digest, shown.outlook.sign) is Reason.MOVED_ON
    other = taken(corps, wang, sheets(PAST), "b" * 64)
    assert no(corps, wang, importing.apply, shown.digest, shown.outlook.sign) is Reason.IMPORT_GONE, (
        "another file waits"
    )
    corps.do(wang, importing.apply, other.digest, other.outlook.sign)
    assert no(corps, wang, importing.apply, other.digest, other.outlook.sign) is Reason.IMPORT_GONE, "once"


def test_undoing_takes_back_what_nobody_has_used_and_names_what_somebody_has(corps: Corps) -> None:
    wang, li = corps.coordinator(), corps.coordinator("李统筹")
    done = imported(corps, wang, COMING, PAST, ["读书会", *COMING[1:]])
    book = corps.run(lambda s, _at: s.exec(select(Activity.id).where(Activity.title == "读书会")).one()) or 0
    corps.do(wang, planning.publish, book)
    join(corps, 900, "陈小红", "民盟", listed=True)
    assert corps.do(li, importing.latest) == done
    back = corps.do(li, importing.undo, done.digest)
    assert (back.members, back.activities, back.kept) == (1, 2, ("陈小红", "读书会"))
    assert "李强" not in [name for name, _ in members(corps)], "no name stays of who was taken back"
    assert titles(corps) == {"春季讲座": ActivityState.CANCELLED, "读书会": ActivityState.PUBLISHED}
    assert corps.do(li, importing.latest) is None
    assert no(corps, li, importing.undo, done.digest) is Reason.ALREADY_DECIDED
    again = imported(corps, wang, COMING, PAST)
    assert (again.members, again.activities) == (1, 2), "after undoing it can be imported again"


def test_undoing_takes_the_names_out_of_what_others_were_shown_and_wrote_since(corps: Corps) -> None:
    wang, page = corps.coordinator(), devices.new_address()
    corps.member("陈小红丽", "民建")
    old = corps.run(messages.keep, page, PageMessageKind.SENT, messages.Shown("另一位：李强", []))
    earlier = corps.publish(wang, corps.plan())
    corps.do(wang, cancelling.cancel, earlier, "李强来不了")
    corps.clock.push(dt.timedelta(days=12))
    done = imported(corps, wang, COMING)
    kept = corps.run(
        messages.keep, page, PageMessageKind.ANSWER, messages.Shown("陈小红、陈小红丽和李强", [[{"label": "李强"}]])
    )
    activity = corps.publish(wang, corps.plan(starts="2026-12-19 14:00", ends="2026-12-19 16:00"))
    corps.do(wang, cancelling.cancel, activity, "李强来不了")
    corps.clock.push(dt.timedelta(hours=1))
    corps.do(wang, importing.undo, done.digest)
    was = {name: erasure.pseudonym(number) for name, number in was_listed(corps)}
    shown = corps.run(messages.find, page, kept)
    assert shown is not None
    assert shown.shown == messages.Shown(f"{was['陈小红']}、陈小红丽和{was['李强']}", [[{"label": was["李强"]}]])
    assert corps.run(lambda s, _at: s.get_one(Activity, activity).cancel_reason) == f"{was['李强']}来不了"
    after = select(Audit).where(Audit.subject != f"activity:{earlier}")
    traced = corps.run(lambda s, _at: [(row.before, row.after) for row in s.exec(after).all()])
    owed = corps.run(lambda s, _at: [row.subject for row in s.exec(select(Notice)).all()])
    assert "李强" not in str((traced, owed))
    before = corps.run(messages.find, page, old)
    assert before is not None
    assert before.shown.html == "另一位：李强", "it is of somebody else, of before"
    assert corps.run(lambda s, _at: s.get_one(Activity, earlier).cancel_reason) == "李强来不了"


def was_listed(corps: Corps) -> list[tuple[str, int]]:
    """Return the names of the file with the rows that they stood in, in the file's order."""
    gone = select(Member.id).where(Member.status == MemberStatus.ERASED).order_by(col(Member.id))
    return list(
        zip(("陈小红", "李强"), [one or 0 for one in corps.run(lambda s, _at: s.exec(gone).all())], strict=True)
    )


def test_undoing_ends_after_a_day(corps: Corps) -> None:
    wang = corps.coordinator()
    done = imported(corps, wang, COMING)
    corps.clock.push(dt.timedelta(days=1))
    assert corps.do(wang, importing.latest) is None
    assert no(corps, wang, importing.undo, done.digest) is Reason.IMPORT_OLD


def test_a_file_that_nobody_confirms_is_forgotten_after_a_day(corps: Corps) -> None:
    wang = corps.coordinator()
    taken(corps, wang, sheets(COMING))
    corps.clock.push(dt.timedelta(hours=23))
    corps.run(importing.forget_unconfirmed)
    assert corps.do(wang, importing.see_again) is not None
    corps.clock.push(dt.timedelta(hours=1))
    corps.run(importing.forget_unconfirmed)
    assert corps.do(wang, importing.see_again) is None


def test_a_long_list_is_entered_in_as_few_statements_as_a_short_one(corps: Corps) -> None:
    wang = corps.coordinator()
    said: list[str] = []
    event.listen(corps.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    took = []
    for first, count in (("钱", 3), ("孙", 300)):
        names = [f"{first}{'一二三四五六七八九十'[n // 30]}{chr(0x4E2D + n % 30)}" for n in range(count)]
        rows = [["姓名", "分团"], *([name, "民盟"] for name in names)]
        shown = corps.do(wang, importing.take, [("成员", rows)], first * 64, "x", first)
        assert len(shown.outlook.members) == count
        before = len(said)
        assert corps.do(wang, importing.apply, shown.digest, shown.outlook.sign).members == count
        took.append(len(said) - before)
    assert took[1] <= took[0] + 4, "all others wait for it"
    before = len(said)
    assert corps.do(wang, importing.undo, shown.digest).members == 300
    assert len(said) - before < 40


def test_only_coordinators_import(corps: Corps) -> None:
    for who in (corps.leader("赵联络"), corps.member("张明")):
        for operation, args in (
            (importing.begin, ("1",)),
            (importing.take, (sheets(COMING), "a" * 64, "x", "1")),
            (importing.apply, ("a" * 12, "x")),
            (importing.undo, ("a" * 12,)),
            (importing.latest, ()),
        ):
            assert no(corps, who, operation, *args) is Reason.NOT_ALLOWED


def join(corps: Corps, who: int, name: str, team: str, *, listed: bool) -> joining.Decided:
    """Ask to join a team, and be admitted: as the person of its list, or as another one."""
    wang = corps.coordinator("某统筹")
    code = corps.do(wang, joining.invitation_of, corps.team(team))
    corps.do(who, joining.apply, code, name)
    own = corps.run(lambda s, at: recognise(s, at, telegram(who))).id
    applicant = corps.run(lambda s, _at: join_requests.find_applicant(s, own))
    assert applicant is not None
    assert bool(applicant.listed) is listed or not listed
    number = applicant.listed if listed else 0
    return corps.do(wang, joining.decide, own, applicant.sign, admit=True, listed=number)


def test_who_joins_under_a_listed_name_is_tied_to_that_row_by_who_admits(corps: Corps) -> None:
    wang = corps.coordinator()
    imported(corps, wang)
    listed = corps.run(lambda s, _at: s.exec(select(Member.id).where(Member.name == "陈小红")).one())
    decided = join(corps, 900, "陈小红", "民盟", listed=True)
    assert decided.person.member_id == listed, "the row that was listed has the address now"
    assert [name for name, _ in members(corps)].count("陈小红") == 1
    row = corps.run(lambda s, _at: s.get(Member, listed))
    assert row is not None
    assert row.consent_version is not None, "consent is the person's own"
    assert corps.do(900, signups.sign_up, corps.slot(corps.publish(wang))), "and they are a member like any other"
    traced = corps.run(lambda s, _at: s.exec(select(Audit.after).where(Audit.action == "member.tie")).one())
    assert traced == {"row": listed}


def test_a_namesake_stays_another_person_and_a_former_member_keeps_the_own_past(corps: Corps) -> None:
    wang = corps.coordinator()
    imported(corps, wang)
    decided = join(corps, 900, "陈小红", "民盟", listed=False)
    assert [name for name, _ in members(corps)].count("陈小红") == 2
    corps.do(900, signups.sign_up, corps.slot(corps.publish(wang)))
    corps.run(lambda s, _at: setattr(s.get(Member, decided.person.id), "status", MemberStatus.APPLICANT))
    found = corps.run(lambda s, _at: join_requests.find_applicant(s, decided.person.id))
    assert found is not None
    assert found.listed == 0


def test_a_forged_tie_is_refused(corps: Corps) -> None:
    wang = corps.coordinator()
    other = corps.member_id(corps.member("王芳"))
    code = corps.do(wang, joining.invitation_of, corps.team("民盟"))
    corps.do(900, joining.apply, code, "陈小红")
    own = corps.run(lambda s, at: recognise(s, at, telegram(900))).id
    with pytest.raises(Refused) as refusal:
        corps.do(wang, joining.decide, own, admit=True, listed=other)
    assert refusal.value.reason is Reason.MOVED_ON
