"""Callback data can be forged: whoever taps what, the database changes only for those who may (docs/rules.md, rule 4).

Every payload type, with the ids of real rows, of none and of absurd ones, is tapped by every kind of person.
A type without a line in `RULES` fails the test: say who may change something with it.
"""

import dataclasses
import itertools
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, get_type_hints

import pytest
from sqlalchemy import Engine

from bot import texts
from bot.callbacks import (
    Payload,
    activities,
    audit,
    briefs,
    broadcast,
    calendars,
    cancelling,
    certificates,
    common,
    editing,
    export,
    groups,
    hand_in,
    imports,
    joining,
    mine,
    new_activity,
    notice_status,
    numbers,
    on_behalf,
    onsite,
    own_hours,
    pages,
    pairings,
    plan,
    publicity,
    quota,
    ratings,
    reports,
    rotation,
    said,
    settings,
    signup,
    teams,
    today,
)
from bot.callbacks.said import PassOnTap
from models import Activity, Member, OwnService, Robot, SignUp, Slot
from tests.flows.crowded import Crowded, Watch, Who
from tests.seam import Seam

pytestmark = pytest.mark.doors

Rule = Callable[[Crowded, Who, Any], bool]
"""Who may change something with a payload."""

NOWHERE = (0, -1, 999_999, 2_147_483_647)
ROLES = (
    *("stranger", "applicant", "declined", "former", "other member", "member", "next member"),
    *("other leader", "leader", "coordinator"),
)
AT_LENGTH = ("other member", "next member", "coordinator")
"""Tried in `make test-long`: they take a minute, and the others of their kind are tried each time."""


def nobody(_world: Crowded, _who: Who, _payload: Payload) -> bool:
    """It only shows something, or only moves the person's own conversation on."""
    return False


def coordinators(_world: Crowded, who: Who, _payload: Payload) -> bool:
    """Coordinators, and nobody else."""
    return who.coordinates


def leaders(_world: Crowded, who: Who, _payload: Payload) -> bool:
    """Leaders for their own team, coordinators for any."""
    return who.leads or who.coordinates


def members(_world: Crowded, who: Who, _payload: Payload) -> bool:
    """Everybody in the corps, for themselves: `own` is checked on what changed."""
    return who.role in ("other member", "member", "next member", "other leader", "leader", "coordinator")


def known(_world: Crowded, who: Who, _payload: Payload) -> bool:
    """Everybody of whom something is held, for themselves."""
    return who.member_id is not None


def of_team(_world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a team
    """The team's leader, or a coordinator."""
    return who.manages(payload.team)


def of_member(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a person
    """The leader of the person's team, or a coordinator."""
    row = world.row(Member, int(getattr(payload, "member", 0) or getattr(payload, "applicant", 0)))
    return row is not None and who.manages(row.team_id)


def of_activity(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with an activity
    """A coordinator, or the leader of the one team concerned."""
    teams = world.teams_of(payload.activity)
    return who.coordinates or (len(teams) == 1 and who.manages(teams[0]))


def asks_somebody(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with both
    """A coordinator, or a leader whose team is concerned, for a person of that team."""
    row = world.row(Member, payload.member)
    return who.coordinates or (of_member(world, who, payload) and row.team_id in world.teams_of(payload.activity))


def takes_place(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a slot
    """A member of the slot's team, or of a team concerned when the slot is shared."""
    slot = world.row(Slot, payload.slot)
    if slot is None or (slot.open and slot.team_id is None) or who.team is None or not members(world, who, payload):
        return False
    return bool(slot.team_id == who.team if slot.team_id else who.team in world.teams_of(slot.activity_id))


def claims(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a slot
    """A leader, for an open slot that nobody has."""
    slot = world.row(Slot, payload.slot)
    return slot is not None and slot.open and slot.team_id is None and who.leads


def releases(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a slot
    """The leader whose team has claimed it."""
    slot = world.row(Slot, payload.slot)
    return slot is not None and slot.open and who.leads and slot.team_id == who.team


def asked_for_it(_world: Crowded, who: Who, _payload: Payload) -> bool:
    """The member who has the turn."""
    return who.role == "member"


def holds(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with an activity
    """Whoever holds something in the activity."""
    rows = [world.row(SignUp, row_id) for row_id in world.ids["sign_up"]]
    return any(row.activity_id == payload.activity and row.member_id == who.member_id for row in rows)


def of_sign_up(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a sign-up
    """The leader of the team in which the person signed up, or a coordinator."""
    row = world.row(SignUp, payload.sign_up)
    return row is not None and who.manages(row.team_id)


def offered(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a sign-up
    """Whoever the place is held for."""
    row = world.row(SignUp, payload.sign_up)
    return row is not None and row.member_id == who.member_id


def of_own(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a service elsewhere
    """The leader of the member's team, or a coordinator."""
    row = world.row(OwnService, payload.own)
    return row is not None and who.manages(row.team_id)


def of_robot(world: Crowded, who: Who, payload: Any) -> bool:  # noqa: ANN401 - a payload with a robot
    """The leader of the team that it is tied to, or a coordinator."""
    row = world.row(Robot, payload.robot)
    return row is not None and who.manages(row.team_id)


RULES: dict[type[Payload], Rule] = {
    **dict.fromkeys((common.CancelTap, common.NothingTap, common.AskWordsTap), nobody),
    **dict.fromkeys((common.MenuTap, common.MenuBelowTap), leaders),
    # /broadcast
    broadcast.AckTap: members,
    **dict.fromkeys(
        (
            *(broadcast.ComposeTap, broadcast.CorrectSendTap, broadcast.DropTap, broadcast.HourTap),
            *(broadcast.InGroupsTap, broadcast.NudgeTap, broadcast.OpenTap, broadcast.RefreshTap),
            *(broadcast.RewriteTap, broadcast.ScheduleTap, broadcast.SendTap, broadcast.StopTap),
        ),
        coordinators,
    ),
    **dict.fromkeys(
        (
            *(broadcast.CorrectTap, broadcast.FormersTap, broadcast.HavingTap, broadcast.LaterTap, broadcast.MissedTap),
            *(
                broadcast.SilentTap,
                broadcast.TeamStateTap,
                broadcast.TeamFormersTap,
                broadcast.TeamSilentTap,
                broadcast.TeamMissedTap,
                broadcast.CorrectScheduleTap,
            ),
        ),
        nobody,
    ),
    # Changing and cancelling
    **dict.fromkeys((cancelling.CallOffConfirmTap, editing.EditConfirmTap, editing.CheckOutRuleTap), coordinators),
    **dict.fromkeys(
        (
            *(cancelling.CallOffTap, editing.EditFieldTap, editing.EditMonthTap, editing.EditSlotFieldTap),
            *(editing.EditSlotTap, editing.EditSlotsTap, editing.EditTap, editing.EditValueTap, editing.LeaveTap),
        ),
        nobody,
    ),
    # Calendars
    **dict.fromkeys((calendars.SubscribeTap, calendars.UnsubscribeTap), members),
    **dict.fromkeys((calendars.CalendarTap, calendars.CalendarFileTap), nobody),
    # Service elsewhere: a member's own conversation, and who decides on it
    **dict.fromkeys(
        (
            *(own_hours.OwnNewTap, own_hours.OwnListTap, own_hours.OwnTap, own_hours.ListedOwnTap),
            *(own_hours.OwnAfreshTap, own_hours.OwnSkipTap, own_hours.OwnSubmitTap, own_hours.OwnCorrectTap),
            *(own_hours.OwnReturnTap, own_hours.OwnWithdrawTap, own_hours.OwnPhotoTap),
        ),
        nobody,
    ),
    own_hours.OwnAgreeTap: of_own,
    own_hours.OwnKeepTap: coordinators,
    # What stands open to the team
    **dict.fromkeys(
        (
            *(publicity.PublicityTap, publicity.PublicTap, publicity.ObjectTap, publicity.ListedObjectionTap),
            publicity.ObjectionRejectTap,
        ),
        nobody,
    ),
    publicity.ObjectionUpholdTap: coordinators,
    # Records of service
    certificates.CertificateAskTap: members,
    **dict.fromkeys(
        (
            *(certificates.CertificateIssueTap, certificates.CertificateDeclineTap),
            certificates.CertificateRevokedTap,
        ),
        coordinators,
    ),
    **dict.fromkeys(
        (
            *(certificates.CertificatesTap, certificates.CertificateTap, certificates.CertificateRevokeTap),
            *(certificates.CertificateFileTap, certificates.RegisterTap),
        ),
        nobody,
    ),
    # Briefs: they leave an audit row
    briefs.BriefTap: of_activity,
    briefs.MonthBriefTap: coordinators,
    **dict.fromkeys((briefs.TemplateTap, briefs.TemplateFileTap, briefs.TemplateResetTap), nobody),
    # Imports: nothing waits, and nothing was imported
    **dict.fromkeys((imports.ImportTemplateTap, imports.ImportConfirmTap, imports.ImportUndoTap), nobody),
    # Hand-in: what is marked was shown; making the file leaves an audit row
    **dict.fromkeys((hand_in.HandInTap, hand_in.HandInMarkTap, hand_in.HandInUnmarkTap), nobody),
    hand_in.HandInFileTap: coordinators,
    # Ledger, changes, groups
    export.LedgerTap: leaders,
    numbers.NumbersTap: coordinators,
    numbers.NumbersAskTap: nobody,
    audit.AuditTap: nobody,
    **dict.fromkeys((groups.BindTap, groups.GroupCardsTap), nobody),
    **dict.fromkeys((groups.RobotsTap, groups.BindRobotTap, groups.RobotHelpTap, groups.NoSecretTap), nobody),
    groups.TryRobotTap: nobody,
    groups.UntieRobotTap: of_robot,
    # Joining
    **dict.fromkeys((joining.AdmitTap, teams.DecideTap), of_member),
    joining.ConsentAgainTap: members,
    joining.ConsentTap: nobody,
    # Lists
    **dict.fromkeys(
        (activities.FilterTap, activities.ListTap, mine.MineTap, mine.MyHoursTap, mine.OpenMineTap, activities.OpenTap),
        nobody,
    ),
    # On site
    **dict.fromkeys((onsite.InviteListTap, onsite.FixedCodeTap, onsite.RollTap, onsite.ShareTap), nobody),
    # The first time they make the key of an activity's code.
    **dict.fromkeys((onsite.QrTap, onsite.FreshCodeTap, onsite.SheetTap, ratings.RateCodeTap), of_activity),
    # For somebody
    **dict.fromkeys((on_behalf.SignUpForTap, on_behalf.TakeOffListTap, on_behalf.TakeOffTap), nobody),
    on_behalf.SignUpForOneTap: asks_somebody,
    on_behalf.TakeOffSureTap: of_sign_up,
    onsite.InviteTap: asks_somebody,
    onsite.ReleaseTap: releases,
    onsite.WalkInTap: takes_place,
    # Notices
    **dict.fromkeys((notice_status.OutboxTap, notice_status.SentTodayTap), nobody),
    **dict.fromkeys((notice_status.TroubleTap, notice_status.UnreachableTap), nobody),
    notice_status.RetryTap: coordinators,
    teams.CallsTap: nobody,
    teams.CalledTap: of_team,
    # Pairings
    **dict.fromkeys(
        (
            *(pairings.PairAfreshTap, pairings.PairCorrectTap, pairings.PairNewTap, pairings.PairTeamTap),
            *(
                pairings.PairTodayTap,
                pairings.PairDayTap,
                pairings.PairMonthTap,
                pairings.PairBackTap,
                pairings.PairingTap,
                pairings.ListedPairingTap,
                pairings.PairingsTap,
                pairings.PairEndTap,
            ),
            pairings.PairReturnTap,
        ),
        nobody,
    ),
    pairings.PairSubmitTap: leaders,
    pairings.PairConfirmTap: coordinators,
    **dict.fromkeys((pairings.VisitTap, pairings.VisitorTap, pairings.VisitPageTap, pairings.TermsTap), nobody),
    pairings.VisitDoneTap: leaders,
    # The rotation
    rotation.RotationTap: nobody,
    rotation.RotationJoinTap: members,
    **dict.fromkeys((rotation.RotationProposeTap, rotation.RotationInviteTap), coordinators),
    **dict.fromkeys((rotation.TurnAcceptTap, rotation.TurnPassTap), asked_for_it),
    rotation.TurnSwapTap: nobody,
    **dict.fromkeys((rotation.TurnSwapWithTap, rotation.TurnSwapAnswerTap), asked_for_it),
    # The plan
    **dict.fromkeys(
        (plan.PlanTap, plan.PlanAcceptTap, plan.PlanAnotherTap, plan.PlanNeverTap, plan.PlanBringBackTap), coordinators
    ),
    plan.PlanAfreshTap: coordinators,
    plan.PlanSuitsTap: leaders,
    # Teams and people
    teams.LinksTap: coordinators,
    **dict.fromkeys((teams.InvitationTap, teams.TeamTap), of_team),
    **dict.fromkeys((teams.MoveTap, teams.RemoveTap), of_member),
    teams.RoleTap: coordinators,
    **dict.fromkeys(
        (
            reports.GuestNamesTap,
            teams.MemberTap,
            teams.NicknameTap,
            teams.TeamHoursTap,
            teams.OpeningsTap,
            teams.RequestsTap,
            teams.TeamsTap,
        ),
        nobody,
    ),
    today.TodayTap: nobody,
    # /new
    new_activity.AgainTap: of_activity,
    **dict.fromkeys(
        (new_activity.ChooseTap, new_activity.ResumeTap, new_activity.TeamsDoneTap),
        leaders,
    ),
    new_activity.PublishTap: coordinators,
    **dict.fromkeys((new_activity.DraftTap, new_activity.ProposeTap, new_activity.DraftReturnTap), nobody),
    **dict.fromkeys((new_activity.BackTap, new_activity.MonthTap, new_activity.TeamToggleTap), nobody),
    **dict.fromkeys((quota.QuotaLineTap, quota.QuotaYearTap), nobody),
    quota.QuotaPictureTap: leaders,
    # Reports
    **dict.fromkeys((reports.AllPresentTap, reports.MarkTap, reports.SubmitTap, reports.AddTap), of_activity),
    **dict.fromkeys((reports.GuestDropTap, reports.GuestEraseTap, reports.LeftAtTap, reports.StayedTap), of_activity),
    **dict.fromkeys((reports.VerifyTap, reports.ReopenDecideTap, reports.NudgeReportTap), coordinators),
    **dict.fromkeys(
        (
            *(reports.CountedTap, reports.ReportTap, reports.ReturnTap, reports.ReviewTap, reports.ListedReviewTap),
            *(reports.RollDoneTap, reports.RollPageTap, reports.PhotosTap, reports.ReopenTap, reports.AddPersonTap),
            *(reports.GuestTap, reports.LeftTap),
            *(reports.FixTap, reports.DropPhotoTap, reports.CategoryTap, reports.SheetPhotoTap),
        ),
        nobody,
    ),
    # /settings
    **dict.fromkeys((settings.EraseTap, settings.ExportTap, settings.LanguageTap), known),
    **dict.fromkeys(
        (settings.KeyboardTap, settings.LeadTap, settings.LeaveTap, settings.PauseTap, settings.RemindersTap), members
    ),
    **dict.fromkeys((settings.PaneTap, settings.RenameTap), nobody),
    # The ways in
    **dict.fromkeys((pages.WaysTap, pages.PageLinkTap, pages.TieTap, pages.PutOutTap, pages.UntieTap), nobody),
    **dict.fromkeys((pages.MailboxTap, pages.MailCodeTap, pages.MailRemoveTap), nobody),
    pages.PreferTap: members,
    # Words that nobody asked for: each has only their own
    **dict.fromkeys((said.PublishSaidTap, said.BroadcastSaidTap, said.PassOnTap), nobody),
    # Ratings: without the code of one, nothing
    **dict.fromkeys((ratings.RateTap, ratings.RateSkipTap), nobody),
    # The card
    **dict.fromkeys((signup.SignUpTap, signup.WaitTap), takes_place),
    **dict.fromkeys(
        (signup.WithdrawTap, signup.WithdrawForTap, signup.CheckInTap, signup.CheckInHereTap, signup.CheckOutTap), holds
    ),
    **dict.fromkeys((signup.AcceptTap, signup.UndoTap, signup.WhyTap), offered),
    signup.CardTap: nobody,
    signup.ListedTap: nobody,
    signup.ClaimTap: claims,
}

OFFICES = ("王统筹", "李统筹", "赵联络", "钱联络")
"""Whoever asks an office for something is told who holds it."""

OWN = (members, known, takes_place, holds, offered)
"""Rules by which people act for themselves: nobody else's person, attendance or answer may change."""


def domain(world: Crowded, name: str, hint: Any) -> list[Any]:  # noqa: ANN401 - one of four kinds
    """Return what a field may hold: real ids, and what no button of ours carries."""
    if hint is bool:
        return [True, False]
    if issubclass(hint, StrEnum):
        return list(hint)
    if name in world.ids:
        return [*world.ids[name], *NOWHERE]
    values: dict[str, list[Any]] = {
        "other": [*world.ids["activity"][:3], *NOWHERE],
        "applicant": [*world.ids["member"], *NOWHERE],
        "id": [1, *NOWHERE],
        "revision": [1, 2, 0],
        **{page: [0, -1, 9_999] for page in ("page", "number")},
        **{day: [20261201, 0, -1, 99_999_999] for day in ("first", "last")},
        "year": [2026, 0, -5, 99_999],
        "month": [12, 0, 13],
        "at": [0, 202_701, 1_796_000_000, 2_147_483_647],
        "stars": [1, 5, 0, 6],
        "minutes": [60, 1440, -5, 0],
        "code": [world.code, "nope"],
        "name": ["start", "team", "teams", "mine", "new", "settings", "audit", "cert", "nope", "routes"],
        "field": ["contact", "until", "nope"],
        "step": ["title", "teams", "audience", "nope"],
        "value": ["all", "1", "999999", "<b>x"],
        "category": ["lecture", "nope", ""],
        "mark": ["x"],
        "about": ["a1", "o1", "x", "a0"],
        "matter": ["admit", "nope", ""],
        "shown": ["", "00000000"],
        "photo": ["", "00000000"],
        "secret": ["x" * 22, "nope"],
        "address": [1, *NOWHERE],
        "device": [1, *NOWHERE],
        "file": ["", "0123456789ab"],
        "channel": ["wecom", "feishu", "nope"],
        "platform": ["zhiyuan_shancheng", "nope", ""],
        "listed": [0, *world.ids["member"][:2], *NOWHERE],
        "day": ["2026-12-1", "x"],
        "sign": ["", "00000000"],
    }
    assert name in values, f"say in `domain` what the payloads' field {name!r} may hold"
    return values[name]


def forgeries(world: Crowded, kind: type[Payload]) -> Iterator[Payload]:
    """Yield payloads of a kind: every combination where they are few, else each field on its own."""
    hints = get_type_hints(kind)
    domains = [domain(world, field.name, hints[field.name]) for field in dataclasses.fields(kind)]
    size = 1
    for values in domains:
        size *= len(values)
    if size <= 36:
        yield from (kind(*values) for values in itertools.product(*domains))
        return
    for place, values in enumerate(domains):
        for value in values:
            yield kind(*(value if index == place else others[0] for index, others in enumerate(domains)))


FEW = {"activity": 12, "month": 1, "page": 1}
"""How many values of a field are tried; of the others three: what is as long as may be looks alike in all rows."""


def real(world: Crowded, kind: type[Payload]) -> list[Payload]:
    """Return payloads of a kind with what is there: each field in turn, the others at their first."""
    hints, domains = get_type_hints(kind), []
    for field in dataclasses.fields(kind):
        values = domain(world, field.name, hints[field.name])
        there = [value for value in values if value not in NOWHERE] if field.name in world.ids else values
        domains.append(there[: FEW.get(field.name, 3)])
    varied = [
        kind(*(value if index == place else others[0] for index, others in enumerate(domains)))
        for place, values in enumerate(domains)
        for value in values
    ]
    return list(dict.fromkeys(varied)) or [kind()]


def own_only(who: Who, changed: dict[str, list[tuple[Any, Any]]], columns: dict[str, list[str]]) -> list[str]:
    """Return the tables in which something of somebody else changed."""
    wrong = []
    for table, pairs in changed.items():
        key = {"member": "id", "broadcast": "sender_id"}
        key |= dict.fromkeys(
            (
                "address",
                "attendance",
                "acknowledgement",
                "hoursentry",
                "calendarfeed",
                "certificate",
                "ownservice",
                "objection",
                "rotationmember",
                "rotationturn",
            ),
            "member_id",
        )
        if table in key:
            place = columns[table].index(key[table])
            if any((after or before)[place] != who.member_id for before, after in pairs):
                wrong.append(table)
        elif table not in ("signup", "notice", "audit", "milestone", "slot", "claim"):
            wrong.append(table)
    return wrong


def columns_of(engine: Engine) -> dict[str, list[str]]:
    """Return table → column names."""
    from sqlmodel import SQLModel

    return {name: [column.name for column in table.columns] for name, table in SQLModel.metadata.tables.items()}


def test_every_payload_has_its_rule() -> None:
    ours = {kind for kind in Payload.kinds.values() if kind.__module__.startswith("bot.")}
    assert {kind.__name__ for kind in ours - set(RULES)} == set(), "say in RULES who may change something with it"
    assert set(RULES) <= ours


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", [pytest.param(r, marks=[pytest.mark.long] * (r in AT_LENGTH)) for r in ROLES])
async def test_nobody_gets_what_they_may_not(
    role: str, seam: Seam, world: Crowded, watch: Watch, engine: Engine
) -> None:
    who = world.people[role]
    card = await seam.enter(who.telegram_id)
    failed = {str(texts.say(language, "door.failed")) for language in texts.LANGUAGES}
    columns, wrong = columns_of(engine), []
    for kind, rule in RULES.items():
        for payload in forgeries(world, kind):
            may = rule(world, who, payload)
            seam.sandbox.world.tap(who.telegram_id, who.telegram_id, card, payload.pack(), forged=True)
            calls = await seam.handle()
            answers = [call for call in calls if call["method"] == "answerCallbackQuery"]
            said = [str(call["params"].get("text", "")) for call in calls]
            if len(answers) != 1:
                wrong.append(f"{payload}: answered {len(answers)} times")
            if any(text in failed for text in said):
                wrong.append(f"{payload}: failed")
            if refused := [call["error"] for call in calls if not call["ok"] and "not modified" not in call["error"]]:
                wrong.append(f"{payload}: {refused}")
            named = world.beyond_consent(who, json.dumps(calls, ensure_ascii=False))
            if beyond := [name for name in named if kind is not PassOnTap or name not in OFFICES]:
                wrong.append(f"{payload}: named {beyond}, which the consent keeps to the own team and coordinators")
            if changed := watch.changed():
                if not may:
                    wrong.append(f"{payload}: changed {sorted(changed)}")
                elif rule in OWN and (others := own_only(who, changed, columns)):
                    wrong.append(f"{payload}: changed somebody else's {others}")
            watch.restore()
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("data", ["", ":", "s:", "s:abc", "zz:1", "s:1:2:3", "s:" + "9" * 30, "s:１", "\x00", "s:-0"])
async def test_garbage_is_answered_as_an_old_button(data: str, seam: Seam, world: Crowded) -> None:
    who = world.people["member"]
    card = await seam.enter(who.telegram_id)
    seam.sandbox.world.tap(who.telegram_id, who.telegram_id, card, data, forged=True)
    calls = await seam.handle()
    assert [call["method"] for call in calls] == ["answerCallbackQuery"]
    assert calls[0]["params"]["text"] == str(texts.say("zh", "door.old_button"))


def test_the_crowd_has_everything(world: Crowded) -> None:
    states = {world.row(Activity, row_id).state.value for row_id in world.ids["activity"]}
    assert states == {"draft", "published", "reported", "verified", "cancelled"}
    assert {world.row(SignUp, row_id).state.value for row_id in world.ids["sign_up"]} >= {"going", "offered"}
    assert len(world.ids["broadcast"]) == len(world.ids["pairing"]) == 2
