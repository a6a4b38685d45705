"""Builds the application: the library's bot over our transport, our dispatcher in front of our handlers."""

from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot, TypeHandler
from telegram.request import BaseRequest

from bot.desk import Desk
from bot.dispatch import Dispatcher
from bot.routes import Routes
from bot.settings import Settings
from bot.transport import AiohttpRequest

App = Application[Any, Any, Any, Any, Any, Any]


def build_application(settings: Settings, desk: Desk, routes: Routes, request: BaseRequest | None = None) -> App:
    """Return the application, wired and not yet started. Tests hand in a `request` of their own."""
    builder = (
        Application.builder()
        .token(settings.bot_token)
        .base_url(f"{settings.bot_api_url}/bot")
        .base_file_url(f"{settings.bot_api_url}/file/bot")
        .request(request or AiohttpRequest(settings.proxy_url))
        .get_updates_request(AiohttpRequest(settings.proxy_url))
        .updater(None)
        .job_queue(None)
    )
    application = builder.build()
    dispatcher = Dispatcher(application.bot, desk, routes)

    async def handle(update: Update, _context: CallbackContext[ExtBot[None], dict, dict, dict]) -> None:  # type: ignore[type-arg]
        await dispatcher.handle(update)

    application.add_handler(TypeHandler(Update, handle))
    return application
