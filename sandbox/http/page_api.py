"""The page's API, under `/sandbox/`: which path is answered by which method."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.botapi.api import BotApi
from sandbox.errors import Refused, bad
from sandbox.http.link_previews import LinkPreviews
from sandbox.http.mini_app import MiniApp
from sandbox.http.page_actions import PageActions
from sandbox.http.page_queries import PageQueries, read_object
from sandbox.mail.mailbox import Mailbox
from sandbox.world.people import Control

Json = dict[str, Any]


def routes(api: BotApi, control: Control, mailbox: Mailbox, token: str, pages: str = "") -> list[Route]:
    """Return all routes of the page's API.

    Args:
        api: The bot's side, world included.
        control: Tells and moves the time.
        mailbox: Where mail lands.
        token: The bot's, by which it is signed who opens a Mini App.
        pages: Where the program serves pages of its own; empty when it serves none.
    """
    reads, acts = PageQueries(api, control, mailbox), PageActions(api, control, mailbox)
    gets: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "state": reads.state,
        "chats/{chat_id}/messages": reads.messages,
        "commands": reads.commands,
        "menu_button": reads.menu_button,
        "events": reads.events,
        "calls": reads.calls,
        "mails": reads.mails,
        "preview": LinkPreviews(pages).preview,
        "mini_app": MiniApp(token, api.world, control).opened,
        "files/{file_id}": reads.file,
    }
    posts: dict[str, Callable[[Json], Awaitable[object]]] = {
        "people": acts.new_person,
        "say": acts.say,
        "edit": acts.edit,
        "start": acts.start,
        "tap": acts.tap,
        "flood": acts.flood,
        "block": acts.block,
        "groups": acts.new_group,
        "groups/member": acts.group_member,
        "groups/bot": acts.group_bot,
        "groups/upgrade": acts.group_upgrade,
        "clock": acts.clock,
        "reset": acts.reset,
        "limits": acts.limits,
    }
    found = [Route(f"/sandbox/{path}", _asked(act)) for path, act in gets.items()]
    found += [Route(f"/sandbox/{path}", _told(act), methods=["POST"]) for path, act in posts.items()]
    found.append(Route("/sandbox/upload", _asked(acts.upload), methods=["POST"]))
    found.append(Route("/sandbox/faults", _asked(acts.faults), methods=["GET", "POST", "DELETE"]))
    return found


def _asked(act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await act(request)
        except Refused as refusal:
            return _refusal(refusal)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            return _refusal(bad(f"missing or malformed: {error}"))

    return endpoint


def _told(act: Callable[[Json], Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
    async def from_body(request: Request) -> Response:
        return JSONResponse(await act(await read_object(request)))

    return _asked(from_body)


def _refusal(refusal: Refused) -> Response:
    return JSONResponse(refusal.wire(), status_code=refusal.code)
