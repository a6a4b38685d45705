"""Teams: the list of them, and one with its invitation, its requests, its members and what it lacks."""

from markupsafe import Markup

from bot.callbacks.broadcast import TeamFormersTap
from bot.callbacks.groups import RobotsTap
from bot.callbacks.payload import Payload
from bot.callbacks.signup import CardTap
from bot.callbacks.teams import (
    CallsTap,
    DecideTap,
    InvitationTap,
    LinksTap,
    MemberTap,
    OpeningsTap,
    RequestsTap,
    TeamHoursTap,
    TeamsTap,
    TeamTap,
)
from bot.texts.voice import Voice
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Button, LinksTo, Row, Screen, lines, page_of, rows_of, to_pass_on
from corps.membership.join_requests import Applicant
from corps.membership.team_cards import NO_TEAM, Invitation, PersonLine, TeamCard, TeamLine
from corps.parsing.lengths import cut
from corps.signups.vacancies import SlotVacancy

OPENINGS_PAGE = 6
REQUESTS_SHOWN = 12
TITLE_ON_BUTTON = 20


def back(voice: Voice, payload: Payload) -> Row:
    """Return the row with the button back."""
    return (Button(voice("button.back"), payload),)


def teams_screen(voice: Voice, teams: list[TeamLine]) -> Screen:
    """Return the teams as buttons, by name; above them the problems that somebody can solve."""
    buttons = [Button(_team_label(voice, team), TeamTap(team.id, 0)) for team in teams if team.id != NO_TEAM]
    rest = [Button(_team_label(voice, team), TeamTap(NO_TEAM, 0)) for team in teams if team.id == NO_TEAM]
    links = (Button(voice("team.all_links"), LinksTap()),)
    wrong = [line for team in teams if (line := _wrong(voice, team)) is not None]
    text = lines(*([voice("team.wrong"), *wrong, ""] if wrong else []), voice("team.list"))
    return Screen(text, (*rows_of(buttons, 2), *rows_of(rest, 1), links))


def _wrong(voice: Voice, team: TeamLine) -> Markup | None:
    """Return the problems of a team: no members, no leader, a leader or members who can't be reached."""
    if team.id == NO_TEAM or team.retired:
        return None
    faults = [
        voice("team.is_empty") if not team.members else None,
        voice("team.has_no_leader") if team.members and not (team.leaders or team.leaders_lost) else None,
        voice("team.leader_lost") if team.leaders_lost and not team.leaders else None,
        voice("team.lost", n=team.lost) if team.lost else None,
        voice("team.robot_broken") if team.robots_broken else None,
    ]
    said = [fault for fault in faults if fault is not None]
    return voice("team.wrong_line", name=team.name, what=voice("list.comma").join(said)) if said else None


def links_screen(voice: Voice, found: list[Invitation], links_to: LinksTo) -> Screen:
    """Return all teams' invitations as text to pass on."""
    said = [
        voice("team.link_line", name=one.team, link=Markup("\n").join(links_to("join", one.code)))
        if one.code
        else voice("team.no_link_line", name=one.team)
        for one in found
    ]
    return Screen(lines(voice("team.links"), "", *said))


def _team_label(voice: Voice, team: TeamLine) -> str:
    name = team.name or voice("team.none")
    key = "team.label_retired" if team.retired else "team.label"
    label = voice(key, name=name, n=team.members).striptags()
    return f"{label} 📥{team.waiting}" if team.waiting else label


def team_screen(
    voice: Voice,
    card: TeamCard,
    links_to: LinksTo,
    openings: int | None = None,
    *,
    broadcasts: bool = False,
    calls: int = 0,
) -> Screen:
    """Return a team's card. `openings` is how many slots it could still fill; None when not looked up.

    `broadcasts`: there are some whose state in the team its leader, who reads this, can look at.
    `calls`: how many are to be told by telephone.
    """
    if card.id == NO_TEAM:
        text = lines(voice("team.title", name=voice("team.none")), voice("team.no_team_hint"))
        return Screen(text, (*_people_rows(card), back(voice, TeamsTap())))
    links = links_to("join", card.code) if card.code else ()
    leaders = voice.listed(card.leaders) or voice("team.no_leader")
    text = lines(
        voice("team.title", name=card.name),
        voice("team.leaders", leaders=leaders),
        voice("team.members", n=card.members),
        _robots_line(voice, card) if card.robots else None,
        "",
        voice("team.invitation", link=links[0]) if links else voice("team.revoked"),
        *(voice("team.invitation_page", link=link) for link in links[1:]),
        "",
        voice("team.tap_a_name") if card.people else voice("team.nobody"),
    )
    rows = _to_do(voice, card, openings or 0, calls)
    if broadcasts:
        rows.append((Button(voice("team.broadcasts"), TeamFormersTap()),))
    robots = Button(voice("team.robots"), RobotsTap(card.id))
    rows.append((Button(voice("button.team_hours"), TeamHoursTap(card.id, 0, 0)), robots))
    rows += [*_people_rows(card), *_invitation_rows(voice, card, links)]
    if card.for_coordinator:
        rows.append(back(voice, TeamsTap()))
    return Screen(text, tuple(rows))


def _robots_line(voice: Voice, card: TeamCard) -> Markup:
    if not card.robots_broken:
        return voice("team.robots_well", n=card.robots)
    return voice("team.robots_line", n=card.robots, broken=card.robots_broken)


def _to_do(voice: Voice, card: TeamCard, openings: int, calls: int) -> list[Row]:
    """Return the buttons of the leader's open tasks: requests, slots to fill, people to telephone."""
    rows: list[Row] = []
    if card.waiting:
        rows.append((Button(voice("team.requests", n=card.waiting), RequestsTap(card.id), style=PRIMARY),))
    if openings:
        rows.append((Button(voice("team.openings", n=openings), OpeningsTap(card.id, 0), style=PRIMARY),))
    if calls:
        rows.append((Button(voice("team.calls", n=calls), CallsTap(card.id, 0), style=PRIMARY),))
    return rows


def _people_rows(card: TeamCard) -> list[Row]:
    rows = list(rows_of([Button(_person(person), MemberTap(person.id)) for person in card.people], 2))
    if card.pages > 1:
        rows.append(
            (
                Button("◀", TeamTap(card.id, (card.page - 1) % card.pages)),
                Button(f"{card.page + 1}/{card.pages}", TeamTap(card.id, card.page)),
                Button("▶", TeamTap(card.id, (card.page + 1) % card.pages)),
            )
        )
    return rows


def _person(person: PersonLine) -> str:
    marks = (("⭐", person.is_leader), ("🎓", person.is_coordinator), ("📵", person.unreachable))
    return " ".join([*(mark for mark, on in marks if on), person.name])


def _invitation_rows(voice: Voice, card: TeamCard, links: tuple[str, ...]) -> list[Row]:
    if not links:
        return [(Button(voice("team.new_link"), InvitationTap(card.id, renew=True, sure=True, shown=card.invitation)),)]
    return [
        (Button(voice("team.copy_link"), copy=_to_pass_on(voice, card.name, links)),),
        (
            Button(voice("team.renew_link"), InvitationTap(card.id, renew=True, sure=False)),
            Button(voice("team.revoke_link"), InvitationTap(card.id, renew=False, sure=False)),
        ),
    ]


def _to_pass_on(voice: Voice, team: str, links: tuple[str, ...]) -> str:
    """Return the invitation as words for a group chat; the page's link, which needs no app, comes first."""
    key = "team.invite_page" if len(links) > 1 else "team.invite_only"
    words = lines(voice(key, team=team, link=links[-1]), *(voice("team.invite_also", link=one) for one in links[:-1]))
    return to_pass_on(words, links)


def confirm_invitation(voice: Voice, card: TeamCard, *, renew: bool) -> Screen:
    """Ask for confirmation before an invitation link is ended, and say what it means."""
    key = "renew" if renew else "revoke"
    tap = InvitationTap(card.id, renew=renew, sure=True, shown=card.invitation)
    sure = Button(voice(f"team.sure_{key}"), tap, style=DANGER)
    return Screen(voice(f"team.asks_{key}", name=card.name), ((sure,), back(voice, TeamTap(card.id, 0))))


def requests_screen(voice: Voice, team: int, asking: list[Applicant], said: Markup | None = None) -> Screen:
    """Return the requests to join, each with 通过 / 拒绝. `said` is a line about the last decision."""
    rows = [row for person in asking[:REQUESTS_SHOWN] for row in _request_rows(voice, team, person)]
    text = voice("requests.heading", n=len(asking), team=asking[0].team) if asking else voice("requests.none")
    return Screen(lines(said, text), (*rows, back(voice, TeamTap(team, 0))))


def _request_rows(voice: Voice, team: int, person: Applicant) -> list[Row]:
    """Return 通过 / 拒绝 of one who asks; of one who may be on the team's list also that it is somebody else."""
    admit = DecideTap(team, person.id, admit=True, shown=person.sign, listed=person.listed)
    decline = DecideTap(team, person.id, admit=False, shown=person.sign)
    key = "requests.admit_listed" if person.listed else "requests.admit"
    row: Row = (
        Button(voice(key, name=person.name), admit, style=SUCCESS),
        Button(voice("requests.decline", name=person.name), decline, style=DANGER),
    )
    other = Button(voice("button.admit_other"), DecideTap(team, person.id, admit=True, shown=person.sign))
    return [row, (other,)] if person.listed else [row]


def openings_screen(voice: Voice, team: int, found: list[SlotVacancy], number: int = 0) -> Screen:
    """Return the slots that lack people and those to claim, each as a button to the activity's card."""
    page = page_of(len(found), number, OPENINGS_PAGE)
    shown = found[page.start : page.stop]
    rows: list[Row] = [(Button(_opening_label(voice, opening), CardTap(opening.activity_id)),) for opening in shown]
    if page.count > 1:
        rows.append(
            (
                Button("◀", OpeningsTap(team, (page.number - 1) % page.count)),
                Button(f"{page.number + 1}/{page.count}", OpeningsTap(team, page.number)),
                Button("▶", OpeningsTap(team, (page.number + 1) % page.count)),
            )
        )
    said = [
        voice(
            "openings.unclaimed" if opening.unclaimed else "openings.lacking",
            when=voice.moment(opening.starts_at),
            title=opening.title,
            role=opening.role,
            n=opening.free,
        )
        for opening in shown
    ]
    text = lines(voice("openings.heading" if found else "openings.none"), *said)
    return Screen(text, (*rows, back(voice, TeamTap(team, 0))))


def _opening_label(voice: Voice, opening: SlotVacancy) -> str:
    mark = voice("openings.claim_mark") if opening.unclaimed else voice("openings.fill_mark")
    return f"{mark} {cut(opening.title, TITLE_ON_BUTTON)} · {cut(opening.role, TITLE_ON_BUTTON)}"


def no_team(voice: Voice) -> Screen:
    """Return the answer to /team for a coordinator who leads no team."""
    return Screen(voice("team.leads_none"), ((Button(voice("menu.teams"), TeamsTap()),),))
