"""`python -m sandbox`: a bare server, for benchmarks and for working on the page."""

import argparse
import asyncio
import contextlib
import secrets
import signal
import sys

from sandbox import demo
from sandbox.botapi.limits import READINGS, STRICT
from sandbox.http.server import Sandbox

_BOT = 1_000_000_001


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Bot API server.")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=21001, help="0 picks a free one")
    parser.add_argument("--token", default="", help="the token that is let in; a new one each time if none is given")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every call takes at least")
    parser.add_argument(
        "--limits",
        nargs="?",
        const=STRICT,
        choices=READINGS,
        default="",
        help="keep Telegram's limits on sending: messages and edits together, or (lenient) messages alone",
    )
    parser.add_argument("--people", type=int, default=0, help="so many people who have pressed START")
    parser.add_argument("--demo", action="store_true", help="a few people and messages, to look at the page")
    return parser.parse_args()


def build(options: argparse.Namespace) -> Sandbox:
    """Return the sandbox that the options ask for."""
    people = demo.PEOPLE if options.demo else demo.crowd(options.people)
    groups = demo.GROUPS if options.demo else ()
    token = options.token or f"{_BOT}:{secrets.token_hex(16)}"
    sandbox = Sandbox(token=token, people=people, groups=groups, limits=options.limits, latency=options.latency)
    if options.demo:
        demo.play(sandbox)
    else:
        sandbox.world.already_started(person.id for person in people)
    return sandbox


async def _main() -> None:
    options = _arguments()
    sandbox = build(options)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, sandbox.stop)
    serving = asyncio.create_task(sandbox.serve(options.host, options.port))
    ready = asyncio.create_task(sandbox.ready.wait())
    await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if sandbox.url:
        sys.stdout.write(f"{sandbox.url}\n")
        if not options.token:
            sys.stdout.write(f"BOT_TOKEN={sandbox.token}\n")
        sys.stdout.flush()
    await serving


def main() -> None:
    """Run until SIGINT or SIGTERM, on uvloop where there is one."""
    factory = None
    with contextlib.suppress(ImportError):
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_main())


if __name__ == "__main__":
    main()
