"""Pictures for previews of links: the newest are kept, since drawing one stops the whole program for a moment."""

import asyncio
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import Response

from bot.documents.picture import SheetSection, sheet_png
from web.guard import Limits, peer_of

KEPT = 50
"""How many pictures are kept; each takes some 30 kB."""


class Pictures:
    """Draws the pictures for previews, below which the name of the `corps` stands."""

    def __init__(self, corps: str, limits: Limits) -> None:
        self._corps = corps
        self._limits = limits
        self._drawn: OrderedDict[tuple[str, SheetSection], bytes] = OrderedDict()

    async def answer(self, request: Request, title: str, section: SheetSection) -> Response:
        """Return the picture of something that anybody with its link may see. Who asks for many has to wait."""
        what = title, section
        if what not in self._drawn:
            if not self._limits.drawings.take(peer_of(request)):
                return await self._limits.often()
            self._drawn[what] = await asyncio.to_thread(sheet_png, title, self._corps, (section,))
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        headers = {"cache-control": "public, max-age=3600"}
        return Response(self._drawn[what], headers=headers, media_type="image/png")
