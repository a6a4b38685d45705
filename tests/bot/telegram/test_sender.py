"""What Telegram says, and what it means for the message."""

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.sender import meaning
from models.enums import Failure


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), Failure.BLOCKED),
        (Forbidden("Forbidden: user is deactivated"), Failure.DEACTIVATED),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Failure.NEVER_STARTED),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Failure.OTHER),
        (BadRequest("Bad Request: chat not found"), Failure.NEVER_STARTED),
        (BadRequest("Bad Request: PEER_ID_INVALID"), Failure.NEVER_STARTED),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Failure.NO_RIGHTS),
        (BadRequest("Bad Request: CHAT_WRITE_FORBIDDEN"), Failure.NO_RIGHTS),
        (BadRequest("Bad Request: wrong file identifier"), Failure.OTHER),
        (RetryAfter(7), Failure.TOO_MANY),
        (TimedOut(), Failure.NETWORK),
        (NetworkError("Bad Gateway"), Failure.NETWORK),
        (NetworkError("a proxy that was blocked"), Failure.NETWORK),
        (ChatMigrated(-100), Failure.OTHER),
        (TelegramError("something new"), Failure.OTHER),
    ],
)
def test_each_answer_of_telegram_has_one_meaning(error: TelegramError, failure: Failure) -> None:
    assert meaning(error) is failure
