"""The person's side over HTTP: what the page asks for and does, under `/sandbox/`."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.botapi import BotApi
from sandbox.errors import HTTP_NOT_FOUND, Refused, bad
from sandbox.messages import Chat
from sandbox.people import Control
from sandbox.wire import MAX_BODY

Json = dict[str, Any]
_SHOWN_MESSAGES = 200


class Desk:
    """All routes of the person's side.

    Args:
        api: The bot's side, world included.
        control: The hand on the clock.
    """

    def __init__(self, api: BotApi, control: Control) -> None:
        self._api = api
        self._world = api.world
        self._control = control

    def routes(self) -> list[Route]:
        """Return the routes, paths beginning with `/sandbox/`."""
        gets: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "state": self.state,
            "chats/{chat_id}/messages": self.messages,
            "commands": self.commands,
            "events": self.events,
            "calls": self.calls,
            "files/{file_id}": self.file,
        }
        posts: dict[str, Callable[[Json], Awaitable[object]]] = {
            "people": self.new_person,
            "say": self.say,
            "edit": self.edit,
            "start": self.start,
            "tap": self.tap,
            "flood": self.flood,
            "block": self.block,
            "groups": self.new_group,
            "groups/member": self.group_member,
            "groups/bot": self.group_bot,
            "clock": self.clock,
            "reset": self.reset,
            "limits": self.limits,
        }
        found = [Route(f"/sandbox/{path}", _asked(act)) for path, act in gets.items()]
        found += [Route(f"/sandbox/{path}", _told(act), methods=["POST"]) for path, act in posts.items()]
        found.append(Route("/sandbox/upload", _asked(self.upload), methods=["POST"]))
        found.append(Route("/sandbox/faults", _asked(self.faults), methods=["GET", "POST", "DELETE"]))
        return found

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
                "limits": {"on": self._api.limits.on, "refused": self._api.limits.refused},
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
        """Return a file; pictures to look at, all else to save."""
        stored = self._world.files.by_id.get(request.path_params["file_id"])
        if stored is None:
            raise Refused(HTTP_NOT_FOUND, "Not Found: file not found")
        # Anything else (HTML, SVG) could run as a script on the page's own origin.
        picture = stored.mime in ("image/png", "image/jpeg", "image/webp", "image/gif")
        headers = {"x-content-type-options": "nosniff"} | (
            {} if picture else {"content-disposition": "attachment"}
        )
        mime = stored.mime if picture else "application/octet-stream"
        return Response(stored.content, media_type=mime, headers=headers)

    async def new_person(self, body: Json) -> object:
        """Let a new person in."""
        person = self._world.new_person(str(body.get("name", "")), str(body.get("language", "zh-hans")))
        return next(entry for entry in self._world.people_page() if entry["id"] == person.id)

    async def say(self, body: Json) -> object:
        """Type a text."""
        reply_to = body.get("reply_to")
        message = self._world.say(body["person_id"], body["chat_id"], str(body["text"]), reply_to=reply_to)
        return self._world.page(message)

    async def edit(self, body: Json) -> object:
        """Edit an own text."""
        where = body["person_id"], body["chat_id"], body["message_id"]
        return self._world.page(self._world.revise(*where, str(body["text"])))

    async def start(self, body: Json) -> object:
        """Press START."""
        message = self._world.start(body["person_id"], str(body.get("payload") or ""))
        return self._world.page(message)

    async def tap(self, body: Json) -> object:
        """Tap a button."""
        return {"callback_id": self._tap(body)}

    async def flood(self, body: Json) -> object:
        """Tap many buttons at once."""
        return {"callback_ids": [self._tap(tap) for tap in body["taps"]]}

    def _tap(self, tap: Json) -> str:
        where = tap["person_id"], tap["chat_id"], tap["message_id"]
        return self._world.tap(*where, str(tap["data"]), forged=bool(tap.get("forged")))

    async def block(self, body: Json) -> object:
        """Block or unblock the bot."""
        self._world.block(body["person_id"], blocked=bool(body["blocked"]))
        return {}

    async def new_group(self, body: Json) -> object:
        """Open a group with the bot in it."""
        kind = bool(body.get("supergroup", True))
        return self._world.new_group(str(body["title"]), list(body["person_ids"]), supergroup=kind).page()

    async def group_member(self, body: Json) -> object:
        """Let a person into a group or out of it."""
        act = self._world.join if body["present"] else self._world.leave
        act(body["person_id"], body["chat_id"])
        return self._chat(body["chat_id"]).page()

    async def group_bot(self, body: Json) -> object:
        """Let a person add the bot to a group or take it out."""
        act = self._world.invite_bot if body["present"] else self._world.expel_bot
        act(body["person_id"], body["chat_id"])
        return self._chat(body["chat_id"]).page()

    async def clock(self, body: Json) -> object:
        """Move the clock on."""
        if body.get("to") == "monday":
            await self._control.advance_to_monday()
        elif (seconds := float(body.get("advance_seconds", 0))) > 0:
            await self._control.advance(timedelta(seconds=seconds))
        else:
            raise bad("the clock moves forward by advance_seconds, or to monday")
        self._world.events.publish({"type": "clock", "now": self._now()})
        return {"now": self._now()}

    async def reset(self, _body: Json) -> object:
        """Begin anew."""
        self._world.reset()
        self._api.faults.clear()
        await self._control.reset()
        self._world.events.publish({"type": "reset"})
        return {}

    async def limits(self, body: Json) -> object:
        """Keep Telegram's limits on sending, or not."""
        self._api.limits.on = bool(body["on"])
        return {"on": self._api.limits.on, "refused": self._api.limits.refused}

    async def upload(self, request: Request) -> Response:
        """Send a file."""
        async with request.form(max_part_size=MAX_BODY) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise bad("there is no file in the form")
            content = (file.filename or "file", file.content_type or "", await file.read())
            who, where = int(str(form["person_id"])), int(str(form["chat_id"]))
            kind, caption = str(form.get("kind", "document")), str(form.get("caption", ""))
        message = self._world.send_file(who, where, kind, content, caption)
        return JSONResponse(self._world.page(message))

    async def faults(self, request: Request) -> Response:
        """List, order or call off trouble."""
        if request.method == "POST":
            return JSONResponse(self._api.faults.order(await request.json()).page())
        if request.method == "DELETE":
            self._api.faults.clear()
        return JSONResponse([fault.page() for fault in self._api.faults.orders])

    def _chat(self, chat_id: int) -> Chat:
        if chat_id not in self._world.chats:
            raise bad("chat not found")
        return self._world.chats[chat_id]

    def _now(self) -> str:
        return self._control.now().isoformat()


def _asked(act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await act(request)
        except Refused as refusal:
            return _refusal(refusal)
        except (KeyError, TypeError, ValueError) as error:
            return _refusal(bad(f"missing or malformed: {error}"))

    return endpoint


def _told(act: Callable[[Json], Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
    async def from_body(request: Request) -> Response:
        body = json.loads(await request.body() or b"{}")
        return JSONResponse(await act(body))

    return _asked(from_body)


def _refusal(refusal: Refused) -> Response:
    return JSONResponse(refusal.wire(), status_code=refusal.code)
