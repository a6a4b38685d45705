"""/teams and /team: the teams, their invitations and requests, their members, and what a team still lacks."""

from bot.access import Access
from bot.callbacks.teams import (
    CalledTap,
    CallsTap,
    DecideTap,
    InvitationTap,
    LinksTap,
    MemberTap,
    MoveTap,
    NicknameTap,
    OpeningsTap,
    RemoveTap,
    RequestsTap,
    RoleTap,
    TeamHoursTap,
    TeamsTap,
    TeamTap,
)
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import joining as joining_views
from bot.views import members as member_views
from bot.views import teams as views
from bot.views.doors.calls import calls_screen
from bot.views.records import service_hours as hours_views
from bot.views.screen import Screen
from corps.conversations import Conversation
from corps.membership import call_list, nicknames, team_cards, team_pages
from corps.membership.team_pages import TeamPage
from corps.records import service_hours
from corps.signups import vacancies

routes = Routes()


@routes.command("team", Access.LEADER)
async def team(turn: Turn) -> None:
    """Show the leader's own team; a coordinator who leads none is shown the way to /teams."""
    found = await turn.run(team_pages.see_own)
    await turn.send(views.no_team(turn.voice) if found is None else _screen(turn, found))


def _screen(turn: Turn, page: TeamPage) -> Screen:
    return views.team_screen(
        turn.voice, page.card, turn.links_to, page.lacking, broadcasts=page.broadcasts, calls=page.calls
    )


@routes.tap(OpeningsTap, Access.LEADER)
async def on_openings(turn: Turn, tap: OpeningsTap) -> None:
    """Show where the team lacks people, and what it could claim."""
    found = await turn.run(vacancies.vacancies_of_team, tap.team)
    await turn.show(views.openings_screen(turn.voice, tap.team, found, tap.page))


@routes.command("teams", Access.COORDINATOR)
async def teams(turn: Turn) -> None:
    """Show the list of teams."""
    lines = await turn.run(team_cards.list_lines)
    await turn.send(views.teams_screen(turn.voice, lines))


@routes.tap(TeamsTap, Access.COORDINATOR)
async def on_teams(turn: Turn, _tap: TeamsTap) -> None:
    """Show the list of teams in the message that was tapped."""
    lines = await turn.run(team_cards.list_lines)
    await turn.show(views.teams_screen(turn.voice, lines))


@routes.tap(LinksTap, Access.COORDINATOR)
async def on_links(turn: Turn, _tap: LinksTap) -> None:
    """全部邀请链接, as a message to pass on; the list stays."""
    found = await turn.run(team_cards.invitations)
    await turn.toast()
    await turn.send(views.links_screen(turn.voice, found, turn.links_to))


@routes.tap(TeamTap, Access.LEADER)
async def on_team(turn: Turn, tap: TeamTap) -> None:
    """Show a team's card."""
    found = await turn.run(team_pages.see, tap.team, tap.page)
    await turn.show(_screen(turn, found))


@routes.tap(TeamHoursTap, Access.LEADER)
async def on_team_hours(turn: Turn, tap: TeamHoursTap) -> None:
    """Show what was served for the team."""
    found = await turn.run(service_hours.of_team, tap.team, tap.year, tap.page)
    await turn.show(hours_views.team_screen(turn.voice, found))


@routes.tap(InvitationTap, Access.LEADER)
async def on_invitation(turn: Turn, tap: InvitationTap) -> None:
    """Renew or revoke the invitation, once that is confirmed."""
    if not (tap.sure and tap.shown):  # an old button does not say which link it ends: a second touch would end the next
        card = await turn.run(team_cards.see_team, tap.team)
        await turn.show(views.confirm_invitation(turn.voice, card, renew=tap.renew))
        return
    found = await turn.run(team_pages.revoke_invitation, tap.team, tap.shown, renew=tap.renew)
    await turn.show(_screen(turn, found), turn.voice("toast.link_renewed" if tap.renew else "toast.link_revoked"))


@routes.redraw(TeamTap, TeamHoursTap, InvitationTap, RequestsTap, OpeningsTap)
async def redraw_team(turn: Turn, tap: InvitationTap) -> None:
    """Show the team as it is now."""
    await turn.show(_screen(turn, await turn.run(team_pages.see, tap.team)))


@routes.tap(RequestsTap, Access.LEADER)
async def on_requests(turn: Turn, tap: RequestsTap) -> None:
    """Show who asks to join."""
    asking = await turn.run(team_cards.applicants, tap.team)
    await turn.show(views.requests_screen(turn.voice, tap.team, asking))


@routes.tap(DecideTap, Access.LEADER)
async def on_decide(turn: Turn, tap: DecideTap) -> None:
    """通过 / 拒绝 in the list of requests."""
    decided, asking = await turn.run(
        team_pages.decide, tap.team, tap.applicant, tap.shown, admit=tap.admit, listed=tap.listed
    )
    said = joining_views.decided(turn.voice, decided).text
    await turn.show(views.requests_screen(turn.voice, tap.team, asking, said), turn.voice("toast.done"))
    await turn.offer_menu(decided.person)


@routes.redraw(DecideTap)
async def redraw_requests(turn: Turn, tap: DecideTap) -> None:
    """Show who asks to join as it is now."""
    asking = await turn.run(team_cards.applicants, tap.team)
    await turn.show(views.requests_screen(turn.voice, tap.team, asking))


@routes.redraw("member")
async def redraw_member(turn: Turn, tap: MemberTap) -> None:
    """Show the member as they are now."""
    card = await turn.run(team_cards.see_member, tap.member)
    await turn.show(member_views.member_screen(turn.voice, card))


@routes.tap(MemberTap, Access.LEADER)
async def on_member(turn: Turn, tap: MemberTap) -> None:
    """Show a member's card."""
    card = await turn.run(team_cards.see_member, tap.member)
    await turn.show(member_views.member_screen(turn.voice, card))


@routes.tap(NicknameTap, Access.LEADER)
async def on_nickname(turn: Turn, tap: NicknameTap) -> None:
    """设昵称: ask for it."""
    card = await turn.run(nicknames.ask, tap.member)
    await turn.show(member_views.nickname_screen(turn.voice, card))


async def show_nickname_question(turn: Turn, conversation: Conversation) -> None:
    """Ask for the nickname again."""
    card = await turn.run(nicknames.ask_again, conversation)
    await turn.send(member_views.nickname_screen(turn.voice, card))


@routes.conversation(nicknames.KIND, Access.LEADER, show_nickname_question)
async def take_nickname(turn: Turn, conversation: Conversation) -> None:
    """Take the nickname, and show the member."""
    card = await turn.run(nicknames.take, conversation, turn.text)
    if card is None:
        await show_nickname_question(turn, conversation)
        return
    await turn.send(member_views.member_screen(turn.voice, card, turn.voice("member.nickname_kept")))


@routes.tap(RoleTap, Access.COORDINATOR)
async def on_role(turn: Turn, tap: RoleTap) -> None:
    """设为联络员, 设为统筹, or no longer: what is not easily put right is asked once more."""
    if tap.asks:
        asked = await turn.run(team_cards.see_member, tap.member)
        await turn.show(member_views.role_screen(turn.voice, asked, tap.role, on=tap.on))
        return
    done, card = await turn.run(team_pages.set_role, tap.member, tap.role, tap.shown, on=tap.on)
    if card is None:
        await turn.show(views.no_team(turn.voice), turn.voice("toast.done"))
    else:
        own = card.id == turn.actor.member_id
        said = member_views.role_said(turn.voice, card, tap.role, on=tap.on, own=own) if done.changed else None
        toast = turn.voice("toast.done" if done.changed else "toast.same_already")
        await turn.show(member_views.member_screen(turn.voice, card, said), toast)
    await turn.offer_menu(done.person)


@routes.tap(MoveTap, Access.LEADER)
async def on_move(turn: Turn, tap: MoveTap) -> None:
    """Ask for the team, then move the member there."""
    if not tap.team:
        card, others = await turn.run(team_cards.other_teams, tap.member)
        await turn.show(member_views.move_screen(turn.voice, card, others))
        return
    moved = await turn.run(team_pages.move, tap.member, tap.team, tap.shown)
    screen = member_views.moved_screen(turn.voice, moved, for_coordinator=turn.actor.is_coordinator)
    await turn.show(screen, turn.voice("toast.done"))
    await turn.offer_menu(moved.person)


@routes.tap(RemoveTap, Access.LEADER)
async def on_remove(turn: Turn, tap: RemoveTap) -> None:
    """Remove a member, once that is confirmed."""
    if not tap.sure:
        card = await turn.run(team_pages.see_removable, tap.member)
        await turn.show(member_views.remove_screen(turn.voice, card))
        return
    removed = await turn.run(team_pages.remove, tap.member, tap.shown)
    await turn.show(member_views.removed_screen(turn.voice, removed), turn.voice("toast.done"))
    await turn.offer_menu(removed.person)


@routes.tap(CallsTap, Access.LEADER)
async def on_calls(turn: Turn, tap: CallsTap) -> None:
    """电话清单: show who is to be called."""
    found = await turn.run(call_list.waiting, tap.team)
    await turn.show(calls_screen(turn.voice, tap.team, found, tap.page))


@routes.tap(CalledTap, Access.LEADER)
async def on_called(turn: Turn, tap: CalledTap) -> None:
    """打过了: take somebody off the list of calls, and show who is left."""
    found = await turn.run(call_list.called, tap.notice, tap.team, tap.shown)
    await turn.show(calls_screen(turn.voice, tap.team, found), turn.voice("toast.done"))


@routes.redraw(CallsTap, CalledTap)
async def redraw_calls(turn: Turn, tap: CalledTap) -> None:
    """Show who is to be called as it is now."""
    found = await turn.run(call_list.waiting, tap.team)
    await turn.show(calls_screen(turn.voice, tap.team, found))
