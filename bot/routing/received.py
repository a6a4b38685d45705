"""The bytes of a file that somebody has sent."""

from bot.routing.channel import ChannelError, TooLargeError
from bot.routing.turn import Turn
from corps.attachments import Attachment


class NotReceivedError(Exception):
    """There are no bytes: the file is `too_large`, or the channel does not give it out."""

    def __init__(self, *, too_large: bool) -> None:
        super().__init__("too large" if too_large else "not fetched")
        self.too_large = too_large


async def received(turn: Turn, file: Attachment, most: int) -> bytes:
    """Return what a file holds, of at most so many bytes: one that says it is larger is not fetched.

    Raises:
        NotReceivedError: It is larger, or can't be had.
    """
    try:
        content = await turn.channel.content(file) if file.size <= most else None
    except TooLargeError:
        content = None
    except ChannelError as error:
        raise NotReceivedError(too_large=False) from error
    if content is None or len(content) > most:
        raise NotReceivedError(too_large=True)
    return content
