"""The weekly digests and the call for free places: what is late or missing, and what the reader can do about it."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.callbacks import Payload
from bot.callbacks.common import MenuBelowTap
from bot.callbacks.pairings import ListedPairingTap
from bot.callbacks.quota import QuotaPictureTap
from bot.callbacks.reports import ListedReviewTap
from bot.callbacks.signup import CardTap, ListedTap
from bot.texts.voice import Voice
from bot.views.quota import pace, quota_text
from bot.views.screen import Button, Row, Screen, lines
from corps.activities.cards import Card, SlotCard
from corps.parsing.lengths import cut
from corps.people import Actor
from corps.quotas.digests import CorpsDigest, Task, TeamDigest
from corps.signups.vacancies import ActivityVacancy
from corps.signups.vacancy_calls import gaps

SHOWN = 4
"""How many of a kind a digest names; the rest is a number."""

TITLE_ON_BUTTON = 20


def corps_digest(voice: Voice, digest: CorpsDigest) -> Screen:
    """Return a coordinator's weekly digest."""
    behind = [
        voice("digest.could_help", name=line.category.spoken(voice.language), teams=voice.listed(teams))
        for line in digest.quota.lines
        if line.behind and (teams := digest.suited.get(line.category.code, ()))
    ]
    to_do = [
        *_tasks(voice, "digest.reports", digest.reports),
        *_tasks(voice, "digest.pairings", digest.pairings),
        *_tasks(voice, "digest.unreported", digest.unreported),
        *_tasks(voice, "digest.visits", digest.visits),
        *_openings(voice, "digest.openings", digest.openings),
        *(["", voice("digest.behind"), *behind] if behind else []),
    ]
    heading = voice("digest.to_do") if to_do else voice("digest.nothing_to_do")
    rows = [
        *_buttons("🔎", digest.reports, ListedReviewTap),
        *_buttons("🌾", digest.pairings, ListedPairingTap),
        *_buttons("📝", digest.unreported, ListedTap),
        *_buttons("🌾", digest.visits, ListedPairingTap),
        *_opening_buttons(digest.openings),
        (Button(voice("numbers.picture"), QuotaPictureTap(digest.quota.year)),),
        (Button(voice("menu.quota"), MenuBelowTap("quota")), Button(voice("menu.new"), MenuBelowTap("new"))),
    ]
    return Screen(lines(voice("digest.weekly"), quota_text(voice, digest.quota), "", heading, *to_do), tuple(rows))


def team_digest(voice: Voice, digest: TeamDigest, *, in_group: bool = False) -> Screen:
    """Return the weekly digest of a leader's team: reports it owes, slots it can fill, activities it could propose.

    A group gets only the cards of what is ahead; there a tap always answers below.
    """
    behind = [
        voice(
            "digest.behind_line", name=line.category.spoken(voice.language), verified=line.verified,
            target=line.target, pace=pace(voice, digest.quota, line),
        )
        for line in digest.behind
    ]  # fmt: skip
    text = lines(
        voice("digest.team", team=digest.team),
        *_tasks(voice, "digest.unreported", digest.unreported),
        *_tasks(voice, "digest.visits", digest.visits),
        *_openings(voice, "digest.openings_own", digest.openings),
        *_openings(voice, "digest.to_claim", digest.to_claim),
        *(["", voice("digest.propose"), *behind] if behind else []),
    )
    ahead = {opening.activity_id: opening for opening in (*digest.openings, *digest.to_claim)}
    if in_group:
        return Screen(text, tuple(_opening_buttons(tuple(ahead.values()), CardTap)))
    rows = [
        *_buttons("📝", digest.unreported, ListedTap),
        *_buttons("🌾", digest.visits, ListedPairingTap),
        *_opening_buttons(tuple(ahead.values())),
        (
            Button(voice("menu.activities"), MenuBelowTap("activities")),
            Button(voice("menu.team"), MenuBelowTap("team")),
        ),
    ]
    if any(line.pairing for line in digest.behind):
        rows.append((Button(voice("menu.pairings"), MenuBelowTap("pairings")),))
    return Screen(text, tuple(rows))


def _tasks(voice: Voice, key: str, tasks: Sequence[Task]) -> list[Markup | str]:
    if not tasks:
        return []
    shown = [voice("digest.task", title=task.title, day=voice.day(task.day)) for task in tasks[:SHOWN]]
    return ["", voice(key, n=len(tasks)), *shown, *_more(voice, len(tasks))]


def _openings(voice: Voice, key: str, ahead: Sequence[ActivityVacancy]) -> list[Markup | str]:
    if not ahead:
        return []
    shown = [
        voice(
            "digest.opening", title=opening.title, when=voice.moment(opening.starts_at),
            needs=_needs(voice, [(need.role, need.free) for need in opening.needs]),
        )
        for opening in ahead[:SHOWN]
    ]  # fmt: skip
    return ["", voice(key, n=len(ahead)), *shown, *_more(voice, len(ahead))]


def _more(voice: Voice, total: int) -> list[Markup]:
    return [voice("digest.more", n=total - SHOWN)] if total > SHOWN else []


def _needs(voice: Voice, needs: Sequence[tuple[str, int]]) -> Markup:
    parts = [voice("digest.need", role=role, n=free) for role, free in needs[:SHOWN]]
    if len(needs) > SHOWN:
        parts.append(voice("digest.more_roles", n=len(needs) - SHOWN))
    return voice("quota.comma").join(parts)


def _buttons(mark: str, tasks: Sequence[Task], payload: Callable[[int], Payload]) -> list[Row]:
    return [(Button(f"{mark} {cut(task.title, TITLE_ON_BUTTON)}", payload(task.id)),) for task in tasks[:SHOWN]]


def _opening_buttons(ahead: Sequence[ActivityVacancy], payload: Callable[[int], Payload] = ListedTap) -> list[Row]:
    return [(Button(f"🙋 {cut(o.title, TITLE_ON_BUTTON)}", payload(o.activity_id)),) for o in ahead[:SHOWN]]


def needs(voice: Voice, slots: Sequence[SlotCard]) -> Markup:
    """Return on one line how many people the slots still need."""
    return _needs(voice, [(slot.role, slot.free) for slot in slots])


def call(voice: Voice, card: Card, reader: Actor) -> Markup:
    """Return the line above a card that names what is still needed and this reader can do something about.

    A leader is asked to look for people, a group, where everybody reads it, to sign up; a coordinator sees all gaps.
    """
    mine = gaps(card, reader)
    if reader.member_id is None:
        return voice("notice.unfilled_group", needs=_needs(voice, [(slot.role, slot.free) for slot in mine]))
    if reader.is_coordinator:
        return voice("notice.unfilled_coordinator", needs=_all_needs(voice, mine))
    needed = {
        "notice.unfilled_claim": [slot for slot in mine if slot.open],
        "notice.unfilled": [slot for slot in mine if not slot.open],
    }
    said = [
        voice(key, needs=_needs(voice, [(s.role, s.free) for s in slots])) for key, slots in needed.items() if slots
    ]
    return lines(*said)


def _all_needs(voice: Voice, slots: Sequence[SlotCard]) -> Markup:
    """Return what is still needed, each with the team that fills it."""
    said = [voice(_need_of(slot), team=slot.team, role=slot.role, n=slot.free) for slot in slots[:SHOWN]]
    if len(slots) > SHOWN:
        said.append(voice("digest.more_roles", n=len(slots) - SHOWN))
    return voice("quota.comma").join(said)


def _need_of(slot: SlotCard) -> str:
    return "digest.need_open" if slot.open else "digest.need_team" if slot.team else "digest.need"
