"""Pictures that people sent, made ready for a paper."""

import asyncio
from collections.abc import Sequence

from bot.documents.images import UnfitError, for_paper
from bot.routing.channel import Channel, ChannelError
from corps.attachments import Attachment


async def pictures_for_paper(channel: Channel, attachments: Sequence[Attachment]) -> list[bytes | None]:
    """Return each picture upright and of its size; None for one that can't be had, or is none."""
    return [await _for_paper(channel, attachment) for attachment in attachments]


async def _for_paper(channel: Channel, attachment: Attachment) -> bytes | None:
    try:
        return await asyncio.to_thread(for_paper, await channel.content(attachment))
    except (ChannelError, UnfitError, OSError):
        return None
