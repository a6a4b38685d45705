"""Methods to get updates: polling and the webhook; also who the bot is."""

from typing import Any

from sandbox.botapi.api import BotApi, method
from sandbox.botapi.params import Params
from sandbox.botapi.webhook import Hook
from sandbox.world.updates import MAX_BATCH, MAX_POLL_SECONDS


@method("getMe")
def get_me(api: BotApi, _params: Params) -> dict[str, Any]:
    """Return the bot itself."""
    can = {"can_join_groups": True, "can_read_all_group_messages": not api.world.privacy}
    return {**api.world.robot.wire(), **can, "supports_inline_queries": False, "has_main_web_app": False}


@method("getUpdates")
async def get_updates(api: BotApi, params: Params) -> list[dict[str, Any]]:
    """Return updates; wait for them if there are none."""
    _ask_for(api, params)
    limit = min(max(params.integer("limit", MAX_BATCH), 1), MAX_BATCH)
    seconds = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
    return await api.world.updates.poll(params.integer("offset"), limit, seconds)


@method("setWebhook")
def set_webhook(api: BotApi, params: Params) -> bool:
    """Send updates to a URL on this machine from now on; an empty one returns to polling."""
    if not params.text("url"):
        _poll_again(api, params)
        return True
    hook = Hook.read(params)
    _ask_for(api, params)
    if params.flag("drop_pending_updates"):
        api.world.updates.clear()
    api.courier.start(hook)
    return True


@method("deleteWebhook")
def delete_webhook(api: BotApi, params: Params) -> bool:
    """Return to polling."""
    _poll_again(api, params)
    return True


@method("getWebhookInfo")
def get_webhook_info(api: BotApi, _params: Params) -> dict[str, Any]:
    """Return the state of the webhook."""
    info = api.courier.info()
    if api.world.updates.allowed:
        info["allowed_updates"] = sorted(api.world.updates.allowed)
    return info


@method("logOut")
@method("close")
def close(_api: BotApi, _params: Params) -> bool:
    """Do nothing: `close` prepares a move to another server, and the sandbox has none."""
    return True


def _poll_again(api: BotApi, params: Params) -> None:
    api.courier.end()
    if params.flag("drop_pending_updates"):
        api.world.updates.clear()


def _ask_for(api: BotApi, params: Params) -> None:
    """Store which kinds of update are wanted; as at Telegram, a missing parameter changes nothing."""
    kinds = params.array("allowed_updates")
    if kinds is not None:
        api.world.updates.allowed = frozenset(map(str, kinds))
