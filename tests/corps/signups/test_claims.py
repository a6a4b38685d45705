"""认领: one team a slot, its members hear of it, and it can be given back while nobody is in."""

import pytest

from corps.activities.planning import SlotPlan
from corps.changes import cancelling
from corps.notices.kinds import Kind
from corps.refusals import Reason, Refused
from corps.signups import claims, signups, withdrawals
from models.enums import SignUpState
from tests.base import Corps


class Scene:
    """An activity with a slot open to claim."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.wang = corps.coordinator()
        self.zhao, self.qian = corps.leader("赵"), corps.leader("钱", "农工党")
        self.zhang, self.doctor = corps.member("张明"), corps.member("李医生", "农工党")
        self.activity = corps.publish(
            self.wang, corps.plan(slots=(SlotPlan("医生", "clinic", 2, None, True),), teams=())
        )
        self.slot = corps.slot(self.activity)

    def refusal(self, who: int, operation: object = claims.claim) -> Reason:
        """Return why a claim (or giving it back) is refused."""
        with pytest.raises(Refused) as refused:
            self.corps.do(who, operation, self.slot)  # type: ignore[arg-type]
        return refused.value.reason


@pytest.fixture
def scene(corps: Corps) -> Scene:
    """The scene."""
    return Scene(corps)


def test_an_open_slot_is_announced_to_leaders_and_once_claimed_to_the_team(corps: Corps, scene: Scene) -> None:
    assert corps.told(Kind.CARD) == {scene.zhao, scene.qian}
    done = corps.do(scene.qian, claims.claim, scene.slot)
    assert (done.role, done.told) == ("医生", 1)
    assert corps.told(Kind.CARD) == {scene.zhao, scene.qian, scene.doctor}
    assert corps.do(scene.doctor, signups.sign_up, scene.slot).state is SignUpState.GOING
    with pytest.raises(Refused):
        corps.do(scene.zhang, signups.sign_up, scene.slot)


def test_the_second_claim_loses(scene: Scene) -> None:
    scene.corps.do(scene.qian, claims.claim, scene.slot)
    assert scene.refusal(scene.zhao) is Reason.ALREADY_CLAIMED
    assert scene.refusal(scene.qian) is Reason.ALREADY_CLAIMED


def test_only_a_leader_with_a_team_claims(scene: Scene) -> None:
    assert scene.refusal(scene.zhang) is Reason.NOT_ALLOWED
    assert scene.refusal(scene.wang) is Reason.NOT_ALLOWED


def test_nothing_cancelled_or_begun_is_claimed(scene: Scene) -> None:
    scene.corps.clock.set_wall("2026-12-05 14:00")
    assert scene.refusal(scene.zhao) is Reason.STARTED
    scene.corps.do(scene.wang, cancelling.cancel, scene.activity)
    assert scene.refusal(scene.zhao) is Reason.CANCELLED


def test_the_planner_hears_who_claimed(corps: Corps, scene: Scene) -> None:
    corps.do(scene.qian, claims.claim, scene.slot)
    (word,) = corps.owed(Kind.CLAIMED)
    assert (corps.to(word), word.subject["team"], word.subject["role"]) == (scene.wang, corps.team("农工党"), "医生")
    assert word.activity_id == scene.activity


def test_a_claim_given_back_is_open_again_and_its_members_cards_are_not_sent(corps: Corps, scene: Scene) -> None:
    corps.do(scene.qian, claims.claim, scene.slot)
    corps.do(scene.qian, claims.release, scene.slot)
    assert scene.doctor not in corps.told(Kind.CARD)
    assert corps.do(scene.zhao, claims.claim, scene.slot).role == "医生"


def test_a_claim_stays_once_somebody_has_signed_up_or_it_has_begun(corps: Corps, scene: Scene) -> None:
    corps.do(scene.qian, claims.claim, scene.slot)
    corps.do(scene.doctor, signups.sign_up, scene.slot)
    assert scene.refusal(scene.qian, claims.release) is Reason.HAS_SIGN_UPS
    corps.do(scene.doctor, withdrawals.withdraw, scene.activity)
    corps.clock.set_wall("2026-12-05 14:00")
    assert scene.refusal(scene.qian, claims.release) is Reason.STARTED


def test_nobody_gives_back_another_teams_claim(corps: Corps, scene: Scene) -> None:
    corps.do(scene.qian, claims.claim, scene.slot)
    for who in (scene.zhao, scene.doctor, scene.wang):
        assert scene.refusal(who, claims.release) is Reason.NOT_ALLOWED
