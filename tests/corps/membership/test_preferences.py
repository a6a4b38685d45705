"""People choose how they are spoken to; a pause spares them what is optional, and nothing else."""

import dataclasses
import datetime as dt

import pytest
from sqlmodel import Session, select

from corps.membership import preferences
from corps.membership.preferences import UNTIL_FURTHER_NOTICE, Language, Pause
from corps.moment import Moment
from corps.notices import Owed, owe
from corps.notices.declarations import DECLARED
from corps.notices.kinds import Kind
from corps.people import Actor
from corps.refusals import Reason, Refused
from corps.signups import reminders, signups
from models import Member, Notice
from models.enums import NoticeState
from tests.base import Corps, all_due
from tests.corps.membership.test_roles import owed, row
from tests.corps.membership.test_transfers import slots


def test_a_new_member_has_all_reminders_and_no_pause(corps: Corps) -> None:
    chosen = corps.do(corps.member("张明"), preferences.read)
    assert chosen.reminders
    assert [(lead.minutes, lead.on) for lead in chosen.leads] == [(4320, True), (1440, True), (120, True)]
    assert chosen.paused_until is None


def test_a_stranger_has_nothing_to_set(corps: Corps) -> None:
    for operation, value in ((preferences.set_language, Language.EN), (preferences.set_pause, Pause.WEEK)):
        with pytest.raises(Refused) as no:
            corps.do(99, operation, value)  # type: ignore[arg-type]
        assert no.value.reason is Reason.NOT_MEMBER


def test_a_lead_not_wanted_sends_no_reminder_and_the_others_do(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.do(zhang, signups.sign_up, slots(corps, corps.publish(wang))[1])
    corps.do(zhang, preferences.set_lead, 1440, on=False)
    corps.clock.set_wall("2026-12-04 14:00")
    corps.run(reminders.owe_reminders)
    assert owed(corps, zhang, Kind.REMINDER) == 0
    corps.clock.set_wall("2026-12-05 12:00")
    corps.run(reminders.owe_reminders)
    assert owed(corps, zhang, Kind.REMINDER) == 1


def test_wanting_every_lead_again_follows_the_corps_from_then_on(corps: Corps) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, preferences.set_lead, 120, on=False)
    assert row(corps, zhang).lead_minutes == [120]
    corps.do(zhang, preferences.set_lead, 120, on=True)
    assert row(corps, zhang).lead_minutes is None


def test_a_lead_the_corps_does_not_have_is_refused(corps: Corps) -> None:
    with pytest.raises(Refused) as no:
        corps.do(corps.member("张明"), preferences.set_lead, 7, on=True)
    assert no.value.reason is Reason.LEAD_GONE, "the corps' leads have changed since the button was shown"


def test_reminders_off_means_none(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.do(zhang, signups.sign_up, slots(corps, corps.publish(wang))[1])
    corps.do(zhang, preferences.set_reminders, on=False)
    corps.clock.set_wall("2026-12-05 12:00")
    corps.run(reminders.owe_reminders)
    assert owed(corps, zhang, Kind.REMINDER) == 0


def test_who_has_paused_gets_no_card_of_a_new_activity(corps: Corps) -> None:
    wang, zhang, li = corps.coordinator(), corps.member("张明"), corps.member("李华")
    corps.do(zhang, preferences.set_pause, Pause.WEEK)
    corps.publish(wang)
    assert (owed(corps, zhang, Kind.CARD), owed(corps, li, Kind.CARD)) == (0, 1)


def test_a_card_already_owed_does_not_break_the_pause(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.publish(wang)
    corps.do(zhang, preferences.set_pause, Pause.OPEN)
    assert [due for due in corps.run(all_due) if due.address.number == zhang] == []
    mine = select(Notice.state).where(Notice.member_id == corps.member_id(zhang))
    assert corps.run(lambda s, _at: s.exec(mine).all()) == [NoticeState.CANCELLED]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_pause_holds_off_cards_reminders_and_digests_only(corps: Corps, kind: Kind) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, preferences.set_pause, Pause.MONTH)
    held_off = {Kind.CARD, Kind.REMINDER, Kind.QUOTA, Kind.TEAM_DIGEST, Kind.UNFILLED, Kind.INVITE, Kind.AGAIN}
    held_off |= {Kind.RATING, Kind.PUBLICITY}
    new = corps.run(lambda s, at: owe(s, at, [Owed(kind, f"x:{kind}", s.exec(select(Member)).one())]))
    assert new == (0 if kind in held_off else 1)
    assert {kind for kind, known in DECLARED.items() if known.optional} == held_off


def test_a_pause_ends_by_itself_or_by_the_person(corps: Corps) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, preferences.set_pause, Pause.WEEK)
    corps.clock.push(dt.timedelta(days=7, minutes=1))
    assert corps.do(zhang, preferences.read).paused_until is None
    corps.do(zhang, preferences.set_pause, Pause.OPEN)
    corps.clock.push(dt.timedelta(days=400))
    chosen = corps.do(zhang, preferences.read)
    assert chosen.paused_open
    assert row(corps, zhang).paused_until == UNTIL_FURTHER_NOTICE
    corps.do(zhang, preferences.set_pause, Pause.OVER)
    assert corps.do(zhang, preferences.read).paused_until is None


def test_a_name_is_corrected_with_a_trace(corps: Corps) -> None:
    zhang = corps.member("张名")
    assert corps.do(zhang, preferences.rename, "　张明 ") == "张明"
    assert row(corps, zhang).name == "张明"


@pytest.mark.parametrize("typed", ["", "张", "13800138000", "张" * 31, "<b>张明</b>", "张明\n李华3", "😀😀"])
def test_what_is_no_name_is_refused(corps: Corps, typed: str) -> None:
    zhang = corps.member("张明")
    with pytest.raises(Refused) as no:
        corps.do(zhang, preferences.rename, typed)
    assert no.value.reason is Reason.NOT_A_NAME
    assert row(corps, zhang).name == "张明"


def with_leads(corps: Corps, *hours: int) -> Moment:
    """Return the moment in a corps whose settings ask for other reminders."""
    policy = dataclasses.replace(corps.database.policy, leads=tuple(dt.timedelta(hours=hour) for hour in hours))
    return Moment(corps.clock.now(), policy)


def leads_of(corps: Corps, who: int, at: Moment) -> dict[int, bool]:
    """Return the reminders a person is shown as on or off, by minutes."""
    chosen = corps.do(who, lambda session, actor, _at: preferences.read(session, actor, at))
    assert chosen.reminders
    return {lead.minutes: lead.on for lead in chosen.leads}


def test_other_leads_in_the_settings_reach_whoever_had_switched_one_of_the_old_ones_off(corps: Corps) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, preferences.set_lead, 1440, on=False)
    assert leads_of(corps, zhang, with_leads(corps, 48, 3)) == {2880: True, 180: True}
    assert leads_of(corps, zhang, with_leads(corps, 48, 24)) == {2880: True, 1440: False}


def test_a_refusal_outlives_other_leads_whatever_is_switched_meanwhile(corps: Corps) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, preferences.set_lead, 1440, on=False)
    first = corps.database.policy.leads
    corps.database.policy = dataclasses.replace(corps.database.policy, leads=(dt.timedelta(hours=2),))
    corps.do(zhang, preferences.set_lead, 120, on=False)
    assert (row(corps, zhang).reminders, row(corps, zhang).lead_minutes) == (False, [1440])
    corps.do(zhang, preferences.set_reminders, on=True)
    corps.database.policy = dataclasses.replace(corps.database.policy, leads=first)
    assert corps.do(zhang, leads_on) == [4320, 120]


def test_who_switches_reminders_on_gets_some_even_where_the_only_one_left_had_been_refused(corps: Corps) -> None:
    zhang = corps.member("张明")
    corps.do(zhang, preferences.set_lead, 120, on=False)
    corps.do(zhang, preferences.set_reminders, on=False)
    corps.database.policy = dataclasses.replace(corps.database.policy, leads=(dt.timedelta(hours=2),))
    corps.do(zhang, preferences.set_reminders, on=True)
    assert corps.do(zhang, leads_on) == [120]


def leads_on(session: Session, actor: Actor, at: Moment) -> list[int]:
    """Return the reminders that somebody gets, by minutes."""
    return [lead.minutes for lead in preferences.read(session, actor, at).leads if lead.on]


def test_a_reminder_goes_out_by_the_new_leads_to_whoever_refused_an_old_one(corps: Corps) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    corps.do(zhang, signups.sign_up, slots(corps, corps.publish(wang))[1])
    corps.do(zhang, preferences.set_lead, 1440, on=False)
    corps.clock.set_wall("2026-12-03 15:00")
    corps.run(lambda session, _at: reminders.owe_reminders(session, with_leads(corps, 48, 3)))
    assert owed(corps, zhang, Kind.REMINDER) == 1


def test_whoever_refuses_the_last_reminder_has_switched_them_off_and_may_want_one_again(corps: Corps) -> None:
    zhang = corps.member("张明")
    for minutes in (4320, 1440, 120):
        corps.do(zhang, preferences.set_lead, minutes, on=False)
    assert (row(corps, zhang).reminders, row(corps, zhang).lead_minutes) == (False, None)
    corps.do(zhang, preferences.set_lead, 120, on=True)
    assert (row(corps, zhang).reminders, row(corps, zhang).lead_minutes) == (True, [4320, 1440])


@pytest.mark.parametrize(
    ("wanted", "refused", "on"),
    [
        ([4320, 1440], [120], True),
        ([], None, False),
        ([2880], None, True),
        (None, None, True),
    ],
)
def test_what_was_stored_as_wanted_becomes_what_was_refused_once(
    corps: Corps, wanted: list[int] | None, refused: list[int] | None, *, on: bool
) -> None:
    zhang = corps.member("张明")

    def store(session: Session, _at: Moment) -> None:
        member = session.exec(select(Member).where(Member.name == "张明")).one()
        member.lead_minutes = wanted
        session.add(member)

    corps.run(store)
    corps.run(preferences.keep_refusals)
    assert (row(corps, zhang).lead_minutes, row(corps, zhang).reminders) == (refused, on)
    corps.run(preferences.keep_refusals)
    assert row(corps, zhang).lead_minutes == refused
