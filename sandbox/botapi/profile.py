"""Methods for what people see of the bot: command menus, name, descriptions, menu button."""

from typing import Any

from sandbox.botapi.api import METHODS, BotApi, Method, method
from sandbox.botapi.params import Params
from sandbox.world.commands import Command, Key, key_of

_FIELDS = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}


def _key(params: Params) -> Key:
    return key_of(params.mapping("scope"), params.text("language_code"))


@method("setMyCommands")
def set_commands(api: BotApi, params: Params) -> bool:
    """Set the menu of one scope and language."""
    api.world.commands.put(_key(params), params.array("commands") or [])
    api.world.events.publish({"type": "commands"})
    return True


@method("getMyCommands")
def get_commands(api: BotApi, params: Params) -> list[Command]:
    """Return exactly the menu of one scope and language."""
    return api.world.commands.get(_key(params))


@method("deleteMyCommands")
def delete_commands(api: BotApi, params: Params) -> bool:
    """Delete the menu of one scope and language."""
    api.world.commands.drop(_key(params))
    api.world.events.publish({"type": "commands"})
    return True


@method("setChatMenuButton")
def set_menu_button(api: BotApi, params: Params) -> bool:
    """Set the button beside the typing field, of one chat or of all."""
    button = params.mapping("menu_button") or {"type": "default"}
    api.world.profile.put_menu_button(params.integer("chat_id"), button)
    api.world.events.publish({"type": "commands"})
    return True


@method("getChatMenuButton")
def get_menu_button(api: BotApi, params: Params) -> dict[str, Any]:
    """Return the button beside the typing field."""
    return api.world.profile.menu_button(params.integer("chat_id"))


def _setter(field: str) -> Method:
    def put(api: BotApi, params: Params) -> bool:
        api.world.profile.put(field, params.text("language_code"), params.text(field))
        return True

    return put


def _getter(field: str) -> Method:
    def get(api: BotApi, params: Params) -> dict[str, str]:
        return {field: api.world.profile.get(field, params.text("language_code"))}

    return get


for _name, _field in _FIELDS.items():
    METHODS[f"setmy{_name.lower()}"] = (f"setMy{_name}", _setter(_field))
    METHODS[f"getmy{_name.lower()}"] = (f"getMy{_name}", _getter(_field))
