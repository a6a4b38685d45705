"""What the page asks for."""

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from sandbox.botapi.api import BotApi
from sandbox.errors import HTTP_NOT_FOUND, Refused, bad
from sandbox.http.botapi_endpoint import MAX_WORDS, bounded
from sandbox.mail.mailbox import Mailbox
from sandbox.world.messages import Chat
from sandbox.world.people import Control

_SHOWN_MESSAGES = 200


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object in a request's body; an empty one if there is no body.

    Raises:
        Refused: 400, if the body is not a JSON object; 413, if it is too large.
    """
    body = await Request(request.scope, bounded(request.receive, MAX_WORDS)).body()
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise bad("can't parse JSON object") from None
    if not isinstance(found, dict):
        raise bad("a JSON object is expected")
    return found


class PageSide:
    """What the page's queries and actions share.

    Args:
        api: The bot's side, world included.
        control: Tells and moves the time.
        mailbox: Where mail lands.
    """

    def __init__(self, api: BotApi, control: Control, mailbox: Mailbox) -> None:
        self._api = api
        self._mailbox = mailbox
        self._world = api.world
        self._control = control

    def _chat(self, chat_id: int) -> Chat:
        if chat_id not in self._world.chats:
            raise bad("chat not found")
        return self._world.chats[chat_id]

    def _now(self) -> str:
        return self._control.now().isoformat()


class PageQueries(PageSide):
    """The requests that only read."""

    async def state(self, _request: Request) -> Response:
        """Return everything the page needs at first."""
        robot = self._world.robot
        return JSONResponse(
            {
                "bot": {"id": robot.id, "name": robot.name, "username": robot.username},
                "people": self._world.people_page(),
                "chats": [chat.page() for chat in self._world.chats.values()],
                "clock": self._now(),
                "faults": [fault.page() for fault in self._api.faults.orders],
                "limits": self._api.limits.page(),
            }
        )

    async def messages(self, request: Request) -> Response:
        """Return the last messages of a chat, oldest first."""
        messages = list(self._chat(int(request.path_params["chat_id"])).messages.values())
        limit = int(request.query_params.get("limit", _SHOWN_MESSAGES))
        return JSONResponse([self._world.page(message) for message in messages[-limit:]])

    async def commands(self, request: Request) -> Response:
        """Return the command menu that a person sees in a chat."""
        person_id, chat = (
            int(request.query_params["person_id"]),
            self._chat(int(request.query_params["chat_id"])),
        )
        person = self._world.people.get(person_id)
        language = person.language_code if person else ""
        admin = not chat.private and chat.people[:1] == [person_id]
        return JSONResponse(self._world.commands.shown(chat.id, person_id, language, admin=admin))

    async def menu_button(self, request: Request) -> Response:
        """Return the button beside the typing field of a chat, as the bot has set it."""
        return JSONResponse(self._world.profile.menu_button(int(request.query_params["chat_id"])))

    async def mails(self, _request: Request) -> Response:
        """Return the last mails, oldest first."""
        return JSONResponse([mail.page() for mail in self._mailbox.mails])

    async def events(self, _request: Request) -> Response:
        """Stream what happens, as server-sent events."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=headers)

    async def _stream(self) -> AsyncIterator[str]:
        async for event in self._world.events.listen():
            yield ":\n\n" if event is None else f"data: {json.dumps(event, ensure_ascii=False)}\n\n"

    async def calls(self, request: Request) -> Response:
        """Return the bot's calls after number `since`, of one `method` if given."""
        since, method = int(request.query_params.get("since", 0)), request.query_params.get("method")
        return JSONResponse([call.page() for call in self._api.calls.since(since, method)])

    async def file(self, request: Request) -> Response:
        """Return a file: pictures are shown, anything else is downloaded."""
        stored = self._world.files.by_id.get(request.path_params["file_id"])
        if stored is None:
            raise Refused(HTTP_NOT_FOUND, "Not Found: file not found")
        # Anything else (HTML, SVG) could run as a script on the page's own origin.
        picture = stored.mime in ("image/png", "image/jpeg", "image/webp", "image/gif")
        headers = {"x-content-type-options": "nosniff"} | ({} if picture else {"content-disposition": "attachment"})
        mime = stored.mime if picture else "application/octet-stream"
        return FileResponse(stored.place, media_type=mime, headers=headers)
