"""setMyName, setMyDescription, setMyShortDescription and their getters, kept apart by language.

Source: Bot API, the three methods. The wording of their refusals is not known, it is this server's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.commands import language_code
from emulator.methods.registry import method
from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

LONGEST = {"name": 64, "description": 512, "short_description": 120}
_METHODS = {"name": "MyName", "description": "MyDescription", "short_description": "MyShortDescription"}


def _set(bot: Bot, parameters: Parameters, field: str) -> bool:
    value = parameters.text(field)
    if len(value) > LONGEST[field]:
        raise bad_request(f"{field} must not exceed {LONGEST[field]} characters")
    language = language_code(parameters)
    bot.profile[field, language] = value
    if field == "name" and not language and value:
        bot.user = {**bot.user, "first_name": value}
    bot.world.changed.touch()
    return True


def _get(bot: Bot, parameters: Parameters, field: str) -> Json:
    default = bot.user["first_name"] if field == "name" else ""
    value = bot.profile.get((field, language_code(parameters))) or bot.profile.get((field, "")) or default
    return {field: value}


def _register(field: str) -> None:
    method(f"set{_METHODS[field]}", f"{field} language_code")(lambda bot, parameters: _set(bot, parameters, field))
    method(f"get{_METHODS[field]}", "language_code")(lambda bot, parameters: _get(bot, parameters, field))


for _field in _METHODS:
    _register(_field)
