"""排一排 (/plan): proposals one by one with their reasons, what could not be planned, and the question to a leader."""

from markupsafe import Markup

from bot.callbacks.new_activity import DraftTap
from bot.callbacks.plan import (
    PlanAcceptTap,
    PlanAfreshTap,
    PlanAnotherTap,
    PlanBringBackTap,
    PlanNeverTap,
    PlanSuitsTap,
    PlanTap,
)
from bot.texts.voice import Voice
from bot.views.cards import gone_to
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Button, Row, Screen, lines, page_of, pager, rows_of
from corps.activities.holidays import DayKind
from corps.planning.plan_answers import Answer
from corps.planning.plans import Accepted, PlanView, Proposal, Shortage

LISTED = 12
"""How many proposals the overview names; the others are on later pages."""


def screen(voice: Voice, plan: PlanView, number: int = 0, heading: Markup | None = None) -> Screen:
    """Return one proposal with its reasons and its buttons, below a list of all."""
    page = page_of(len(plan.proposals), number, 1)
    shown = plan.proposals[page.start : page.stop]
    text = lines(
        heading,
        voice("plan.heading", year=plan.year),
        voice("plan.unsolved") if plan.unsolved else None,
        voice("plan.unproven") if not plan.proven else None,
        *(_shortage(voice, shortage) for shortage in plan.shortages),
        *_overview(voice, plan),
        *(_proposal(voice, plan, proposal, page.start + 1) for proposal in shown),
        voice("plan.none") if not plan.proposals and not plan.shortages and not plan.unsolved else None,
    )
    return Screen(text, (*(_buttons(voice, shown[0], page.start) if shown else ()), *_ways(voice, plan, page.start)))


def _overview(voice: Voice, plan: PlanView) -> list[Markup | str]:
    if len(plan.proposals) < 2:  # noqa: PLR2004 - of one there is nothing to look over
        return []
    named = [voice("plan.line", n=number, **_named(voice, p)) for number, p in enumerate(plan.proposals[:LISTED], 1)]
    rest = len(plan.proposals) - LISTED
    return [voice("plan.count", n=len(plan.proposals)), *named, *([voice("plan.more", n=rest)] if rest > 0 else [])]


def _named(voice: Voice, proposal: Proposal) -> dict[str, object]:
    return {
        "category": proposal.category.spoken(voice.language),
        "team": proposal.team,
        "when": voice.span(proposal.starts_at, proposal.ends_at),
        "venue": gone_to(voice, proposal.venue),
    }


def _where(voice: Voice, proposal: Proposal) -> Markup:
    venue = gone_to(voice, proposal.venue)
    return voice("plan.where", venue=venue, place=proposal.place or voice("plan.no_place"))


def _proposal(voice: Voice, plan: PlanView, proposal: Proposal, number: int) -> Markup:
    return lines(
        "",
        voice("plan.proposal", n=number, total=len(plan.proposals), **_named(voice, proposal)),
        voice("plan.when", when=voice.span(proposal.starts_at, proposal.ends_at)),
        _where(voice, proposal),
        *reasons(voice, proposal),
    )


def reasons(voice: Voice, proposal: Proposal) -> list[Markup]:
    """Return why it is proposed, one line for each reason."""
    why, category = proposal.why, proposal.category.spoken(voice.language)
    unknown = why.day is DayKind.UNKNOWN
    expertise = voice("list.comma").join(proposal.expertise)
    return [
        voice("plan.why_suits", team=proposal.team, category=category, expertise=expertise),
        voice("plan.why_load", n=why.load, free=why.free),
        voice("plan.why_spread", n=why.in_month, category=category, venue=gone_to(voice, proposal.venue),
              visits=why.at_venue),
        voice("plan.why_day_unknown") if unknown else voice(f"plan.why_day_{why.day.value}"),
    ]  # fmt: skip


def _shortage(voice: Voice, shortage: Shortage) -> Markup:
    category = shortage.category.spoken(voice.language)
    give = voice(f"plan.give_{shortage.give.value}", teams=voice("list.comma").join(shortage.more))
    return voice("plan.short", category=category, n=shortage.number, unit=voice.unit(shortage.unit), give=give)


def _buttons(voice: Voice, proposal: Proposal, number: int) -> tuple[Row, ...]:
    return (
        (
            Button(voice("button.plan_accept"), PlanAcceptTap(proposal.id), style=SUCCESS),
            Button(voice("button.plan_another"), PlanAnotherTap(proposal.id, number)),
        ),
        (Button(voice("button.plan_never"), PlanNeverTap(proposal.id, number), style=DANGER),),
    )


def _ways(voice: Voice, plan: PlanView, number: int) -> tuple[Row, ...]:
    turn = pager(page_of(len(plan.proposals), number, 1), lambda to: PlanTap(plan.year, to))
    back = [
        Button(
            voice("button.plan_bring_back", team=b.team, category=b.category.spoken(voice.language)).unescape(),
            PlanBringBackTap(b.proposal_id),
        )
        for b in plan.barred
    ]
    other = plan.this_year + 1 if plan.year == plan.this_year else plan.this_year
    last = [Button(voice("plan.of_year", year=other), PlanTap(other, 0))]
    if plan.proposals:
        last.insert(0, Button(voice("button.plan_afresh"), PlanAfreshTap(plan.year)))
    return (*turn, *rows_of(back, 1), tuple(last))


def accepted(voice: Voice, done: Accepted) -> Screen:
    """Return the result of accepting a proposal: the draft, who is asked, and a button to the next one."""
    names = voice("list.comma").join(done.asked.names)
    text = lines(
        voice("plan.accepted", **_named(voice, done.proposal)),
        voice("plan.asked", names=names) if names else voice("plan.asked_nobody", team=done.proposal.team),
    )
    rows = (
        (Button(voice("plan.to_draft"), DraftTap(done.activity_id), style=PRIMARY),),
        (Button(voice("plan.next"), PlanTap(done.year, 0)),),
    )
    return Screen(text, rows)


def asked(voice: Voice, answer: Answer) -> Screen:
    """Return the question to a team's leader about an accepted proposal, or the answer given."""
    proposal = answer.proposal
    text = lines(
        voice("plan.ask", **_named(voice, proposal)),
        voice("plan.when", when=voice.span(proposal.starts_at, proposal.ends_at)),
        _where(voice, proposal),
        voice("plan.ask_why") if answer.suits is None else _said(voice, answer),
    )
    yes = Button(voice("button.plan_suits"), PlanSuitsTap(proposal.id, True), style=SUCCESS)
    no = Button(voice("button.plan_suits_not"), PlanSuitsTap(proposal.id, False))
    return Screen(text, ((yes, no),) if answer.may_answer else ())


def _said(voice: Voice, answer: Answer) -> Markup:
    return voice("plan.said_yes" if answer.suits else "plan.said_no", name=answer.by)


def answered(voice: Voice, answer: Answer) -> Screen:
    """Return the team's answer, for the coordinator who accepted the proposal."""
    proposal = answer.proposal
    text = lines(
        voice("plan.answer_yes" if answer.suits else "plan.answer_no", name=answer.by, **_named(voice, proposal)),
        voice("plan.when", when=voice.span(proposal.starts_at, proposal.ends_at)),
        None if answer.suits else voice("plan.answer_no_hint"),
    )
    return Screen(text, ((Button(voice("plan.to_draft"), DraftTap(proposal.activity_id or 0), style=PRIMARY),),))
