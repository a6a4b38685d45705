"""Finds the content of a photo or a file: among our own files, else in the channel that it came by."""

import asyncio
from collections.abc import MutableMapping
from dataclasses import replace

from bot.documents.images import UnfitError, tidy
from bot.routing.channel import Channel, ChannelError, RejectedError, TooLargeError
from bot.runtime.files import FileStore
from bot.views.screen import Screen
from corps.addresses import Address
from corps.attachments import MOST_BYTES, Attachment
from corps.attendance.photos import Kept, Outcome, Refusal, Trouble, Unfit


class Files:
    """All files of one installation. `channels` are those that give out what came by them."""

    def __init__(self, store: FileStore, channels: MutableMapping[str, Channel]) -> None:
        self.store = store
        self.channels = channels

    def links_to(self, kind: str, code: str) -> tuple[str, ...]:
        """Return the links that lead to the same thing in each channel."""
        return tuple(link for channel in self.channels.values() if (link := channel.link_to(kind, code)))

    async def send_by(self, address: Address, screen: Screen) -> None:
        """Send a screen by the channel of its address. Raises ChannelError."""
        channel = self.channels.get(address.channel)
        if channel is None:
            raise RejectedError(f"no channel “{address.channel}” here")
        await channel.send(address, screen)

    async def content(self, attachment: Attachment) -> bytes:
        """Return what an attachment holds. Raises ChannelError: RejectedError when nobody has it any more."""
        if attachment.sha256:
            try:
                return await asyncio.to_thread(self.store.read, attachment.sha256)
            except FileNotFoundError:
                if not attachment.id:
                    raise RejectedError("the file is not here any more") from None
        return await self._fetched(attachment)

    async def _fetched(self, attachment: Attachment) -> bytes:
        channel = self.channels.get(attachment.channel)
        if channel is None:
            raise RejectedError(f"no channel “{attachment.channel}” here")
        content = await channel.fetch(attachment, MOST_BYTES)
        if len(content) > MOST_BYTES:
            raise TooLargeError("too large")
        return content

    async def keep(self, attachment: Attachment) -> Outcome:
        """Fetch a photo or a file, and keep it without what only its camera knew. Never raises: that is an outcome."""
        try:
            content, type_ = await asyncio.to_thread(tidy, await self._fetched(attachment))
            return Kept(await asyncio.to_thread(self.store.put, content), len(content), type_)
        except RejectedError as error:
            return Refusal(str(error))
        except (TooLargeError, UnfitError) as error:
            return Unfit(str(error))
        except (ChannelError, OSError) as error:
            return Trouble(f"{type(error).__name__}: {error}")

    async def brought(self, screen: Screen, channel: str) -> Screen:
        """Return a screen with the content of what a channel does not have itself. Raises ChannelError."""
        if isinstance(screen.photo, Attachment) and not screen.photo.id_in(channel):
            screen = replace(screen, photo=await self.content(screen.photo))
        if isinstance(screen.document, Attachment) and not screen.document.id_in(channel):
            name = screen.filename or screen.document.name
            screen = replace(screen, document=await self.content(screen.document), filename=name)
        return screen
