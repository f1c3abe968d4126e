"""answerInlineQuery: up to 50 results, kept in the cache for others.

Source: tdlib/telegram-bot-api, Client.cpp, process_answer_inline_query_query, get_inline_query_results_button;
tdlib/td, InlineQueriesManager.cpp, answer_inline_query. Names in capitals are from MTProto. A second answer is refused
here; whether the server takes it is not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.methods.inline_results import read_result
from emulator.methods.registry import method
from emulator.state.bots import QUERY_GONE
from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

MOST_RESULTS = 50
LONGEST_BYTES = 64
LONGEST_CACHE = 86_400
_PARAMETER = re.compile(r"[A-Za-z0-9_-]+\Z")


@method("answerInlineQuery", "inline_query_id results cache_time is_personal next_offset button")
def answer_inline_query(bot: Bot, parameters: Parameters) -> bool:
    """Answer once and in time; cache_time is 300 seconds by default."""
    personal = parameters.boolean("is_personal")
    cache_time = parameters.integer("cache_time", 300, 0, LONGEST_CACHE)
    next_offset = parameters.text("next_offset")
    button = _button(parameters)
    results = _results(bot, parameters)
    now = bot.world.clock.now()
    query = bot.inline.queries.get(parameters.text("inline_query_id"))
    if query is None or query.answer is not None or query.expires < now:
        raise bad_request(QUERY_GONE)
    if len(next_offset.encode()) > LONGEST_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    query.answer = {"results": results, "next_offset": next_offset, "button": button}
    bot.inline.keep(query, now + cache_time, personal=personal)
    bot.chats[query.person_id].changes.touch()
    bot.world.changed.touch()
    return True


def _results(bot: Bot, parameters: Parameters) -> list[Json]:
    values = parameters.json("results", "Can't parse JSON encoded inline query results")
    if values is None:
        return []
    if not isinstance(values, list):
        raise bad_request("Expected an Array of inline query results")
    if len(values) > MOST_RESULTS:
        raise bad_request("Too many inline query results specified")
    results = [read_result(bot, value) for value in values]
    ids = [result["shown"]["id"] for result in results]
    if not all(1 <= len(one.encode()) <= LONGEST_BYTES for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    return results


def _button(parameters: Parameters) -> Json | None:
    complaint = "Can't parse inline query results button: "
    if not parameters.text("button"):
        return None
    button = parameters.json("button", "Can't parse inline query results button JSON object")
    if not isinstance(button, dict):
        raise bad_request(complaint + "InlineQueryResultsButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(complaint + 'Can\'t find field "text"')
    if "start_parameter" not in button:
        raise bad_request(complaint + "InlineQueryResultsButton must have exactly one optional field")
    start = button["start_parameter"]
    if not isinstance(start, str):
        raise bad_request(complaint + 'Field "start_parameter" must be of type String')
    if not start:
        raise bad_request("Can't use empty start_parameter")
    if len(start) > LONGEST_BYTES:
        raise bad_request("Too long start_parameter specified")
    if not _PARAMETER.match(start):
        raise bad_request("Unallowed characters in start_parameter are used")
    return {"text": button["text"], "start_parameter": start}
