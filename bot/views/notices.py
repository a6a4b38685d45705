"""What a notice says, in its reader's language, from the facts as they are when it goes out."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from markupsafe import Markup

from bot.callbacks import parse
from bot.callbacks.editing import EditFieldTap, EditSlotFieldTap, EditSlotsTap
from bot.callbacks.signup import CardTap
from bot.texts.voice import Voice
from bot.views import fallbacks, joining, members, new_activity
from bot.views.broadcast_copy import broadcast_copy
from bot.views.cards import activity_card, impersonal, where
from bot.views.changes import change_line
from bot.views.digests import call, corps_digest, needs, team_digest
from bot.views.doors import mailbox, pages, robots
from bot.views.menu import keyboard, menu
from bot.views.notice_lists import Said, activity_list, late_withdrawal, matters, unreachable_list
from bot.views.pairings import idle_list, pairing_card
from bot.views.planning import plan, rotation
from bot.views.records import calendars, certificates, own_hours, publicity, ratings
from bot.views.reports import report_card
from bot.views.screen import Button, Row, Screen, lines
from corps.activities.cards import Card
from corps.activities.entry_form import DraftCard
from corps.activities.presence import check_in_opens
from corps.attendance.reports import ReportCard
from corps.broadcasts.content import TextLimits
from corps.broadcasts.copies import Copy
from corps.changes.change_notices import Clash, deltas
from corps.changes.edit_answers import EditField
from corps.delivery.notice_facts import Facts
from corps.delivery.shown_cards import Followed
from corps.membership.join_requests import Applicant
from corps.membership.said import PassedOn
from corps.notices import Due
from corps.notices.declarations import Names, declared
from corps.notices.kinds import Kind
from corps.pairings.pairing_cards import PairingCard
from corps.planning.plan_answers import Answer
from corps.quotas.digests import CorpsDigest, TeamDigest
from corps.rotation.swaps import SwapRequest
from corps.rotation.turns import Turn
from corps.signups.last_calls import LastCall
from corps.signups.reminders import Near
from corps.signups.vacancy_calls import gaps
from models.enums import PairingState, ReportState


def notice_screen(voice: Voice, due: Due, facts: Facts, more: Said, limits: TextLimits) -> Screen:
    """Return the screen of a notice; `more` are others that it lists with its own, as far as a message holds them."""
    if more and declared(due.kind).listing is not None:
        said = ((due, facts), *more)
        if due.kind in _LISTS:
            return _LISTS[due.kind](voice, said, limits)
        if matters(said) > 1:
            return activity_list(voice, said, limits)
    return _VIEWS[due.kind](voice, due, facts)


def newer_below(voice: Voice, activity_id: int) -> tuple[Row, ...]:
    """Return the button under an old card that says there is a newer card of the same activity further down."""
    return ((Button(voice("button.newer_card"), CardTap(activity_id)),),)


def outdated_card(voice: Voice, card: Card) -> Screen:
    """Return an old card as it stands from now on: without what the person has to do with it, which may change."""
    return Screen(impersonal(voice, card), newer_below(voice, card.id))


def followed_card(voice: Voice, followed: Followed, card: Card, limits: TextLimits) -> Screen:
    """Return a card that stands in a chat as it reads now, with what it came with."""
    if followed.letter is not None:
        due, facts = followed.letter
        return notice_screen(voice, due, facts, (), limits)
    back = parse(followed.back) if followed.back else None
    return activity_card(voice, card, Markup(followed.heading) or None, back)  # noqa: S704 - it was Markup when kept


def _card(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return an activity's card below a line that says why it was sent."""
    plain = {key: str(value) for key, value in due.subject.items()}
    return activity_card(
        voice, facts.the(Card), voice(f"notice.{due.kind.value}", name=facts.the(Names).person, **plain)
    )


def _join_request(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return joining.request(voice, facts.the(Applicant))


def _admitted(voice: Voice, _due: Due, facts: Facts) -> Screen:
    actor = facts.actor
    text = voice("notice.admitted", name=actor.name, team=actor.team_name)
    return Screen(text, menu(voice, actor), keyboard=keyboard(voice, actor))


def _declined(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return Screen(voice("notice.declined", team=facts.actor.team_name))


def _report(voice: Voice, due: Due, facts: Facts) -> Screen:
    return report_card(voice, facts.the(Card), facts.the(ReportCard), voice(f"notice.{due.kind.value}"))


def _returned(voice: Voice, _due: Due, facts: Facts) -> Screen:
    """Return a report to correct: the reader's own, or that of a reporter who can't be reached or lost the office."""
    report = facts.the(ReportCard)
    heading = voice("notice.returned") if report.mine else voice("notice.returned_of", name=report.reporter)
    return report_card(voice, facts.the(Card), report, heading)


def _changed(voice: Voice, due: Due, facts: Facts) -> Screen:
    """What changed, old → new; and that it now clashes with something else, if it does."""
    changes = deltas(due.subject)
    said = [change_line(voice, delta) for delta in changes]
    moved = any(delta.field is EditField.TIME for delta in changes)
    clashing = facts.find(Clash)
    clash = voice("notice.clash", title=clashing.title) if clashing and moved else None
    return activity_card(voice, facts.the(Card), lines(voice("notice.changed"), *said, clash, ""))


def _claimed(voice: Voice, due: Due, facts: Facts) -> Screen:
    key = "notice.released" if due.subject.get("released") else "notice.claimed"
    heading = voice(key, team=facts.the(Names).team, role=due.subject.get("role", ""))
    return activity_card(voice, facts.the(Card), heading)


def _removed(voice: Voice, due: Due, facts: Facts) -> Screen:
    """The card of an activity that the reader was taken off, with who did it and why."""
    reason = due.subject.get("reason")
    heading = lines(
        voice("notice.removed", name=facts.the(Names).person, role=due.subject.get("role", "")),
        voice("notice.removed_why", reason=reason) if reason else None,
    )
    return activity_card(voice, facts.the(Card), heading)


def _corps_digest(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return corps_digest(voice, facts.the(CorpsDigest))


def _team_digest(voice: Voice, due: Due, facts: Facts) -> Screen:
    return team_digest(voice, facts.the(TeamDigest), in_group=due.member_id is None)


def _reminder(voice: Voice, _due: Due, facts: Facts) -> Screen:
    """When, where and whom to ask, then the card; a leader reads in the same message what is still needed."""
    card, near = facts.the(Card), facts.the(Near)
    leads = facts.actor.is_leader and bool(gaps(card, facts.actor))
    heading = lines(
        voice("notice.reminder", when=voice.near(card.my_hours[0], near.now)),
        where(voice, card),
        voice("near.ask", names=voice("list.comma").join(near.asked)) if near.asked else None,
        voice("near.ask_coordinators") if near.stands_in else None,
        _check_in(voice, card, near),
        call(voice, card, facts.actor) if leads else None,
        "",
    )
    return activity_card(voice, card, heading, places=False)


def _check_in(voice: Voice, card: Card, near: Near) -> Markup | None:
    """Return from which time this card has the button 签到; only on the day itself."""
    opens = check_in_opens(card.my_hours[0])
    if card.may_check_in or opens - near.now > LAST_REMINDER:
        return None
    return voice("near.check_in", opens=f"{voice.zone.wall(opens):%H:%M}")


LAST_REMINDER = dt.timedelta(hours=6)
"""A reminder names the time of check-in if check-in opens within this span."""


def _unfilled(voice: Voice, _due: Due, facts: Facts) -> Screen:
    """The card under a line that names what is still needed, as far as this reader can do something about it."""
    heading = call(voice, facts.the(Card), facts.actor)
    return activity_card(voice, facts.the(Card), heading)


def _lapsed(voice: Voice, due: Due, facts: Facts) -> Screen:
    key = "notice.lapsed_away" if due.subject.get("away") else "notice.lapsed"
    return activity_card(voice, facts.the(Card), voice(key))


def _late_withdrawal(voice: Voice, due: Due, facts: Facts) -> Screen:
    return activity_card(voice, facts.the(Card), late_withdrawal(voice, due, facts))


def _last_call(voice: Voice, _due: Due, facts: Facts) -> Screen:
    """What is missing shortly before, and what this reader can do about it: the buttons stand above the card's."""
    card, last = facts.the(Card), facts.the(LastCall)
    when = voice.near(card.starts_at, last.now)
    missing = voice("notice.last_call", when=when, needs=needs(voice, last.lacking))
    if facts.actor.member_id is None:
        return activity_card(voice, card, lines(missing, ""))
    if not facts.actor.is_coordinator:
        can = "claim" if all(slot.open for slot in last.lacking) else "leader"
        return activity_card(voice, card, lines(missing, voice(f"notice.last_call_{can}"), ""))
    below = activity_card(voice, card, lines(missing, voice("notice.last_call_coordinator"), ""))
    cut = EditSlotFieldTap(last.lacking[0].id, EditField.PLACES) if len(last.lacking) == 1 else EditSlotsTap(card.id)
    ways = (
        (Button(voice("button.move"), EditFieldTap(card.id, EditField.TIME)), Button(voice("button.cut"), cut)),
        (Button(voice("button.ask_team"), EditFieldTap(card.id, EditField.TEAM)),),
    )
    return replace(below, rows=(*ways, *below.rows))


def _report_request(voice: Voice, due: Due, facts: Facts) -> Screen:
    """Return the request for a report: the first one, a coordinator's second one, or the last one."""
    if due.subject.get("member"):
        return activity_card(voice, facts.the(Card), voice("notice.report_nudge", name=facts.the(Names).person))
    card = facts.the(Card)
    if not due.subject.get("last"):
        return activity_card(voice, card, voice("notice.report_request"))
    returned = card.report_state is ReportState.RETURNED
    return activity_card(voice, card, voice("notice.report_last_returned" if returned else "notice.report_last"))


def _draft_request(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return new_activity.request(voice, facts.the(DraftCard))


def _draft_decided(voice: Voice, due: Due, facts: Facts) -> Screen:
    return new_activity.decided(voice, facts.find(DraftCard), facts.the(Names).person, due.subject)


def _pairing(voice: Voice, due: Due, facts: Facts) -> Screen:
    """A pairing to be confirmed, or what became of one that the reader registered."""
    card = facts.the(PairingCard)
    returned = "notice.pairing_returned" if card.mine else "notice.pairing_returned_of"
    decided = returned if card.state is PairingState.RETURNED else "notice.pairing_confirmed"
    key = "notice.pairing_request" if due.kind is Kind.PAIRING_REQUEST else decided
    return pairing_card(voice, card, voice(key, name=card.registrar))


def _visit_due(voice: Voice, _due: Due, facts: Facts) -> Screen:
    card = facts.the(PairingCard)
    return pairing_card(voice, card, voice("notice.visit_due", n=card.idle_days))


def _visits_due(voice: Voice, said: Said, _limits: TextLimits) -> Screen:
    return idle_list(voice, [facts.the(PairingCard) for _, facts in said])


def _rotation_answer(voice: Voice, due: Due, facts: Facts) -> Screen:
    return rotation.answered(voice, facts.the(Turn), swapped=bool(due.subject.get("swapped")))


def _plan_ask(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return plan.asked(voice, facts.the(Answer))


def _plan_answer(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return plan.answered(voice, facts.the(Answer))


def _broadcast(voice: Voice, due: Due, facts: Facts) -> Screen:
    return broadcast_copy(voice, due.kind, facts.the(Copy))


def _group_lost(voice: Voice, due: Due, _facts: Facts) -> Screen:
    return Screen(voice("notice.group_lost", title=due.subject["title"], team=due.subject["team_name"]))


def _group_moved(voice: Voice, due: Due, facts: Facts) -> Screen:
    told = due.subject
    values = {"title": told["title"], "team": told["team_name"], "to": told["to"], "by": facts.the(Names).person}
    return Screen(voice("notice.group_moved", **values))


def _robot_untied(voice: Voice, due: Due, facts: Facts) -> Screen:
    told = due.subject
    values = {"team": told["team_name"], "kind": voice(f"robot.kind_{told['channel']}")}
    key = "notice.robot_moved" if "to" in told else "notice.robot_untied"
    return Screen(voice(key, by=facts.the(Names).person, **values, **({"to": told["to"]} if "to" in told else {})))


def _alarm(voice: Voice, due: Due, _facts: Facts) -> Screen:
    """Return an alarm: what does not work, in words that coordinators understand."""
    name = due.subject["what"]
    what = next((word for word in _ALARMS if word in name), "other")
    since, seen = (voice.moment(dt.datetime.fromtimestamp(due.subject[key], dt.UTC)) for key in ("since", "seen"))
    return Screen(voice(f"notice.{due.kind.value}", what=voice(f"alarm.{what}"), since=since, seen=seen))


def _roster(voice: Voice, due: Due, _facts: Facts) -> Screen:
    """What the roster file has changed, and which teams it should give a code."""
    said = [
        voice(f"roster.{change}", name=name, before=before, after=after, year=year)
        for change, name, before, after, year, _ in due.subject["changed"]
    ]
    left = [voice("roster.people_left", name=row[1], people=row[5]) for row in due.subject["changed"] if row[5]]
    codeless = voice("list.comma").join(due.subject["codeless"])
    hint = voice("roster.codeless", teams=codeless) if codeless else None
    return Screen(lines(voice("notice.roster") if said else None, *said, *left, hint))


def _question(voice: Voice, _due: Due, facts: Facts) -> Screen:
    return fallbacks.question(voice, facts.the(PassedOn))


_ALARMS = ("outbox", "backup", "door", "mail", "telegram", "digest", "reminder")


def _unreachable(voice: Voice, due: Due, facts: Facts) -> Screen:
    return unreachable_list(voice, ((due, facts),))


_LISTS: dict[Kind, Callable[[Voice, Said, TextLimits], Screen]] = {
    Kind.UNREACHABLE: unreachable_list,
    Kind.VISIT_DUE: _visits_due,
}
"""How several of a kind are said at once, where that is no list of activities."""

View = Callable[[Voice, Due, Facts], Screen]
_VIEWS: dict[Kind, View] = {
    **dict.fromkeys(
        (
            Kind.CARD,
            Kind.OFFER,
            Kind.CANCELLED,
            Kind.INVITE,
            Kind.SIGNED_UP_FOR,
            Kind.AGAIN,
        ),
        _card,
    ),
    Kind.REMOVED: _removed,
    Kind.JOIN_REQUEST: _join_request,
    Kind.ADMITTED: _admitted,
    Kind.DECLINED: _declined,
    Kind.VERIFY_REQUEST: _report,
    Kind.RETURNED: _returned,
    Kind.VERIFIED: _report,
    Kind.REOPEN_REQUEST: _report,
    Kind.REOPENED: _report,
    Kind.REOPEN_DECLINED: _report,
    Kind.UNREACHABLE: _unreachable,
    Kind.ALARM: _alarm,
    Kind.ALARM_OVER: _alarm,
    Kind.ROSTER: _roster,
    Kind.QUESTION: _question,
    Kind.PAGE_ENTERED: pages.entered_notice,
    Kind.CALENDAR_ENTRY: calendars.entry_notice,
    Kind.MAIL_CHANGED: mailbox.changed_notice,
    Kind.ROLE: members.role_notice,
    Kind.MOVED: members.moved_notice,
    Kind.MOVED_IN: members.moved_in_notice,
    Kind.DISMISSED: members.dismissed_notice,
    Kind.CHANGED: _changed,
    Kind.CLAIMED: _claimed,
    Kind.QUOTA: _corps_digest,
    Kind.TEAM_DIGEST: _team_digest,
    Kind.REMINDER: _reminder,
    Kind.UNFILLED: _unfilled,
    Kind.LAST_CALL: _last_call,
    Kind.LAPSED: _lapsed,
    Kind.LATE_WITHDRAWAL: _late_withdrawal,
    Kind.REPORT_REQUEST: _report_request,
    Kind.RATING: ratings.notice,
    Kind.DRAFT_REQUEST: _draft_request,
    Kind.DRAFT_DECIDED: _draft_decided,
    Kind.PAIRING_REQUEST: _pairing,
    Kind.PAIRING_DECIDED: _pairing,
    Kind.PUBLICITY: publicity.opened,
    Kind.OBJECTION: publicity.told,
    Kind.OBJECTION_SETTLED: publicity.told,
    Kind.OWN_HOURS_REQUEST: own_hours.told,
    Kind.OWN_HOURS_DECIDED: own_hours.told,
    Kind.CERTIFICATE_REQUEST: certificates.told,
    Kind.CERTIFICATE_DECIDED: certificates.told,
    Kind.VISIT_DUE: _visit_due,
    Kind.ROTATION_INVITE: lambda voice, _due, _facts: rotation.invitation(voice),
    Kind.ROTATION_ASK: lambda voice, _due, facts: rotation.asked(voice, facts.the(Turn)),
    Kind.ROTATION_ANSWER: _rotation_answer,
    Kind.ROTATION_SWAP: lambda voice, _due, facts: rotation.swap_request(voice, facts.the(SwapRequest)),
    Kind.ROTATION_NEAR: lambda voice, _due, facts: rotation.near(voice, facts.the(Turn)),
    Kind.PLAN_ASK: _plan_ask,
    Kind.PLAN_ANSWER: _plan_answer,
    Kind.GROUP_LOST: _group_lost,
    Kind.GROUP_MOVED: _group_moved,
    Kind.ROBOT_BROKEN: robots.broken_notice,
    Kind.ROBOT_UNTIED: _robot_untied,
    **dict.fromkeys((Kind.BROADCAST, Kind.BROADCAST_PART, Kind.CORRECTION, Kind.NUDGE), _broadcast),
}
