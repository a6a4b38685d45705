"""The smallest bot the library makes: what any start costs. `python -m benchmarks.hello URL`."""

import sys

from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

from benchmarks.telegram import TOKEN


async def hello(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Greet."""
    if update.message is not None:
        await update.message.reply_text("你好")


def main() -> None:
    """Run until SIGTERM."""
    application = Application.builder().token(TOKEN).base_url(f"{sys.argv[1]}/bot").build()
    application.add_handler(CommandHandler("start", hello))
    application.run_polling()


if __name__ == "__main__":
    main()
