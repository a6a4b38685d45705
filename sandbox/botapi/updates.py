"""Methods by which the bot hears: polling, the webhook, and who it is."""

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
    """Hand out updates, and wait for them."""
    _ask_for(api, params)
    limit = min(max(params.integer("limit", MAX_BATCH), 1), MAX_BATCH)
    seconds = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
    return await api.world.updates.poll(params.integer("offset"), limit, seconds)


@method("setWebhook")
def set_webhook(api: BotApi, params: Params) -> bool:
    """Have updates brought to a URL on this machine; an empty one goes back to polling."""
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
    """Go back to polling."""
    _poll_again(api, params)
    return True


@method("getWebhookInfo")
def get_webhook_info(api: BotApi, _params: Params) -> dict[str, Any]:
    """Tell how the webhook is doing."""
    info = api.courier.info()
    if api.world.updates.allowed:
        info["allowed_updates"] = sorted(api.world.updates.allowed)
    return info


@method("logOut")
@method("close")
def close(_api: BotApi, _params: Params) -> bool:
    """Accept a goodbye; a sandbox has no other server to hand the bot to."""
    return True


def _poll_again(api: BotApi, params: Params) -> None:
    api.courier.end()
    if params.flag("drop_pending_updates"):
        api.world.updates.clear()


def _ask_for(api: BotApi, params: Params) -> None:
    """Keep the kinds asked for; Telegram keeps the former ones if the parameter is missing."""
    kinds = params.array("allowed_updates")
    if kinds is not None:
        api.world.updates.allowed = frozenset(map(str, kinds))
