"""`/cal/<secret>.ics`: a calendar for whoever knows its secret address. Nothing is asked and nothing is changed.

An address that has ended, or never was, is not found: which of the two, nobody is told.
"""

import hashlib
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.documents.icalendar_file import MIME
from bot.runtime.database import Database
from bot.texts.voice import Voice
from bot.views.records.calendars import calendar_file
from corps.records import calendars


class Feeds:
    """The page that calendar programs ask every few hours."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.routes = [Route("/cal/{secret}.ics", self.feed)]

    async def feed(self, request: Request) -> Response:
        """Return the calendar, or 304 when the program has it already."""
        found = await self._database.run(calendars.served, request.path_params["secret"])
        if found is None:
            said = Voice(self._database.policy.language, self._database.clock)("calendar.feed_ended").unescape()
            return PlainTextResponse(f"{said}\n", status_code=404)
        clock = self._database.clock
        content = calendar_file(Voice(found.language, clock), found, clock.zone_info)
        changed_at = found.changed_at.replace(microsecond=0)
        headers = {
            "etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
            "last-modified": format_datetime(changed_at, usegmt=True),
            "cache-control": "private, no-cache",
            "x-content-type-options": "nosniff",
            "x-robots-tag": "noindex",
        }
        if _known(request, headers["etag"], changed_at):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=MIME)


def _known(request: Request, etag: str, changed_at: datetime) -> bool:
    """Tell whether the program has this very calendar; the time counts when it knows no tag (RFC 9110, 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return etag in (tag.strip().removeprefix("W/") for tag in tags.split(",")) or tags.strip() == "*"
    try:
        return parsedate_to_datetime(request.headers.get("if-modified-since", "")) >= changed_at
    except (TypeError, ValueError):
        return False
