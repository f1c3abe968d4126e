"""sendMessage and its refusals: BOTAPI section 4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api


async def test_a_message_appears_in_the_chat(api: Api, anna: Person) -> None:
    """With the bot as its sender and the time of the clock."""
    message = await api.ok("sendMessage", chat_id=anna.id, text="Кликов: 1 🏆")
    assert message == anna.messages[-1]
    assert message["from"] == {"id": 42, "is_bot": True, "first_name": "Кликер", "username": "clicker_bot"}
    assert message["chat"] == {"id": 1001, "first_name": "Анна", "type": "private"}
    assert (message["message_id"], message["date"]) == (2, 1_795_000_000)
    assert anna.answers == ["Кликов: 1 🏆"]


async def test_message_ids_are_one_counter_for_all_private_chats(api: Api, anna: Person) -> None:
    """So an id is no guess from the last one of a chat."""
    boris = api.telegram.person(1002)
    ids = [anna.send("x")["message_id"], boris.send("x")["message_id"]]
    ids += [(await api.ok("sendMessage", chat_id=person.id, text="x"))["message_id"] for person in (anna, boris)]
    assert ids == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("x" * 4096, "x" * 4096),
        ("🏆" * 4096, "🏆" * 4096),
        ("  \n x \n ", "x"),
        ("a\x00b\x1fc", "a b c"),
        ("a\r\nb", "a\nb"),
        ("<b>", "<b>"),
        ("_x_", "_x_"),
        (" " * 10_000 + "x", "x"),
    ],
)
async def test_texts_that_pass(api: Api, anna: Person, text: str, sent: str) -> None:
    """They are trimmed and cleaned; without a parse mode marks are just marks."""
    assert (await api.ok("sendMessage", chat_id=anna.id, text=text))["text"] == sent


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "x" * 32_769}, "text is too long"),
        ({"text": "я" * 16_385}, "text is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "parse_mode": "MarkdownV2"},
         "can't parse entities: the local Telegram does not know parse_mode markdownv2"),
        ({"text": "x", "disable_notification": "maybe"}, 'parameter "disable_notification" must be a Boolean'),
        ({"text": "x", "reply_to_message_id": 99}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": {"message_id": "1"}}, 'can\'t find field "message_id"'),
        ({"text": "x", "reply_parameters": [1]}, "object expected as reply parameters"),
        ({"text": "x", "reply_parameters": "{"}, "can't parse reply parameters JSON object"),
        ({"text": "x", "entities": [1]}, "can't parse MessageEntity: expected an Object"),
        ({"text": "x", "entities": [{"type": "bold"}]},
         'can\'t parse MessageEntity: field "offset" and field "length" must be a Number'),
        ({"text": "x", "entities": [{"offset": 0, "length": 1}]},
         'can\'t parse MessageEntity: Can\'t find field "type"'),
        ({"text": "x", "business_connection_id": "b"}, "business connection not found"),
    ],
)  # fmt: skip
async def test_refused_messages(api: Api, anna: Person, given: Any, refusal: str) -> None:
    """Nothing is sent."""
    assert await api.no("sendMessage", chat_id=anna.id, **given) == refusal
    assert anna.answers == []


@pytest.mark.parametrize("chat_id", ["", "7", "Анна", "@anna", "-100", "1_001", "1001.0", "9" * 20])
async def test_unknown_chats(api: Api, anna: Person, chat_id: str) -> None:
    """A person whom the bot has never met is unknown, too."""
    api.telegram.person(7)
    expected = "chat not found" if chat_id else "chat_id is empty"
    for method in ("sendMessage", "getChat"):
        assert await api.no(method, chat_id=chat_id, text="x") == expected
    assert anna.answers == []


async def test_people_who_can_not_be_written_to(api: Api, anna: Person) -> None:
    """Blocked, deleted, or met in a group only."""
    boris, vera, galya = (api.telegram.person(number) for number in (2, 3, 4))
    for person in (boris, vera):
        person.send("hello")
    api.telegram.group(-5, members=(galya,))
    boris.block()
    vera.deactivate()
    assert [(await api("sendMessage", chat_id=number, text="x")).error for number in (2, 3, 4)] == [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: bot can't initiate conversation with a user"),
    ]
    boris.send("hello again")
    assert (await api.ok("sendMessage", chat_id=2, text="x"))["chat"]["id"] == 2
    assert anna.answers == []


async def test_a_reply_shows_what_it_answers(api: Api, anna: Person) -> None:
    """One level deep; without the original it may be sent nevertheless."""
    first = anna.send("question")
    second = await api.ok("sendMessage", chat_id=anna.id, text="a", reply_to_message_id=first["message_id"])
    assert second["reply_to_message"]["text"] == "question"
    third = await api.ok(
        "sendMessage", chat_id=anna.id, text="b", reply_parameters={"message_id": second["message_id"]}
    )
    assert third["reply_to_message"]["text"] == "a"
    assert "reply_to_message" not in third["reply_to_message"]
    loose = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await api.ok("sendMessage", chat_id=anna.id, text="c", reply_parameters=loose)
    assert "reply_to_message" not in await api.ok("sendMessage", chat_id=anna.id, text="d", reply_parameters={})
    assert anna.send("e", reply_to=third["message_id"])["reply_to_message"]["text"] == "b"


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start", [("bot_command", 0, 6)]),
        ("🏆 /top@clicker_bot", [("bot_command", 3, 16)]),
        ("a@b.com, @anna_1 #тег", [("email", 0, 7), ("mention", 9, 7), ("hashtag", 17, 4)]),
        ("see https://example.com/a?b=1.", [("url", 4, 25)]),
        ("t.me/x, яндекс.рф и мир.да", [("url", 0, 6), ("url", 8, 9)]),
        ("(a.io/b(c)d) http://x.abc:80/!", [("url", 1, 10), ("url", 13, 16)]),
        ("1.2.3.4 7.000 28.11.2026 v.2 wow...", [("url", 0, 7)]),
        ("+998 (93) 123-45-67 +12 x 1234567890", [("phone_number", 0, 19)]),
        ("mailto:a@b.ru //a.ru @a.b.ru", [("email", 7, 6)]),
        ("1/2 a#b x@y #1", []),
    ],
)
async def test_entities_that_telegram_finds(
    api: Api, anna: Person, text: str, entities: list[tuple[str, int, int]]
) -> None:
    """Offsets are UTF-16; both sides' texts have them."""
    for message in (anna.send(text), await api.ok("sendMessage", chat_id=anna.id, text=text)):
        found = message.get("entities", [])
        assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


async def test_given_entities_are_kept(api: Api, anna: Person) -> None:
    """What Telegram finds outside of them is added; no array is ignored."""
    given = [{"type": "code", "offset": 0, "length": 6}]
    message = await api.ok("sendMessage", chat_id=anna.id, text="/start /stop", entities=given)
    assert [one["type"] for one in message["entities"]] == ["code", "bot_command"]
    for ignored in ("{", "7"):
        assert "entities" not in await api.ok("sendMessage", chat_id=anna.id, text="x", entities=ignored)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a</b>", "a", [("bold", 0, 1)]),
        ("<B>a<i>b</i></B>c", "abc", [("bold", 0, 2), ("italic", 1, 1)]),
        ("a &lt;&gt;&amp;&quot;&#33;&#x21;", 'a <>&"!!', []),
        ("a & b &nbsp; &#0;", "a & b &nbsp; &#0;", []),
        ('<a href="https://x.y">🏆</a>', "🏆", [("text_link", 0, 2)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ('<tg-emoji emoji-id="5">x</tg-emoji>', "x", [("custom_emoji", 0, 1)]),
        ("x<b></b>", "x", []),
    ],
)
async def test_html(api: Api, anna: Person, source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    """Tags become entities."""
    message = await api.ok("sendMessage", chat_id=anna.id, text=source, parse_mode="HTML")
    assert message["text"] == text
    assert [(one["type"], one["offset"], one["length"]) for one in message.get("entities", [])] == entities


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("ж<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<3>", 'Unsupported start tag "" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_broken_html_fails_the_whole_message(api: Api, anna: Person, source: str, refusal: str) -> None:
    """So names must be escaped."""
    assert (
        await api.no("sendMessage", chat_id=anna.id, text=source, parse_mode="html")
        == f"can't parse entities: {refusal}"
    )


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ("null", "object expected as reply markup"),
        ("[]", "object expected as reply markup"),
        ('{"keyboard": 1}', 'field "keyboard" must be of type Array'),
        ('{"keyboard": ["x"]}', 'field "keyboard" must be an Array of Arrays'),
        ('{"keyboard": [[1]]}', "can't parse keyboard button: KeyboardButton must be a String or an Object"),
        ('{"keyboard": [[{}]]}', 'can\'t find field "text"'),
        ('{"keyboard": [[{"text": 1}]]}', 'field "text" must be of type String'),
        ('{"keyboard": [[" "]]}', "button text must be non-empty"),
        ('{"keyboard": [["x"]], "resize_keyboard": 1}', 'field "resize_keyboard" must be of type Boolean'),
        ('{"inline_keyboard": ["x"]}',
         'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        ('{"inline_keyboard": [["x"]]}', "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        ('{"inline_keyboard": [[{"text": "x"}]]}',
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ('{"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}',
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ('{"inline_keyboard": [[{"text": "x", "callback_data": 1}]]}', "BUTTON_DATA_INVALID"),
        ('{"inline_keyboard": [[{"text": "x", "callback_data": "' + "я" * 33 + '"}]]}', "BUTTON_DATA_INVALID"),
        ('{"inline_keyboard": [' + ",".join(['[{"text": "x", "url": "y"}]'] * 101) + "]}", "reply markup is too long"),
        ('{"keyboard": [' + ",".join(['["x"]'] * 301) + "]}", "reply markup is too long"),
    ],
)  # fmt: skip
async def test_refused_markup(api: Api, anna: Person, markup: str, refusal: str) -> None:
    """The message is not sent."""
    assert await api.no("sendMessage", chat_id=anna.id, text="x", reply_markup=markup) == refusal
    assert anna.answers == []


async def test_reply_keyboards_come_and_go(api: Api, anna: Person) -> None:
    """A keyboard stays until another one or its removal; inline buttons and an empty markup leave it."""

    async def send(**markup: Any) -> Any:
        return await api.ok("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)

    assert anna.keyboard == []
    assert "reply_markup" not in await send(keyboard=[["Клик"], [{"text": "Рейтинг"}], []], resize_keyboard=True)
    assert anna.keyboard == [["Клик"], ["Рейтинг"]]
    message = await send(inline_keyboard=[[{"text": "x", "callback_data": "x"}]])
    assert message["reply_markup"] == {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    await send()
    await send(force_reply=True)
    assert anna.keyboard == [["Клик"], ["Рейтинг"]]
    await send(remove_keyboard=True)
    assert anna.keyboard == []


@pytest.mark.parametrize("action", ["typing", "UPLOAD_DOCUMENT", "cancel"])
async def test_chat_actions(api: Api, anna: Person, action: str) -> None:
    """Known ones pass."""
    assert await api.ok("sendChatAction", chat_id=anna.id, action=action) is True


async def test_unknown_chat_actions(api: Api, anna: Person) -> None:
    """Others do not."""
    assert await api.no("sendChatAction", chat_id=anna.id, action="dancing") == "wrong parameter action in request"


async def test_callback_answers(api: Api, anna: Person, telegram: Telegram) -> None:
    """Once, within 15 seconds, at most 200 characters."""
    late = "query is too old and response timeout expired or query ID is invalid"
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}], [{"text": "Link", "url": "https://x.y"}]]}
    await api.ok("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)
    first = anna.press("Go")
    assert anna.alert(first) is None
    long = {"callback_query_id": first, "text": "x" * 201}
    assert await api.no("answerCallbackQuery", **long) == "MESSAGE_TOO_LONG"
    assert await api.ok("answerCallbackQuery", callback_query_id=first, text="done", show_alert=True)
    assert anna.alert(first) == {"text": "done", "show_alert": True, "url": ""}
    assert await api.no("answerCallbackQuery", callback_query_id=first) == late
    assert await api.no("answerCallbackQuery", callback_query_id="7") == late
    second = anna.press("Go")
    telegram.clock.advance(16)
    assert await api.no("answerCallbackQuery", callback_query_id=second) == late
    query = (await api.updates())[-1]["callback_query"]
    assert (query["id"], query["data"], query["message"]["text"]) == (second, "go", "x")
