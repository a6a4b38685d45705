"""What people do on the page."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.errors import bad
from sandbox.http.botapi_endpoint import MAX_BODY, bounded
from sandbox.http.page_queries import PageSide, read_object

Json = dict[str, Any]
_LONGEST_LEAP = 400 * 86_400
_SHOWN_EVERY = 0.3


class PageActions(PageSide):
    """The requests that change something."""

    async def new_person(self, body: Json) -> object:
        """Add a person."""
        person = self._world.new_person(str(body.get("name", "")), str(body.get("language", "zh-hans")))
        return next(entry for entry in self._world.people_page() if entry["id"] == person.id)

    async def say(self, body: Json) -> object:
        """Type a text."""
        reply_to = body.get("reply_to")
        message = self._world.say(body["person_id"], body["chat_id"], str(body["text"]), reply_to=reply_to)
        return self._world.page(message)

    async def edit(self, body: Json) -> object:
        """Edit one's own message."""
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
        """Add a person to a group, or remove one."""
        act = self._world.join if body["present"] else self._world.leave
        act(body["person_id"], body["chat_id"])
        return self._chat(body["chat_id"]).page()

    async def group_bot(self, body: Json) -> object:
        """Let a person add the bot to a group or take it out."""
        act = self._world.invite_bot if body["present"] else self._world.expel_bot
        act(body["person_id"], body["chat_id"])
        return self._chat(body["chat_id"]).page()

    async def group_upgrade(self, body: Json) -> object:
        """Make a basic group a supergroup."""
        return self._world.upgrade(body["person_id"], body["chat_id"]).page()

    async def clock(self, body: Json) -> object:
        """Move the clock forward and show it on the page; a move of 0 still does what is due now.

        Returns the new time. The page has been sent all events of the move before it gets this answer.
        """
        moving = asyncio.ensure_future(self._move(body))
        while not moving.done():
            await asyncio.wait([moving], timeout=_SHOWN_EVERY)
            now = self._now()
            if not moving.done() or moving.exception() is None:
                self._world.events.publish({"type": "clock", "now": now})
        await moving
        return {"now": now}

    def _move(self, body: Json) -> Coroutine[Any, Any, None]:
        match body.get("to"):
            case "monday":
                return self._control.advance_to_monday()
            case "next":
                return self._control.advance_to_next()
        if (seconds := float(body.get("advance_seconds", -1))) >= 0:
            return self._control.advance(timedelta(seconds=min(seconds, _LONGEST_LEAP)))
        raise bad("the clock moves forward by advance_seconds, to monday, or to next")

    async def reset(self, _body: Json) -> object:
        """Start again from the beginning."""
        self._world.reset()
        self._mailbox.clear()
        self._api.faults.clear()
        await self._control.reset()
        self._world.events.publish({"type": "reset"})
        return {}

    async def limits(self, body: Json) -> object:
        """Switch Telegram's sending limits on or off, or change their `reading`."""
        limits = self._api.limits
        limits.read(str(body.get("reading", limits.reading)))
        limits.on = bool(body["on"])
        return limits.page()

    async def upload(self, request: Request) -> Response:
        """Send a file."""
        async with Request(request.scope, bounded(request.receive, MAX_BODY)).form() as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise bad("there is no file in the form")
            content = (file.filename or "file", file.content_type or "", file.file)
            who, where = int(str(form["person_id"])), int(str(form["chat_id"]))
            kind, caption = str(form.get("kind", "document")), str(form.get("caption", ""))
            message = self._world.send_file(who, where, kind, content, caption)
        return JSONResponse(self._world.page(message))

    async def faults(self, request: Request) -> Response:
        """List, add or remove faults."""
        if request.method == "POST":
            return JSONResponse(self._api.faults.order(await read_object(request)).page())
        if request.method == "DELETE":
            self._api.faults.clear()
        return JSONResponse([fault.page() for fault in self._api.faults.orders])
