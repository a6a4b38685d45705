"""Builds the application: the library's bot over our transport, our dispatcher in front of our handlers."""

from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot, TypeHandler
from telegram.request import BaseRequest

from bot.routing.dispatcher import Dispatcher
from bot.routing.routes import Routes
from bot.runtime.database import Desk
from bot.runtime.metrics import Metrics
from bot.runtime.settings import Settings
from bot.telegram.call_middleware import Meter
from bot.telegram.circuit_breaker import Line
from bot.telegram.rate_limiter import Pace
from bot.telegram.transport import AiohttpRequest

App = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True)
class Gauges:
    """What all that goes out shares: the pace it keeps, the state of the line, the counters."""

    pace: Pace = field(default_factory=Pace)
    line: Line = field(default_factory=Line)
    metrics: Metrics = field(default_factory=Metrics)


def build_application(
    settings: Settings,
    desk: Desk,
    routes: Routes,
    request: BaseRequest | None = None,
    gauges: Gauges | None = None,
) -> App:
    """Return the application, wired and not yet started. Tests hand in a `request` of their own."""
    gauges = gauges or Gauges()
    builder = (
        Application.builder()
        .token(settings.bot_token)
        .base_url(f"{settings.bot_api_url}/bot")
        .base_file_url(f"{settings.bot_api_url}/file/bot")
        .request(request or AiohttpRequest(settings.proxy_url))
        .get_updates_request(AiohttpRequest(settings.proxy_url))
        .rate_limiter(Meter(gauges.pace, gauges.line, gauges.metrics))
        .updater(None)
        .job_queue(None)
    )
    application = builder.build()
    dispatcher = Dispatcher(application.bot, desk, routes, gauges.metrics)

    async def handle(update: Update, _context: CallbackContext[ExtBot[None], dict, dict, dict]) -> None:  # type: ignore[type-arg]
        begun = gauges.metrics.now()
        await dispatcher.handle(update)
        gauges.metrics.update(_kind(update), gauges.metrics.now() - begun)

    application.add_handler(TypeHandler(Update, handle))
    return application


def _kind(update: Update) -> str:
    if update.callback_query is not None:
        return "tap"
    return "message" if update.message is not None else "other"
