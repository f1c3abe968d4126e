"""Reactions of people and of the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.people import Person
    from tests.emulator.api import Api


def emoji(*names: str) -> list[Any]:
    """Reactions as they are on the wire."""
    return [{"type": "emoji", "emoji": name} for name in names]


async def test_the_bot_is_told_if_it_has_asked(api: Api, anna: Person) -> None:
    """Of what was there and what is there now; the same again is no change."""
    message = anna.send("x")
    anna.react(message, "👍")
    await api.updates(allowed_updates=["message", "message_reaction"])
    for one in ("❤", "❤", ""):
        anna.react(message["message_id"], one)
    changes = [update["message_reaction"] for update in (await api.updates())[2:]]
    assert [(change["old_reaction"], change["new_reaction"]) for change in changes] == [
        (emoji("👍"), emoji("❤")),
        (emoji("❤"), []),
    ]
    assert (changes[0]["user"]["id"], changes[0]["chat"]["id"]) == (anna.id, anna.id)
    assert changes[0]["message_id"] == message["message_id"]
    assert anna.reactions(message) == {}


async def test_people_react_to_what_they_see(api: Api, anna: Person) -> None:
    """To both sides' messages, with emoji that Telegram has, but not to service messages."""
    theirs = await api.ok("sendMessage", chat_id=anna.id, text="x")
    anna.react(theirs, "🔥")
    assert anna.reactions(theirs) == {anna.id: "🔥"}
    for message, one in ((theirs, "🐈"), (anna.pin(theirs), "👍"), (99, "👍")):
        with pytest.raises(NotShownError):
            anna.react(message, one)


async def test_the_bot_reacts(api: Api, anna: Person) -> None:
    """With one emoji, which the person sees; set twice is no error."""
    message = anna.send("x")
    anna.react(message, "👍")
    call = {"chat_id": anna.id, "message_id": message["message_id"]}
    for one in ("🔥", "🔥", "🎉"):
        assert await api.ok("setMessageReaction", **call, reaction=emoji(one)) is True
    assert anna.reactions(message) == {anna.id: "👍", 42: "🎉"}
    await api.ok("setMessageReaction", **call)
    assert anna.reactions(message) == {anna.id: "👍"}


@pytest.mark.parametrize(
    ("reaction", "refusal"),
    [
        ("[", "can't parse reaction types JSON object"),
        ("7", "expected an Array of ReactionType"),
        ([7], "can't parse ReactionType: expected an Object"),
        ([{}], "can't parse ReactionType: Can't find field \"type\""),
        ([{"type": 7}], 'can\'t parse ReactionType: Field "type" must be of type String'),
        ([{"type": "paid"}], "can't parse ReactionType: invalid reaction type specified"),
        ([{"type": "emoji"}], "can't parse ReactionType: Can't find field \"emoji\""),
        (emoji("👍", "🔥"), "REACTIONS_TOO_MANY"),
        (emoji("❤\ufe0f"), "REACTION_INVALID"),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}], "REACTION_INVALID"),
    ],
)
async def test_refused_reactions(api: Api, anna: Person, reaction: Any, refusal: str) -> None:
    """Nothing changes."""
    assert await api.no("setMessageReaction", chat_id=anna.id, message_id=1, reaction=reaction) == refusal
    assert anna.reactions(1) == {}


async def test_messages_that_take_no_reaction(api: Api, anna: Person) -> None:
    """Missing ones and service messages; and nobody who has blocked the bot sees one."""
    call: Any = {"chat_id": anna.id, "reaction": emoji("👍")}
    assert await api.no("setMessageReaction", **call, message_id=99) == "message to react not found"
    service = anna.pin(1)["message_id"]
    assert await api.no("setMessageReaction", **call, message_id=service) == "MESSAGE_ID_INVALID"
    anna.block()
    reply = await api("setMessageReaction", **call, message_id=1)
    assert reply.error == (403, "Forbidden: bot was blocked by the user")
