"""修改: what may be changed, what is re-aimed by it, and exactly whom it is told to, once."""

import datetime as dt

import pytest
from sqlmodel import col, select

from corps import notices
from corps.activities import planning
from corps.activities.planning import SlotPlan
from corps.attendance import check_in, report_requests, reports, roll_call
from corps.changes import change_notices, editing
from corps.changes.change_notices import Clash
from corps.changes.edit_answers import Edit, EditField
from corps.delivery import leasing
from corps.delivery.notice_facts import load
from corps.notices.kinds import URGENT, Kind
from corps.quotas import tally
from corps.refusals import Reason, Refused
from corps.signups import claims, reminders, signups, waitlist, withdrawals
from models import Activity, Notice, Slot
from models.enums import AttendanceState, CountedBy, NoticeState, SignUpState
from tests.base import Corps, all_due


class Scene:
    """A published lecture with a coordinator, a leader, somebody going and somebody who only got the card."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.wang = corps.coordinator()
        self.zhao = corps.leader("赵联络")
        self.zhang = corps.member("张明")
        self.bystander = corps.member("旁人")
        self.activity = corps.publish(self.wang)
        corps.do(self.zhang, signups.sign_up, corps.slot(self.activity, "志愿者"))

    def edit(self, field: EditField, slot: str | None = None, **value: object) -> editing.Changed:
        """Make a change as the coordinator."""
        slot_id = self.corps.slot(self.activity, slot) if slot else 0
        return self.corps.do(self.wang, editing.change, Edit(self.activity, field, value, slot_id))

    def move(self, starts: str, ends: str) -> editing.Changed:
        """Change the time."""
        return self.edit(EditField.TIME, starts=starts.replace(" ", "T"), ends=ends.replace(" ", "T"))

    def refusal(self, field: EditField, slot: str | None = None, **value: object) -> Reason:
        """Return why a change is refused."""
        with pytest.raises(Refused) as refused:
            self.edit(field, slot, **value)
        return refused.value.reason

    def row(self) -> Activity:
        """Return the activity."""
        return self.corps.run(lambda s, _at: s.get_one(Activity, self.activity))

    def deliver(self) -> list[notices.Due]:
        """Take what is due a little later, as the timetable does, and say that it arrived."""
        self.corps.clock.push(dt.timedelta(minutes=1))
        due = self.corps.run(all_due)
        self.corps.run(leasing.record, [(notice.id, notices.Sent("1")) for notice in due])
        return due


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_a_change_reaches_those_going_and_the_leaders_but_neither_bystanders_nor_the_actor(
    corps: Corps, scene: Scene
) -> None:
    done = scene.edit(EditField.PLACE, place="童家桥社区")
    assert scene.row().place == "童家桥社区"
    assert done.told == 2
    assert corps.told(Kind.CHANGED) == {scene.zhang, scene.zhao}


def test_those_offered_a_place_and_those_waiting_are_told_too(corps: Corps, scene: Scene) -> None:
    speaker = corps.slot(scene.activity, "主讲人")
    first, second, third = (corps.member(name) for name in ("甲", "乙", "丙"))
    corps.do(first, signups.sign_up, speaker)
    corps.do(second, signups.sign_up, speaker, wait=True)
    corps.do(third, signups.sign_up, speaker, wait=True)
    corps.do(first, withdrawals.withdraw, scene.activity)
    scene.deliver()
    scene.edit(EditField.TITLE, title="反诈讲座")
    assert corps.told(Kind.CHANGED) == {scene.zhang, scene.zhao, second, third}


def test_whoever_is_about_to_get_an_offer_reads_the_change_on_its_card(corps: Corps, scene: Scene) -> None:
    speaker = corps.slot(scene.activity, "主讲人")
    first, second = corps.member("甲"), corps.member("乙")
    corps.do(first, signups.sign_up, speaker)
    corps.do(second, signups.sign_up, speaker, wait=True)
    corps.do(first, withdrawals.withdraw, scene.activity)
    scene.edit(EditField.TITLE, title="反诈讲座")
    assert second in corps.told(Kind.OFFER)
    assert second not in corps.told(Kind.CHANGED)


@pytest.mark.parametrize("cancelled", [True, False], ids=["offer taken back", "offer still owed"])
def test_who_took_a_place_before_its_offer_went_out_is_told_of_a_change(
    corps: Corps, scene: Scene, monkeypatch: pytest.MonkeyPatch, cancelled: bool
) -> None:
    """From the card, in the quiet hours, say. The offer's message will not be sent, and so shows nothing."""
    if not cancelled:
        monkeypatch.setattr(notices, "cancel_owed", lambda *_: None)
    speaker = corps.slot(scene.activity, "主讲人")
    first, second = corps.member("甲"), corps.member("乙")
    corps.do(first, signups.sign_up, speaker)
    corps.do(second, signups.sign_up, speaker, wait=True)
    corps.do(first, withdrawals.withdraw, scene.activity)
    (offer,) = corps.owed(Kind.OFFER)
    corps.do(second, waitlist.accept, offer.subject["sign_up"])
    assert corps.told(Kind.OFFER) == (set() if cancelled else {second})
    scene.move("2026-12-05 15:00", "2026-12-05 17:00")
    assert second in corps.told(Kind.CHANGED)


def test_changes_before_delivery_become_one_message_with_the_first_old_value(corps: Corps, scene: Scene) -> None:
    scene.edit(EditField.PLACE, place="童家桥社区")
    scene.edit(EditField.PLACE, place="石井坡社区")
    scene.edit(EditField.TITLE, title="反诈讲座")
    (word,) = [notice for notice in corps.owed(Kind.CHANGED) if corps.to(notice) == scene.zhang]
    said = {delta.field: (delta.old, delta.new) for delta in change_notices.deltas(word.subject)}
    assert said[EditField.PLACE] == ("磁器口街道金蓉社区", "石井坡社区")
    assert said[EditField.TITLE] == ("防诈骗公益讲座", "反诈讲座")


def test_what_is_changed_back_before_it_is_told_is_not_told(corps: Corps, scene: Scene) -> None:
    scene.edit(EditField.PLACE, place="童家桥社区")
    scene.edit(EditField.PLACE, place="磁器口街道金蓉社区")
    assert corps.owed(Kind.CHANGED) == []
    assert {n.state for n in corps.owed(Kind.CHANGED, None)} == {NoticeState.CANCELLED}


def test_a_change_after_delivery_is_a_message_of_its_own(corps: Corps, scene: Scene) -> None:
    scene.edit(EditField.PLACE, place="童家桥社区")
    scene.deliver()
    scene.edit(EditField.PLACE, place="石井坡社区")
    (word,) = [notice for notice in corps.owed(Kind.CHANGED) if corps.to(notice) == scene.zhang]
    (delta,) = change_notices.deltas(word.subject)
    assert delta.old == "童家桥社区"


def test_word_waits_while_the_coordinator_has_the_fields_open_again(corps: Corps, scene: Scene) -> None:
    scene.edit(EditField.PLACE, place="童家桥社区")
    corps.do(scene.wang, editing.open_for_editing, scene.activity)
    corps.clock.push(dt.timedelta(seconds=30))
    assert not [due for due in corps.run(all_due) if due.kind is Kind.CHANGED]
    corps.clock.push(change_notices.HOLDS)
    assert len([due for due in corps.run(all_due) if due.kind is Kind.CHANGED]) == 2


def test_a_slot_added_and_taken_out_again_before_delivery_leaves_no_word(corps: Corps, scene: Scene) -> None:
    line = {"role": "摄影", "places": 1, "category": None, "team": None, "open": False}
    scene.edit(EditField.ADD, slots=[line])
    scene.edit(EditField.PLACES, "摄影", places=2)
    scene.edit(EditField.REMOVE, "摄影")
    assert corps.owed(Kind.CHANGED) == []


def test_a_new_time_moves_the_year_it_counts_for(corps: Corps, scene: Scene) -> None:
    scene.move("2027-01-09 14:00", "2027-01-09 16:00")
    row = scene.row()
    assert (row.year, row.local_date) == (2027, dt.date(2027, 1, 9))
    assert corps.run(tally.tally, 2027).lines[0].planned == 1
    assert corps.run(tally.tally, 2026).lines[0].planned == 0


def test_reminders_of_the_old_time_are_cancelled_and_those_of_the_new_time_come(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-04 14:00")
    corps.run(reminders.owe_reminders)
    assert corps.told(Kind.REMINDER) == {scene.zhang}
    scene.move("2026-12-08 14:00", "2026-12-08 16:00")
    assert corps.owed(Kind.REMINDER) == []
    corps.clock.set_wall("2026-12-05 13:30")
    assert corps.run(reminders.owe_reminders) == 0
    corps.clock.set_wall("2026-12-07 14:00")
    assert corps.run(reminders.owe_reminders) == 1


def test_a_reminder_that_the_new_time_has_made_due_is_not_sent_on_top_of_the_change(corps: Corps, scene: Scene) -> None:
    scene.move("2026-12-02 20:00", "2026-12-02 21:00")
    assert corps.run(reminders.owe_reminders) == 0
    corps.clock.set_wall("2026-12-02 18:00")
    assert corps.run(reminders.owe_reminders) == 1


def test_open_offers_get_the_deadline_of_the_new_time(corps: Corps, scene: Scene) -> None:
    speaker = corps.slot(scene.activity, "主讲人")
    first, second = corps.member("甲"), corps.member("乙")
    corps.do(first, signups.sign_up, speaker)
    corps.do(second, signups.sign_up, speaker, wait=True)
    corps.do(first, withdrawals.withdraw, scene.activity)
    scene.move("2026-12-02 18:00", "2026-12-02 19:00")
    (offer,) = corps.owed(Kind.OFFER)
    assert offer.expires_at == corps.instant("2026-12-02 11:00")
    corps.clock.set_wall("2026-12-02 11:01")
    assert corps.run(waitlist.lapse) == 1


def test_a_card_still_owed_stays_of_use_until_the_new_start(corps: Corps, scene: Scene) -> None:
    scene.move("2026-12-09 14:00", "2026-12-09 16:00")
    assert {notice.expires_at for notice in corps.owed(Kind.CARD)} == {corps.instant("2026-12-09 14:00")}


def test_whoever_is_expected_elsewhere_at_the_new_time_reads_so(corps: Corps, scene: Scene) -> None:
    other = corps.publish(scene.wang, corps.plan("义诊", "2026-12-06 09:00", "2026-12-06 11:00"))
    corps.do(scene.zhang, signups.sign_up, corps.slot(other))
    when = {"starts": "2026-12-06T10:00", "ends": "2026-12-06T12:00"}
    proposal = corps.do(scene.wang, editing.propose, Edit(scene.activity, EditField.TIME, when))
    assert proposal.clashing == 1
    assert [caution.what for caution in proposal.cautions] == ["义诊"]
    scene.edit(EditField.TIME, **when)
    corps.clock.push(dt.timedelta(minutes=1))
    words = {due.address.number: due for due in corps.run(all_due) if due.kind is Kind.CHANGED}
    facts = {who: corps.run(load, due) for who, due in words.items()}
    assert {who: f.find(Clash) for who, f in facts.items() if f} == {scene.zhang: Clash("义诊"), scene.zhao: None}


def test_a_proposal_changes_nothing(corps: Corps, scene: Scene) -> None:
    edit = Edit(scene.activity, EditField.PLACE, {"place": "童家桥社区"})
    proposal = corps.do(scene.wang, editing.propose, edit)
    assert (proposal.delta.old, proposal.delta.new, proposal.told) == ("磁器口街道金蓉社区", "童家桥社区", 2)
    assert scene.row().place == "磁器口街道金蓉社区"
    assert corps.owed(Kind.CHANGED) == []


def test_a_change_within_twelve_hours_does_not_wait_for_the_morning(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-05 05:00")
    scene.edit(EditField.PLACE, place="童家桥社区")
    assert {notice.priority for notice in corps.owed(Kind.CHANGED)} == {URGENT}


def test_a_change_well_ahead_is_not_urgent_until_it_moves_the_start_near(corps: Corps, scene: Scene) -> None:
    scene.edit(EditField.PLACE, place="童家桥社区")
    assert URGENT not in {notice.priority for notice in corps.owed(Kind.CHANGED)}
    scene.move("2026-12-02 20:00", "2026-12-02 21:00")
    assert {notice.priority for notice in corps.owed(Kind.CHANGED)} == {URGENT}


def test_more_places_are_offered_to_those_who_wait_and_only_leaders_hear_of_the_number(
    corps: Corps, scene: Scene
) -> None:
    speaker = corps.slot(scene.activity, "主讲人")
    first, second, third = (corps.member(name) for name in ("甲", "乙", "丙"))
    corps.do(first, signups.sign_up, speaker)
    for person in (second, third):
        corps.do(person, signups.sign_up, speaker, wait=True)
    scene.edit(EditField.PLACES, "主讲人", places=2)
    assert corps.sign_ups(speaker)[second] is SignUpState.OFFERED
    assert corps.sign_ups(speaker)[third] is SignUpState.WAITLISTED
    assert corps.told(Kind.OFFER) == {second}
    assert corps.told(Kind.CHANGED) == {scene.zhao}


def test_no_slot_shrinks_below_the_places_taken(corps: Corps, scene: Scene) -> None:
    corps.do(scene.bystander, signups.sign_up, corps.slot(scene.activity, "志愿者"))
    with pytest.raises(Refused) as refused:
        scene.edit(EditField.PLACES, "志愿者", places=1)
    assert (refused.value.reason, refused.value.facts["taken"]) == (Reason.BELOW_TAKEN, 2)
    scene.edit(EditField.PLACES, "志愿者", places=2)


def test_a_renamed_role_is_told_to_those_in_it(corps: Corps, scene: Scene) -> None:
    corps.do(scene.bystander, signups.sign_up, corps.slot(scene.activity, "主讲人"))
    scene.edit(EditField.ROLE, "志愿者", role="引导员")
    assert corps.told(Kind.CHANGED) == {scene.zhang, scene.zhao}


def test_a_slot_somebody_holds_cannot_be_taken_out_nor_the_last_one(corps: Corps, scene: Scene) -> None:
    assert scene.refusal(EditField.REMOVE, "志愿者") is Reason.HAS_SIGN_UPS
    scene.edit(EditField.REMOVE, "主讲人")
    corps.do(scene.zhang, withdrawals.withdraw, scene.activity)
    assert scene.refusal(EditField.REMOVE, "志愿者") is Reason.LAST_SLOT


def test_a_slot_everybody_has_left_can_be_taken_out(corps: Corps, scene: Scene) -> None:
    corps.do(scene.zhang, withdrawals.withdraw, scene.activity)
    scene.edit(EditField.REMOVE, "志愿者")
    roles = corps.run(lambda s, _at: s.exec(select(Slot.role).where(Slot.activity_id == scene.activity)).all())
    assert list(roles) == ["主讲人"]


def test_a_new_slot_is_the_teams_like_the_others(corps: Corps, scene: Scene) -> None:
    line = {"role": "摄影", "places": 1, "category": None, "team": None, "open": False}
    scene.edit(EditField.ADD, slots=[line])
    photographer = corps.slot(scene.activity, "摄影")
    assert corps.do(scene.bystander, signups.sign_up, photographer).state is SignUpState.GOING
    assert corps.told(Kind.CHANGED) == {scene.zhao}


def test_a_new_slot_open_to_claim_brings_the_card_to_all_leaders(corps: Corps, scene: Scene) -> None:
    qian = corps.leader("钱联络", "农工党")
    line = {"role": "医生", "places": 2, "category": "clinic", "team": None, "open": True}
    scene.edit(EditField.ADD, slots=[line])
    assert qian in corps.told(Kind.CARD)
    assert corps.do(qian, claims.claim, corps.slot(scene.activity, "医生")).role == "医生"


def test_one_more_team_shares_what_the_only_team_had_to_itself(corps: Corps, scene: Scene) -> None:
    doctor = corps.member("李医生", "农工党")
    scene.edit(EditField.TEAM, teams=[corps.team("农工党")])
    assert doctor in corps.told(Kind.CARD)
    slot = corps.slot(scene.activity, "志愿者")
    assert corps.do(doctor, signups.sign_up, slot).state is SignUpState.GOING
    assert corps.sign_ups(slot)[scene.zhang] is SignUpState.GOING
    assert scene.refusal(EditField.TEAM, teams=[corps.team("农工党")]) is Reason.TEAM_THERE


def test_the_same_value_is_no_change(scene: Scene) -> None:
    assert scene.refusal(EditField.PLACE, place="磁器口街道金蓉社区") is Reason.NOTHING_CHANGED


def test_nothing_is_moved_into_the_past(scene: Scene) -> None:
    value = {"starts": "2026-12-01T14:00", "ends": "2026-12-01T16:00"}
    assert scene.refusal(EditField.TIME, **value) is Reason.PAST_TIME


def test_after_the_start_the_time_can_be_put_right_but_not_moved_away_from_those_who_came(
    corps: Corps, scene: Scene
) -> None:
    corps.clock.set_wall("2026-12-05 14:10")
    corps.do(scene.zhang, check_in.check_in, scene.activity)
    scene.move("2026-12-05 14:05", "2026-12-05 17:00")
    later = {"starts": "2026-12-06T14:00", "ends": "2026-12-06T16:00"}
    assert scene.refusal(EditField.TIME, **later) is Reason.SOMEBODY_CAME


def test_what_was_put_right_after_the_end_disturbs_nobody(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-05 17:00")
    assert scene.move("2026-12-05 14:00", "2026-12-05 16:30").told == 0
    assert corps.owed(Kind.CHANGED) == []


def test_what_is_reported_is_only_put_right_and_what_is_verified_is_not_changed(corps: Corps, scene: Scene) -> None:
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(scene.zhao, roll_call.mark, scene.activity, [corps.member_id(scene.zhang)], AttendanceState.PRESENT)
    corps.do(scene.zhao, reports.submit, scene.activity, reports.Account(80, CountedBy.HEADCOUNT))
    assert scene.refusal(EditField.PLACES, "志愿者", places=9) is Reason.REPORTED
    hours = {"starts": "2026-12-05T15:00", "ends": "2026-12-05T16:00"}
    assert scene.refusal(EditField.TIME, **hours) is Reason.REPORTED, "marks and hours hang on the time"
    corps.do(corps.coordinator("李统筹"), reports.verify, scene.activity)
    assert scene.refusal(EditField.PLACE, place="别处") is Reason.VERIFIED


@pytest.mark.parametrize("who", ["zhao", "zhang"])
def test_only_coordinators_change_an_activity(corps: Corps, scene: Scene, who: str) -> None:
    with pytest.raises(Refused) as refused:
        corps.do(getattr(scene, who), editing.change, Edit(scene.activity, EditField.PLACE, {"place": "别处"}))
    assert refused.value.reason is Reason.NOT_ALLOWED


def test_a_draft_is_changed_without_a_word_to_anybody(corps: Corps, scene: Scene) -> None:
    draft = corps.do(scene.wang, planning.draft, corps.plan("草稿"))
    edit = Edit(draft, EditField.TIME, {"starts": "2026-12-12T09:00", "ends": "2026-12-12T10:00"})
    assert corps.do(scene.wang, editing.change, edit).told == 0
    assert corps.owed(Kind.CHANGED) == []


def test_a_joint_activity_tells_the_leaders_of_every_team(corps: Corps) -> None:
    wang = corps.coordinator()
    leaders = {corps.leader("赵"), corps.leader("钱", "农工党")}
    corps.leader("孙", "民建")
    slots = (SlotPlan("医生", "clinic", 2, corps.team("农工党")), SlotPlan("志愿者", "clinic", 5))
    joint = corps.publish(wang, corps.plan("义诊", slots=slots, teams=("民盟", "农工党")))
    corps.do(wang, editing.change, Edit(joint, EditField.PLACE, {"place": "三峡广场"}))
    assert corps.told(Kind.CHANGED) == leaders


def test_a_key_never_owes_the_same_change_twice(corps: Corps, scene: Scene) -> None:
    scene.edit(EditField.PLACE, place="童家桥社区")
    scene.deliver()
    scene.edit(EditField.PLACE, place="磁器口街道金蓉社区")
    keys = corps.run(lambda s, _at: s.exec(select(Notice.key).where(col(Notice.kind) == "changed")).all())
    assert len(keys) == len(set(keys)) == 4


def test_the_button_of_a_slot_that_was_taken_out_never_leads_to_another_one(corps: Corps) -> None:
    scene = Scene(corps)
    removed = scene.corps.slot(scene.activity, "志愿者")
    corps.do(scene.zhang, withdrawals.withdraw, scene.activity)
    scene.edit(EditField.REMOVE, "志愿者")
    other = corps.publish(scene.wang, corps.plan("健康义诊", "2026-12-06 09:00", "2026-12-06 11:00"))
    assert corps.slot(other) > removed
    with pytest.raises(Refused) as refused:
        corps.do(scene.zhang, signups.sign_up, removed)
    assert refused.value.reason is Reason.GONE


def test_an_offer_is_heard_though_an_earlier_sign_up_went_with_its_slot(corps: Corps) -> None:
    """The key of an offer's notice carries the sign-up's id: a used one would swallow the new offer."""
    scene = Scene(corps)
    slots = (SlotPlan("讲解", "lecture", 1, corps.team("民盟")), SlotPlan("志愿者", "lecture", 1, corps.team("民盟")))
    heard = []
    for title, day in (("一", "2026-12-10"), ("二", "2026-12-11")):
        activity = corps.publish(scene.wang, corps.plan(title, f"{day} 14:00", f"{day} 16:00", slots))
        slot = corps.slot(activity, "志愿者")
        first, second = corps.member(f"甲{title}"), corps.member(f"乙{title}")
        corps.do(first, signups.sign_up, slot)
        corps.do(second, signups.sign_up, slot, wait=True)
        corps.do(first, withdrawals.withdraw, activity)
        heard.append(second in corps.told(Kind.OFFER))
        corps.do(second, withdrawals.withdraw, activity)
        corps.do(scene.wang, editing.change, Edit(activity, EditField.REMOVE, {}, slot))
    assert heard == [True, True]


def test_the_time_of_a_draft_that_is_under_way_may_be_put_right_but_not_end_in_the_past(corps: Corps) -> None:
    wang = corps.coordinator()
    draft = corps.do(wang, planning.draft, corps.plan(starts="2026-12-02 09:30", ends="2026-12-02 11:00"))
    corps.do(
        wang, editing.change, Edit(draft, EditField.TIME, {"starts": "2026-12-02T09:00", "ends": "2026-12-02T12:00"})
    )
    ended = {"starts": "2026-12-02T08:00", "ends": "2026-12-02T09:00"}
    with pytest.raises(Refused) as refused:
        corps.do(wang, editing.change, Edit(draft, EditField.TIME, ended))
    assert refused.value.reason is Reason.PAST_TIME
    published = corps.do(wang, planning.publish, draft)
    assert (published.under_way, published.back_entry, published.told) == (True, False, 0)


def test_a_back_entry_that_turns_out_to_be_under_way_is_none_any_more(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    plan = corps.plan(starts="2026-12-02 08:00", ends="2026-12-02 09:30", back_entry_reason="忘了登记")
    activity = corps.publish(wang, plan)
    time = {"starts": "2026-12-02T08:00", "ends": "2026-12-02T11:30"}
    corps.do(wang, editing.change, Edit(activity, EditField.TIME, time))
    corps.clock.set_wall("2026-12-02 11:35")
    corps.run(report_requests.owe_report_requests)
    assert corps.told(Kind.REPORT_REQUEST) == {zhao}
