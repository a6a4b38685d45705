"""A reverse proxy as small as can be: hands each update to the next of several processes.

`python -m benchmarks.proxy PORT DOOR…`: listens on loopback until SIGTERM.
"""

import asyncio
import itertools
import signal
import sys

import aiohttp
import uvloop
from aiohttp import web

PASSED_ON = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")


async def main(port: int, doors: list[str]) -> None:
    """Run until SIGTERM."""
    turns = itertools.cycle(doors)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def hand_on(request: web.Request) -> web.Response:
            headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
            url = f"http://127.0.0.1:{next(turns)}{request.path_qs}"
            async with session.post(url, data=await request.read(), headers=headers) as answer:
                shown = answer.headers.get("Content-Type", "text/plain").split(";")[0]
                return web.Response(status=answer.status, body=await answer.read(), content_type=shown)

        application = web.Application()
        application.router.add_post("/{path:.*}", hand_on)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        await ended.wait()
        await runner.cleanup()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(int(sys.argv[1]), sys.argv[2:]))
