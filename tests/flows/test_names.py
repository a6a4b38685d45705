"""Who reads whose name is what the consent says: the own team and coordinators (`people.reads_names_of`).

Every button in every role is walked by `test_forged`; here are the commands, a team's group, and the notices.
"""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, col, select

import handlers
from bot import texts
from bot.callbacks.reports import AddTap, RollPageTap
from bot.telegram.formatting import TEXT_LIMITS
from bot.texts.voice import Voice
from bot.views.notices import notice_screen
from bot.views.screen import Screen
from corps import groups, member_addresses
from corps.addresses import telegram
from corps.attendance import reopening, reports, roll_form
from corps.attendance.reports import Account
from corps.delivery import notice_facts
from corps.membership import group_binding, transfers
from corps.moment import Moment
from corps.notices import Due, reachability
from corps.notices.kinds import Kind
from corps.pairings import pairings
from corps.pairings.pairing_cards import see as see_pairing
from corps.people import NOBODY, Named, reads_names_of
from corps.signups import inviting, signups, withdrawals
from models import Notice
from models.enums import CountedBy
from tests.base import Corps
from tests.flows.crowded import Crowded, Who
from tests.seam import Seam

GROUP = telegram(-4_001)


async def test_no_command_names_anybody_beyond_the_consent(seam: Seam, world: Crowded) -> None:
    found = []
    for who in world.people.values():
        await seam.enter(who.telegram_id)
        for command in handlers.routes().commands:
            seam.sandbox.world.say(who.telegram_id, who.telegram_id, f"/{command}")
            said = str(await seam.handle())
            found += [(who.role, command, name) for name in world.beyond_consent(who, said)]
    assert found == []


async def test_no_group_reads_a_name_of_another_team(seam: Seam, world: Crowded) -> None:
    people = [world.people[role] for role in ("leader", "member", "other member", "coordinator")]
    for who in people:
        await seam.enter(who.telegram_id)
    chat = seam.sandbox.world.new_group("民盟群", [who.telegram_id for who in people])
    own = replace(world.people["member"], name="", role="group")
    found = []
    for who in people:
        for text in (*(f"/{command}" for command in handlers.routes().commands), "/bind"):
            seam.sandbox.world.say(who.telegram_id, chat.id, text)
            said = [call for call in await seam.handle() if str(call["params"].get("chat_id")) == str(chat.id)]
            found += [(who.role, text, name) for name in world.beyond_consent(own, str(said))]
    assert found == []


def much_happens(world: Crowded) -> None:
    """Let every kind of thing happen of which somebody hears, across teams and offices."""
    corps, ids = world.corps, {role: who.telegram_id for role, who in world.people.items()}
    wang, li, zhao = ids["coordinator"], ids["next coordinator"], ids["leader"]
    free, joint, now = (world.activity(title) for title in ("有空", "集中", "正在办"))
    corps.do(wang, inviting.invite, free, corps.member_id(ids["next member"]))
    corps.do(wang, group_binding.bind, GROUP, "民盟群", corps.team("民盟"))
    corps.do(wang, group_binding.bind, GROUP, "民盟群", corps.team("民建"))
    for activity in (free, joint):
        corps.do(ids["member"], signups.sign_up, corps.slot(activity))
    corps.clock.set_wall("2026-12-06 20:00")
    corps.do(ids["member"], withdrawals.withdraw, free)
    corps.do(wang, reports.send_back, world.activity("已反馈"), "缺照片")
    corps.do(wang, reopening.ask, world.activity("已核实"), "人次填错")
    corps.do(li, reopening.decide, world.activity("已核实"), "", agrees=False)
    corps.do(wang, reports.submit, world.activity("办完未反馈"), Account(30, CountedBy.HEADCOUNT))
    corps.do(li, reports.verify, world.activity("办完未反馈"))
    corps.do(zhao, reports.submit, now, Account(30, CountedBy.HEADCOUNT))
    corps.do(wang, pairings.send_back, world.ids["pairing"][0], "请写全称")
    corps.do(wang, transfers.move, corps.member_id(ids["next member"]), corps.team("民建"))
    corps.run(lambda s, at: reachability.lost(s, at, telegram(ids["other member"]), "blocked"))


def read_by(session: Session, at: Moment, row: Notice) -> tuple[int | None, Screen] | None:
    """Return who would read a notice now, and what; None when it has nothing left to say."""
    home = member_addresses.best(session, row.member_id or 0)
    if row.member_id is None or home is None:
        return None
    address = home.address
    due = Due(
        row.id or 0, Kind(row.kind), address, row.member_id, row.activity_id, row.broadcast_id, row.subject, "", 0
    )
    facts = notice_facts.load(session, at, due)
    if facts is None:
        return None
    return row.member_id, notice_screen(Voice("zh", at.policy.zone), due, facts, (), TEXT_LIMITS)


def test_no_notice_names_anybody_beyond_the_consent(world: Crowded) -> None:
    much_happens(world)
    world.look_again()
    by_id = {who.member_id: who for who in world.people.values() if who.member_id is not None}
    rows = world.corps.run(lambda s, _at: [row.id for row in s.exec(select(Notice).order_by(col(Notice.id))).all()])
    found, said = [], set()

    def look(session: Session, at: Moment, row_id: int) -> tuple[str, Any]:
        row = session.get(Notice, row_id)
        assert row is not None
        return row.kind, read_by(session, at, row)

    for row_id in rows:
        kind, read = world.corps.run(look, row_id or 0)
        if read is None or read[0] is None:
            continue
        said.add(kind)
        text = " ".join([str(read[1].text), *(button.label for row in read[1].rows for button in row)])
        found += [(by_id[read[0]].role, kind, name) for name in world.beyond_consent(by_id[read[0]], text)]
    assert found == []
    assert said >= {
        *(Kind.INVITE, Kind.GROUP_MOVED, Kind.LATE_WITHDRAWAL, Kind.RETURNED, Kind.REOPEN_DECLINED, Kind.VERIFIED),
        *(Kind.PAIRING_DECIDED, Kind.MOVED_IN, Kind.UNREACHABLE, Kind.CARD),
    }


def test_a_leader_reads_the_own_teams_registrar_and_of_the_others_the_office(world: Crowded) -> None:
    corps, pairing = world.corps, world.ids["pairing"][1]
    own = corps.do(world.people["leader"].telegram_id, see_pairing, pairing)
    other = corps.do(world.people["other leader"].telegram_id, see_pairing, pairing)
    coordinator = corps.do(world.people["coordinator"].telegram_id, see_pairing, pairing)
    assert (own.registrar.name, coordinator.registrar.name) == ("赵联络", "赵联络")
    assert coordinator.confirmer == Named("王统筹")
    assert other.registrar == Named("", "民盟", is_leader=True)
    assert own.confirmer == other.confirmer == Named("", is_coordinator=True)


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Named("张<明>"), "张<明>"),
        (Named("", "民盟", is_leader=True), "民盟的联络员"),
        (Named("", "民盟"), "民盟的一位成员"),
        (Named("", "民盟", is_coordinator=True), "统筹"),
        (NOBODY, "一位成员"),
    ],
)
def test_who_is_not_named_is_called_by_the_office(person: Named, said: str, corps: Corps) -> None:
    assert Voice("zh", corps.clock).named(person) == said
    assert "<" not in str(Voice("zh", corps.clock)("pairing.registrar", name=person))
    assert all(texts.knows("en", f"named.{key}") for key in ("coordinator", "leader", "member", "somebody"))


async def test_who_came_along_from_another_team_is_found_by_the_whole_name_only(seam: Seam, world: Crowded) -> None:
    corps, leader = world.corps, world.people["leader"]
    now, zhou = world.activity("正在办"), world.people["other member"]
    card = await seam.enter(leader.telegram_id)

    async def taps(payload: Any) -> str:  # noqa: ANN401 - any payload
        seam.sandbox.world.tap(leader.telegram_id, leader.telegram_id, card, payload.pack(), forged=True)
        return str(await seam.handle())

    found = corps.do(leader.telegram_id, roll_form.ask, now)
    assert "周强" not in {person.name for person in found.people}
    assert "周强" not in await taps(AddTap(now, zhou.member_id or 0))
    for typed in ("周", "周强"):
        seam.sandbox.world.say(leader.telegram_id, leader.telegram_id, typed)
        offered = str(await seam.handle())
    assert "周强" in offered
    for _ in range(2):
        assert "周强" in await taps(AddTap(now, zhou.member_id or 0))
    assert "周强" in await taps(RollPageTap(now, 0))


def test_a_group_reads_its_own_teams_names_and_nobody_elses(world: Crowded) -> None:
    guest = world.corps.run(lambda _s, at: groups.guest(at, GROUP, world.corps.team("民盟")))
    assert not guest.is_member
    own, other = world.corps.team("民盟"), world.corps.team("民建")
    assert [reads_names_of(guest, team) for team in (own, other, None)] == [True, False, False]
    assert not reads_names_of(replace(guest, is_group=False), own), "somebody not admitted reads none"
    assert world.beyond_consent(Who("group", 0), "张文静") == ["张文静"]
