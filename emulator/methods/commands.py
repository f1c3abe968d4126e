"""setMyCommands, getMyCommands, deleteMyCommands, kept apart by scope and language.

Source: tdlib/telegram-bot-api, Client.cpp, get_bot_commands, get_bot_command_scope; tdlib/td, BotCommand.cpp.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emulator.methods.access import read_chat
from emulator.methods.parameters import Parameters
from emulator.methods.registry import method
from emulator.state.errors import bad_request
from emulator.state.menu import scope_key

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

MAX_COMMANDS = 100
MAX_NAME = 32
MAX_DESCRIPTION = 256
_NAME = re.compile(r"[a-z0-9_]+\Z")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?\Z")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


@method("setMyCommands", "commands scope language_code")
def set_my_commands(bot: Bot, parameters: Parameters) -> bool:
    """Replace the list of one scope and language."""
    commands = parameters.json("commands", "Can't parse commands JSON object")
    if not isinstance(commands, list):
        raise bad_request("Expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    bot.commands[_key(bot, parameters)] = [_checked(command) for command in commands]
    bot.world.changed.touch()
    return True


@method("getMyCommands", "scope language_code")
def get_my_commands(bot: Bot, parameters: Parameters) -> list[Json]:
    """The list of exactly this scope and language."""
    return bot.commands.get(_key(bot, parameters), [])


@method("deleteMyCommands", "scope language_code")
def delete_my_commands(bot: Bot, parameters: Parameters) -> bool:
    """Remove the list of one scope and language."""
    bot.commands.pop(_key(bot, parameters), None)
    bot.world.changed.touch()
    return True


def language_code(parameters: Parameters) -> str:
    """Two small letters, or "" for all languages."""
    code = parameters.text("language_code")
    if not _LANGUAGE.match(code):
        raise bad_request("Invalid language code specified")
    return code


def _key(bot: Bot, parameters: Parameters) -> tuple[str, str]:
    scope = parameters.json("scope", "Can't parse BotCommandScope JSON object")
    if not parameters.text("scope"):
        scope = {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request("Can't parse BotCommandScope: BotCommandScope must be an Object")
    if scope.get("type") not in _SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    fields = {"type": scope["type"]}
    for name in _SCOPES[scope["type"]]:
        if name not in scope:
            raise bad_request(f"Can't parse BotCommandScope: Can't find field \"{name}\"")
        fields[name] = str(scope[name])
    if "chat_id" in fields:
        read_chat(bot, Parameters(fields))
    return scope_key(fields), language_code(parameters)


def _checked(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for field in ("command", "description"):
        if not isinstance(command.get(field), str):
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{field}\"")
    name = command["command"].strip().removeprefix("/")
    description = command["description"].strip()
    _check_length("Command", name, MAX_NAME)
    _check_length("Command description", description, MAX_DESCRIPTION)
    if not _NAME.match(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def _check_length(what: str, value: str, most: int) -> None:
    if not value:
        raise bad_request(f"{what} must be non-empty")
    if len(value) > most:
        raise bad_request(f"{what} length must not exceed {most}")
