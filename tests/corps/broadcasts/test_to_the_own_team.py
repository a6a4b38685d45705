"""A leader writes to the own team, and to nobody else, whatever buttons are forged."""

import pytest

from bot.telegram.formatting import TEXT_LIMITS
from corps.addresses import telegram
from corps.broadcasts import acknowledgements, broadcasts, compose_form, live_cards, person_lists, timing
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.compose_form import SentPiece
from corps.broadcasts.compose_options import Step
from corps.broadcasts.content import Content
from corps.broadcasts.progress import Progress
from corps.membership import roles
from corps.notices.kinds import Kind
from corps.refusals import Reason
from models import Broadcast
from models.enums import BroadcastState
from tests.base import Corps
from tests.corps.broadcasts.steps import CARD, deliver, refused, sent


def written(corps: Corps, leader: int) -> broadcasts.Preview:
    """Let a leader write a text and look at the preview."""
    stand = corps.do(leader, compose_form.absorb, SentPiece("周六集合"), "1", TEXT_LIMITS, afresh=True)
    assert stand.preview is not None
    return stand.preview


def test_it_goes_to_the_own_team_alone_and_the_leader_sees_who_has_answered(corps: Corps) -> None:
    zhao, zhang, li = corps.leader("赵联络"), corps.member("张明"), corps.member("李伟")
    corps.coordinator(), corps.member("孙平", "民建")
    preview = written(corps, zhao)
    assert (preview.people, preview.may_choose) == (2, False)
    corps.do(zhao, compose_form.send, preview.id, preview.revision, (telegram(zhao), "2"))
    assert corps.told(Kind.BROADCAST) == {zhang, li}
    deliver(corps)
    corps.do(zhang, acknowledgements.acknowledge, preview.id)
    card = corps.do(zhao, live_cards.see, preview.id)
    assert isinstance(card, Progress)
    assert (card.total.acknowledged, card.total.silent) == (1, 1)
    number, _ = corps.do(zhao, live_cards.nudge, preview.id)
    assert (number, corps.told(Kind.NUDGE)) == (1, {li})
    assert corps.do(zhao, person_lists.silent, preview.id, 0, 10)
    assert [former.id for former in corps.do(zhao, live_cards.recent)] == [preview.id]


def test_a_receipt_that_is_typed_is_noted_for_the_one_that_waits_and_of_several_it_is_asked_which(corps: Corps) -> None:
    zhao, zhang = corps.leader("赵联络"), corps.member("张明")
    numbers = []
    for _ in range(2):
        preview = written(corps, zhao)
        corps.do(zhao, compose_form.send, preview.id, preview.revision, (telegram(zhao), "2"))
        deliver(corps)
        numbers.append(preview.id)
    assert corps.do(zhang, acknowledgements.take_typed)[1] is None
    assert [number for number, _ in corps.do(zhang, acknowledgements.take_typed)[0].waiting] == numbers[::-1]
    corps.do(zhang, acknowledgements.acknowledge, numbers[1])
    typed, _ = corps.do(zhang, acknowledgements.take_typed)
    assert (typed.settled, typed.waiting[0][0]) == (True, numbers[0])
    assert corps.do(zhang, acknowledgements.take_typed)[0].waiting == ()


@pytest.mark.parametrize(
    ("step", "value"), [(Step.AUDIENCE, "all"), (Step.AUDIENCE, "leaders"), (Step.TEAMS, "done"), (Step.CATEGORY, "x")]
)
def test_a_forged_choice_of_others_leaves_it_with_the_own_team(corps: Corps, step: Step, value: str) -> None:
    zhao = corps.leader("赵联络")
    corps.member("张明"), corps.member("孙平", "民建")
    written(corps, zhao)
    if step is Step.TEAMS:
        corps.do(zhao, compose_form.choose, Step.TEAMS, str(corps.team("民建")))
    stand = corps.do(zhao, compose_form.choose, step, value)
    assert stand.preview is not None
    assert stand.preview.audience == Audience(Scope.TEAMS, teams=(corps.team("民盟"),))


@pytest.mark.parametrize("scope", list(Scope))
def test_what_is_for_others_is_refused_where_it_is_stored(corps: Corps, scope: Scope) -> None:
    zhao = corps.leader("赵联络")
    corps.member("孙平", "民建")
    other = Audience(scope, teams=(corps.team("民建"), corps.team("民盟")))
    with refused(Reason.NOT_ALLOWED):
        corps.do(zhao, broadcasts.prepare, Content("大家好"), other)


def test_others_broadcasts_are_none_of_a_leaders_business(corps: Corps) -> None:
    wang, zhao, other = corps.coordinator(), corps.leader("赵联络"), corps.leader("钱联络")
    corps.member("张明")
    theirs, preview = sent(corps, wang), written(corps, other)
    corps.do(other, compose_form.send, preview.id, preview.revision, CARD)
    for one in (theirs, preview.id):
        for operation in (live_cards.see, live_cards.nudge, live_cards.stop, compose_form.reopen, compose_form.cancel):
            with refused(Reason.NOT_ALLOWED):
                corps.do(zhao, operation, one)
        with refused(Reason.NOT_ALLOWED):
            corps.do(zhao, person_lists.silent, one, 0, 10)
    assert corps.do(zhao, live_cards.recent) == []
    assert corps.do(wang, live_cards.see, preview.id), "a coordinator looks after all of them"
    with refused(Reason.NOT_ALLOWED):
        corps.do(corps.member("李伟"), compose_form.begin, "9")


def test_who_leads_no_more_sends_no_more_also_not_at_the_hour_that_was_set(corps: Corps) -> None:
    wang, zhao = corps.coordinator(), corps.leader("赵联络")
    corps.member("张明")
    preview = written(corps, zhao)
    corps.do(zhao, timing.schedule, preview.id, preview.revision, corps.instant("2026-12-03 09:00"), CARD)
    corps.do(wang, roles.set_leader, corps.member_id(zhao), on=False)
    corps.clock.set_wall("2026-12-03 09:01")
    corps.run(timing.start_due)
    row = corps.run(lambda s, _at: s.get_one(Broadcast, preview.id))
    assert row.state is BroadcastState.MISSED
    assert corps.told(Kind.BROADCAST) == set()
    with refused(Reason.NOT_ALLOWED):
        corps.do(zhao, broadcasts.confirm, preview.id, preview.revision, CARD)


def test_a_scheduled_one_of_a_leader_goes_out_at_its_hour(corps: Corps) -> None:
    zhao, zhang = corps.leader("赵联络"), corps.member("张明")
    preview = written(corps, zhao)
    corps.do(zhao, timing.schedule, preview.id, preview.revision, corps.instant("2026-12-03 09:00"), CARD)
    corps.clock.set_wall("2026-12-03 09:01")
    corps.run(timing.start_due)
    assert corps.told(Kind.BROADCAST) == {zhang}
