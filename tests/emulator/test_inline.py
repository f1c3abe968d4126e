"""Inline mode: queries, answers, what is chosen, and the cache."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.media import PICTURE
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

GONE = "query is too old and response timeout expired or query ID is invalid"


@pytest.fixture(autouse=True)
def inline(telegram: Telegram) -> None:
    """The bot has inline mode."""
    telegram.bot().inline.on = True


def article(number: int = 1, **more: Any) -> dict[str, Any]:
    """A result with a text."""
    content = {"message_text": f"<b>№{number}</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": f"Ad {number}", "input_message_content": content, **more}


async def test_a_query_is_asked_and_a_result_is_sent(api: Api, anna: Person) -> None:
    """The bot is told of the query, then of the message that was sent through it."""
    query = anna.ask_inline("nexia")
    update = (await api.updates())[-1]["inline_query"]
    assert (update["id"], update["query"], update["offset"], update["from"]["id"]) == (query, "nexia", "", anna.id)
    waiting = asyncio.create_task(anna.results(query))
    assert anna.inline_answer(query) is None
    button = {"inline_keyboard": [[{"text": "x", "url": "https://x.y"}]]}
    results = [article(1, description="cheap"), article(2, reply_markup=button)]
    assert await api.ok("answerInlineQuery", inline_query_id=query, results=results) is True
    assert await waiting == [
        {"type": "article", "id": "1", "title": "Ad 1", "description": "cheap"},
        {"type": "article", "id": "2", "title": "Ad 2"},
    ]
    sent = anna.choose(query, "2")
    assert (await api.updates())[-1]["message"] == sent
    assert (sent["text"], sent["entities"][0]["type"], sent["reply_markup"]) == ("№2", "bold", button)
    assert (sent["via_bot"]["id"], sent["from"]["id"]) == (42, anna.id)
    with pytest.raises(NotShownError):
        anna.choose(query, "3")


async def test_a_photo_is_sent_by_its_id(api: Api, anna: Person) -> None:
    """With its caption; or a text in place of it."""
    photo = (await api("sendPhoto", {"photo": ("x.png", PICTURE)}, chat_id=anna.id)).result["photo"]
    result = {"type": "photo", "id": "1", "photo_file_id": photo[-1]["file_id"], "title": "Ad", "caption": "look"}
    query = anna.ask_inline()
    instead = {**result, "id": "2", "input_message_content": {"message_text": "text"}}
    await api.ok("answerInlineQuery", inline_query_id=query, results=[result, instead])
    sent = anna.choose(query, "1")
    assert (sent["caption"], sent["photo"][-1]["file_unique_id"]) == ("look", photo[-1]["file_unique_id"])
    assert anna.choose(query, "2")["text"] == "text"


async def test_more_results_are_asked_for(api: Api, anna: Person) -> None:
    """From the offset that came with the last ones, as long as there is one."""
    query = anna.ask_inline("x")
    await api.ok("answerInlineQuery", inline_query_id=query, results=[article()], next_offset="50")
    more = anna.ask_more(query)
    assert (await api.updates())[-1]["inline_query"]["offset"] == "50"
    await api.ok("answerInlineQuery", inline_query_id=more)
    assert await anna.results(more) == []
    with pytest.raises(NotShownError, match="no more"):
        anna.ask_more(more)


async def test_a_button_starts_the_bot(api: Api, anna: Person) -> None:
    """With its parameter."""
    query = anna.ask_inline("nothing")
    with pytest.raises(NotShownError, match="no button"):
        anna.press_inline(query)
    button = {"text": "To the bazaar", "start_parameter": "menu"}
    await api.ok("answerInlineQuery", inline_query_id=query, results=[], button=button)
    assert anna.press_inline(query)["text"] == "/start menu"


async def test_the_cache_answers_before_the_bot(api: Api, telegram: Telegram, anna: Person) -> None:
    """Everybody who asks the same, for cache_time; what is personal only the same person."""
    boris = telegram.person(1002)
    first = anna.ask_inline("x")
    await api.ok("answerInlineQuery", inline_query_id=first, results=[article()], cache_time=10)
    assert (await boris.results(boris.ask_inline("x")))[0]["id"] == "1"
    assert boris.inline_answer(boris.ask_inline("y")) is None
    telegram.clock.advance(10)
    second = boris.ask_inline("x")
    assert boris.inline_answer(second) is None
    await api.ok("answerInlineQuery", inline_query_id=second, results=[article(2)], is_personal=True)
    assert anna.inline_answer(anna.ask_inline("x")) is None
    assert (await boris.results(boris.ask_inline("x")))[0]["id"] == "2"
    with pytest.raises(NotShownError, match="not asked"):
        anna.inline_answer(second)


async def test_late_and_second_answers(api: Api, telegram: Telegram, anna: Person) -> None:
    """They are refused, as are those to nobody."""
    query = anna.ask_inline("x")
    await api.ok("answerInlineQuery", inline_query_id=query)
    late = anna.ask_inline("y")
    telegram.clock.advance(31)
    for number in (query, late, "7", ""):
        assert await api.no("answerInlineQuery", inline_query_id=number) == GONE
    assert all("inline_query" not in update for update in await api.updates())


async def test_feedback_and_the_switch_of_inline_mode(api: Api, telegram: Telegram, anna: Person) -> None:
    """Both are BotFather's; getMe tells of the second."""
    bot = telegram.bot()
    query = anna.ask_inline("x")
    await api.ok("answerInlineQuery", inline_query_id=query, results=[article()])
    bot.inline.feedback = True
    anna.choose(query, "1")
    chosen = (await api.updates())[-2]["chosen_inline_result"]
    assert (chosen["query"], chosen["result_id"]) == ("x", "1")
    assert (await api.ok("getMe"))["supports_inline_queries"] is True
    bot.inline.on = False
    assert (await api.ok("getMe"))["supports_inline_queries"] is False
    with pytest.raises(NotShownError, match="no inline mode"):
        anna.ask_inline("x")


FIRST = "can't parse inline query result: "


@pytest.mark.parametrize(
    ("results", "refusal"),
    [
        ("[", "can't parse JSON encoded inline query results"),
        ({}, "expected an Array of inline query results"),
        ([article(n) for n in range(51)], "too many inline query results specified"),
        ([article(1), article(1)], "RESULT_ID_DUPLICATE"),
        ([{**article(), "id": ""}], "RESULT_ID_INVALID"),
        ([{**article(), "id": "я" * 33}], "RESULT_ID_INVALID"),
        ([7], FIRST + "Inline query result must be an object"),
        ([{}], FIRST + 'Can\'t find field "type"'),
        ([{"type": "article"}], FIRST + 'Can\'t find field "id"'),
        ([{"type": "article", "id": 1}], FIRST + 'Field "id" must be of type String'),
        ([{"type": "article", "id": "1"}], FIRST + 'Can\'t find field "title"'),
        ([{"type": "article", "id": "1", "title": "x"}], FIRST + 'Can\'t find field "message_text"'),
        ([article(input_message_content=7)], FIRST + 'Field "input_message_content" must be of type Object'),
        ([article(input_message_content={"message_text": ""})], FIRST + "Message text is empty"),
        ([article(input_message_content={"phone_number": "1"})],
         FIRST + "the local Telegram knows only texts as input_message_content"),
        ([article(input_message_content={"message_text": "x" * 4097})], "message is too long"),
        ([article(reply_markup={"keyboard": [["x"]]})], FIRST + "inline keyboard expected"),
        ([{"type": "game", "id": "1"}], FIRST + "the local Telegram does not know type game"),
        ([{"type": "photo", "id": "1"}], FIRST + 'Can\'t find field "photo_file_id"'),
        ([{"type": "photo", "id": "1", "photo_file_id": "x"}],
         "wrong remote file identifier specified: Wrong character in the string"),
    ],
)  # fmt: skip
async def test_refused_results(api: Api, anna: Person, results: Any, refusal: str) -> None:
    """The query can be answered again."""
    query = anna.ask_inline("x")
    assert await api.no("answerInlineQuery", inline_query_id=query, results=results) == refusal
    await api.ok("answerInlineQuery", inline_query_id=query, results=[article()])


BUTTON = "can't parse inline query results button"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ({"cache_time": "long"}, 'parameter "cache_time" must be an Integer'),
        ({"button": "{"}, BUTTON + " JSON object"),
        ({"button": []}, BUTTON + ": InlineQueryResultsButton must be an Object"),
        ({"button": {"start_parameter": "x"}}, BUTTON + ': Can\'t find field "text"'),
        ({"button": {"text": "x"}}, BUTTON + ": InlineQueryResultsButton must have exactly one optional field"),
        ({"button": {"text": "x", "start_parameter": 1}}, BUTTON + ': Field "start_parameter" must be of type String'),
        ({"button": {"text": "x", "start_parameter": ""}}, "can't use empty start_parameter"),
        ({"button": {"text": "x", "start_parameter": "x" * 65}}, "too long start_parameter specified"),
        ({"button": {"text": "x", "start_parameter": "a b"}}, "unallowed characters in start_parameter are used"),
    ],
)
async def test_refused_answers(api: Api, anna: Person, given: Any, refusal: str) -> None:
    """Nothing is shown."""
    query = anna.ask_inline("x")
    assert await api.no("answerInlineQuery", inline_query_id=query, results=[article()], **given) == refusal
    assert anna.inline_answer(query) is None
