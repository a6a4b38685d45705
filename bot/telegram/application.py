"""Builds the application: the library's bot over our transport, our dispatcher in front of our handlers."""

from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot, TypeHandler
from telegram.request import BaseRequest

from bot.routing.dispatcher import Dispatcher
from bot.routing.routes import Routes
from bot.runtime.database import Database
from bot.runtime.metrics import Metrics
from bot.runtime.settings import Settings
from bot.telegram.call_middleware import CallMiddleware
from bot.telegram.circuit_breaker import CircuitBreaker
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.transport import AiohttpRequest

App = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True)
class Outbound:
    """What all that goes out shares: the pace it keeps, the state of the line, the counters."""

    pace: RateLimiter = field(default_factory=RateLimiter)
    line: CircuitBreaker = field(default_factory=CircuitBreaker)
    metrics: Metrics = field(default_factory=Metrics)


def build_application(
    settings: Settings,
    database: Database,
    routes: Routes,
    request: BaseRequest | None = None,
    outbound: Outbound | None = None,
) -> App:
    """Return the application, wired and not yet started. Tests hand in a `request` of their own."""
    outbound = outbound or Outbound()
    builder = (
        Application.builder()
        .token(settings.bot_token)
        .base_url(f"{settings.bot_api_url}/bot")
        .base_file_url(f"{settings.bot_api_url}/file/bot")
        .request(request or AiohttpRequest(settings.proxy_url))
        .get_updates_request(AiohttpRequest(settings.proxy_url))
        .rate_limiter(CallMiddleware(outbound.pace, outbound.line, outbound.metrics))
        .updater(None)
        .job_queue(None)
    )
    application = builder.build()
    dispatcher = Dispatcher(application.bot, database, routes, outbound.metrics)

    async def handle(update: Update, _context: CallbackContext[ExtBot[None], dict, dict, dict]) -> None:  # type: ignore[type-arg]
        begun = outbound.metrics.now()
        await dispatcher.handle(update)
        outbound.metrics.update(_kind(update), outbound.metrics.now() - begun)

    application.add_handler(TypeHandler(Update, handle))
    return application


def _kind(update: Update) -> str:
    if update.callback_query is not None:
        return "tap"
    return "message" if update.message is not None else "other"
