"""The pictures and files of what stands on a person's page."""

import re
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.routing.channel import ChannelError
from bot.routing.files import Files
from bot.runtime.database import Database
from corps.pages import messages
from web.channel import number_of
from web.visitors import Visitor

_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
"""A media type. Other channels say what their sender said: it might be no header."""


class AttachedFiles:
    """Serves the files of messages, only to the person whose page shows them."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database.looking()
        self._files = files

    async def page(self, request: Request, visitor: Visitor) -> Response:
        """Return the picture or file of a message on the person's own page."""
        number, part = request.path_params["number"], request.path_params["part"]
        found = await self._database.run(messages.find, visitor.address, number_of(number), visitor.since)
        attachment = {"photo": found.shown.photo, "file": found.shown.document}.get(part) if found else None
        if attachment is None:
            raise HTTPException(404)
        try:
            content = await self._files.content(attachment)
        except ChannelError:
            raise HTTPException(404) from None
        headers = {}
        if part == "file":
            name = quote(attachment.name or "file", safe="")
            headers["content-disposition"] = f"attachment; filename*=UTF-8''{name}"
        plain = "image/jpeg" if part == "photo" else "application/octet-stream"
        return Response(
            content, headers=headers, media_type=attachment.type if _TYPE.fullmatch(attachment.type) else plain
        )
