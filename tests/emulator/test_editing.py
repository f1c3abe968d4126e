"""Editing, deleting, forwarding, copying: BOTAPI section 6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.state.people import Person
    from tests.emulator.api import Api

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
BUTTON = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
OTHER = {"inline_keyboard": [[{"text": "y", "callback_data": "y"}]]}
EDITS: dict[str, Any] = {
    "editMessageText": {"text": "new"},
    "editMessageCaption": {"caption": "new"},
    "editMessageReplyMarkup": {"reply_markup": BUTTON},
}


async def test_an_edited_text_stays_where_it_is(api: Api, anna: Person) -> None:
    """Id, date and pin stay, edit_date is set, absent buttons are removed."""
    message = await api.ok("sendMessage", chat_id=anna.id, text="old", reply_markup=BUTTON)
    number = message["message_id"]
    await api.ok("pinChatMessage", chat_id=anna.id, message_id=number)
    api.telegram.clock.advance(86_400 * 365)
    edited = await api.ok("editMessageText", chat_id=anna.id, message_id=number, text="new")
    assert (edited["message_id"], edited["date"]) == (number, message["date"])
    assert (edited["text"], edited["edit_date"]) == ("new", message["date"] + 86_400 * 365)
    assert "reply_markup" not in edited
    assert (anna.pinned, anna.answers) == (edited, ["new"])


async def test_an_edited_document(api: Api, anna: Person) -> None:
    """A new upload is another file; the caption is replaced, an absent one removed."""
    old = await api.document(b"old", caption="caption", reply_markup=BUTTON)
    new = await api.document(b"new", message_id=old["message_id"])
    assert new["document"]["file_unique_id"] != old["document"]["file_unique_id"]
    assert ("caption" in new, "reply_markup" in new) == (False, False)
    media = {"caption": "<b>third</b>", "parse_mode": "HTML"}
    third = await api.document(b"third", message_id=old["message_id"], media=media)
    assert (third["caption"], third["caption_entities"][0]["type"]) == ("third", "bold")
    assert api.telegram.document(anna.messages[-1]) == b"third"


async def test_an_edit_by_file_id(api: Api, anna: Person) -> None:
    """It keeps the file's unique id, and the same once more is not modified."""
    first, second = await api.document(b"1"), await api.document(b"2")
    media = {"type": "document", "media": first["document"]["file_id"], "caption": "c"}
    edit = {"chat_id": anna.id, "message_id": second["message_id"], "media": media}
    edited = await api.ok("editMessageMedia", **edit)
    assert edited["document"]["file_unique_id"] == first["document"]["file_unique_id"]
    assert await api.no("editMessageMedia", **edit) == SAME
    media["caption"] = "d"
    assert (await api.ok("editMessageMedia", **edit))["caption"] == "d"


async def test_a_new_upload_is_never_not_modified(api: Api, anna: Person) -> None:
    """Also with the same bytes."""
    message = await api.document(b"same")
    assert (await api.document(b"same", message_id=message["message_id"]))["edit_date"]
    assert anna.answers == []


async def test_a_text_may_become_a_document(api: Api, anna: Person) -> None:
    """Not the other way round."""
    number = (await api.ok("sendMessage", chat_id=anna.id, text="x"))["message_id"]
    assert "text" not in await api.document(message_id=number)
    assert anna.answers == []
    assert (
        await api.no("editMessageText", chat_id=anna.id, message_id=number, text="x")
        == "there is no text in the message to edit"
    )


async def test_a_photo_in_place_of_a_document(api: Api, anna: Person) -> None:
    """Compared by its unique id, too."""
    number = (await api.document())["message_id"]
    media = {"type": "photo", "media": "attach://file"}
    reply = await api(
        "editMessageMedia", {"file": ("x", b"\xff\xd8\xff")}, chat_id=anna.id, message_id=number, media=media
    )
    media["media"] = reply.result["photo"][0]["file_id"]
    assert await api.no("editMessageMedia", chat_id=anna.id, message_id=number, media=media) == SAME


async def test_captions(api: Api, anna: Person) -> None:
    """Set, changed, removed; a text has none."""
    number = (await api.document())["message_id"]
    edit = {"chat_id": anna.id, "message_id": number}
    assert (await api.ok("editMessageCaption", **edit, caption="one"))["caption"] == "one"
    assert await api.no("editMessageCaption", **edit, caption="one") == SAME
    assert await api.no("editMessageCaption", **edit, caption="x" * 1025) == "MEDIA_CAPTION_TOO_LONG"
    assert "caption" not in await api.ok("editMessageCaption", **edit)
    text = (await api.ok("sendMessage", chat_id=anna.id, text="x"))["message_id"]
    refusal = "there is no caption in the message to edit"
    assert await api.no("editMessageCaption", chat_id=anna.id, message_id=text, caption="x") == refusal


async def test_buttons(api: Api, anna: Person) -> None:
    """edit_date is set also when only buttons change."""
    number = (await api.ok("sendMessage", chat_id=anna.id, text="x", reply_markup=BUTTON))["message_id"]
    edit = {"chat_id": anna.id, "message_id": number}
    assert await api.no("editMessageReplyMarkup", **edit, reply_markup=BUTTON) == SAME
    changed = await api.ok("editMessageReplyMarkup", **edit, reply_markup=OTHER)
    assert (changed["reply_markup"], "edit_date" in changed) == (OTHER, True)
    assert "reply_markup" not in await api.ok("editMessageReplyMarkup", **edit)
    refusal = await api.no("editMessageReplyMarkup", **edit, reply_markup={"keyboard": [["x"]]})
    assert refusal == "inline keyboard expected"


async def test_the_same_text_is_not_modified(api: Api, anna: Person) -> None:
    """A longer one than 4096 is refused with another word than when sending."""
    number = (await api.ok("sendMessage", chat_id=anna.id, text="x"))["message_id"]
    edit = {"chat_id": anna.id, "message_id": number}
    assert await api.no("editMessageText", **edit, text=" x ") == SAME
    assert await api.no("editMessageText", **edit, text="x" * 4097) == "MESSAGE_TOO_LONG"


@pytest.mark.parametrize("method", EDITS)
async def test_messages_that_can_not_be_edited(api: Api, anna: Person, method: str) -> None:
    """Missing, someone else's, with a reply keyboard, forwarded."""
    keyboard = {"keyboard": [["x"]]}
    with_keyboard = await api.ok("sendMessage", chat_id=anna.id, text="x", reply_markup=keyboard)
    forwarded = await api.ok(
        "forwardMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=with_keyboard["message_id"]
    )
    for message in (anna.messages[0], with_keyboard, forwarded):
        edit = {"chat_id": anna.id, "message_id": message["message_id"], **EDITS[method]}
        assert await api.no(method, **edit) == "message can't be edited"
    for number in (99, 0, -1):
        assert await api.no(method, chat_id=anna.id, message_id=number, **EDITS[method]) == "message to edit not found"
    assert await api.no(method, **EDITS[method]) == "message identifier is not specified"
    assert await api.no(method, inline_message_id="x", **EDITS[method]) == "MESSAGE_ID_INVALID"
    anna.block()
    blocked = await api(method, chat_id=anna.id, message_id=with_keyboard["message_id"], **EDITS[method])
    assert blocked.error == (403, "Forbidden: bot was blocked by the user")


@pytest.mark.parametrize(
    ("media", "refusal"),
    [
        ("", 'parameter "media" is required'),
        ("{", "can't parse input media JSON object"),
        ("[]", "can't parse InputMedia: expected an Object"),
        ({"media": "x"}, 'can\'t parse InputMedia: Can\'t find field "type"'),
        ({"type": "document"}, "can't parse InputMedia: media not found"),
        ({"type": "sticker", "media": "x"}, 'can\'t parse InputMedia: type "sticker" is unsupported'),
        ({"type": "document", "media": "x", "caption": 1},
         'can\'t parse InputMedia: Field "caption" must be of type String'),
        ({"type": "document", "media": "attach://x"}, "can't parse InputMedia: media not found"),
        ({"type": "document", "media": "x"}, "wrong remote file identifier specified: Wrong character in the string"),
    ],
)  # fmt: skip
async def test_refused_media(api: Api, anna: Person, media: Any, refusal: str) -> None:
    """The message stays as it is."""
    number = (await api.document())["message_id"]
    assert await api.no("editMessageMedia", chat_id=anna.id, message_id=number, media=media) == refusal


async def test_media_of_a_message_that_can_not_be_edited(api: Api, anna: Person) -> None:
    """It has a wording of its own; a long caption is refused as when sending."""
    message = await api.document()
    number = message["message_id"]
    copy = await api.ok("forwardMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=number)
    media = {"type": "document", "media": message["document"]["file_id"], "caption": "x" * 1025}
    edit = {"chat_id": anna.id, "media": media}
    assert await api.no("editMessageMedia", **edit, message_id=copy["message_id"]) == "message media can't be edited"
    assert await api.no("editMessageMedia", **edit, message_id=number) == "message caption is too long"


@pytest.mark.parametrize("own", [True, False])
async def test_messages_can_be_deleted_for_48_hours(api: Api, anna: Person, *, own: bool) -> None:
    """Of both sides; then an old message can be edited but not deleted."""
    for age in (48 * 3600, 1):
        message = await api.ok("sendMessage", chat_id=anna.id, text="x") if own else anna.send("x")
        number = message["message_id"]
        api.telegram.clock.advance(age)
        assert await api.ok("deleteMessage", chat_id=anna.id, message_id=number) is True
        assert await api.no("deleteMessage", chat_id=anna.id, message_id=number) == "message to delete not found"
    old = (await api.ok("sendMessage", chat_id=anna.id, text="x"))["message_id"]
    api.telegram.clock.advance(48 * 3600 + 1)
    delete = {"chat_id": anna.id, "message_id": old}
    assert await api.no("deleteMessage", **delete) == "message can't be deleted for everyone"
    assert (await api.ok("editMessageText", **delete, text="y"))["text"] == "y"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"message_id": 1}, "chat identifier is not specified"),
        ({"chat_id": 1001}, "message identifier is not specified"),
        ({"chat_id": 1001, "message_id": "one"}, 'parameter "message_id" must be an Integer'),
    ],
)
async def test_refused_deletions(api: Api, anna: Person, given: Any, refusal: str) -> None:
    """What is missing is named."""
    assert await api.no("deleteMessage", **given) == refusal
    assert len(anna.messages) == 1


async def test_many_deletions_skip_what_is_missing(api: Api, anna: Person) -> None:
    """But one that can't be deleted keeps all of them."""
    old = anna.send("old")["message_id"]
    api.telegram.clock.advance(48 * 3600 + 1)
    new = [anna.send("new")["message_id"] for _ in range(2)]
    refusal = await api.no("deleteMessages", chat_id=anna.id, message_ids=[*new, old])
    assert refusal == "message can't be deleted for everyone"
    assert len(anna.messages) == 4
    assert await api.ok("deleteMessages", chat_id=anna.id, message_ids=[*new, 99]) is True
    assert len(anna.messages) == 2


@pytest.mark.parametrize(
    ("ids", "refusal"),
    [
        ("", "message identifiers are not specified"),
        ([], "message identifiers are not specified"),
        ("[", "can't parse message_ids JSON object"),
        (7, "expected an Array of message identifiers"),
        ([7] * 101, "too many message identifiers specified"),
        (["x"], "message identifier must be a Number"),
        ([True], "message identifier must be a Number"),
        ([0], "invalid message identifier specified"),
    ],
)
async def test_refused_lists_of_messages(api: Api, anna: Person, ids: Any, refusal: str) -> None:
    """For deleteMessages."""
    assert await api.no("deleteMessages", chat_id=anna.id, message_ids=ids) == refusal


async def test_a_forward_shows_an_old_message(api: Api, anna: Person) -> None:
    """With the same unique id and another file_id; a forward of a forward names the first sender."""
    message = await api.document(caption="c", reply_markup=BUTTON)
    forward = {"chat_id": anna.id, "from_chat_id": anna.id}
    first = await api.ok("forwardMessage", **forward, message_id=message["message_id"], reply_markup="ignored")
    assert first["document"]["file_unique_id"] == message["document"]["file_unique_id"]
    assert first["document"]["file_id"] != message["document"]["file_id"]
    assert (first["caption"], "reply_markup" in first) == ("c", False)
    assert first["forward_origin"]["sender_user"]["id"] == 42
    hers = anna.send("hers")["message_id"]
    second = await api.ok("forwardMessage", **forward, message_id=hers)
    third = await api.ok("forwardMessage", **forward, message_id=second["message_id"])
    assert third["forward_origin"]["sender_user"]["first_name"] == "Анна"


async def test_a_copy_is_a_message_of_its_own(api: Api, anna: Person) -> None:
    """Only its id is returned; it can be edited, and its caption replaced."""
    message = await api.document(caption="c")
    copy = {"chat_id": anna.id, "from_chat_id": anna.id}
    forward = await api.ok("forwardMessage", **copy, message_id=message["message_id"])
    first = await api.ok("copyMessage", **copy, message_id=forward["message_id"])
    assert list(first) == ["message_id"]
    assert (anna.messages[-1]["caption"], "forward_origin" in anna.messages[-1]) == ("c", False)
    edit = {"chat_id": anna.id, **first}
    assert (await api.ok("editMessageCaption", **edit, caption="d"))["caption"] == "d"
    await api.ok("copyMessage", **copy, **first, caption="e")
    assert anna.messages[-1]["caption"] == "e"
    photo = anna.photo(b"\xff\xd8\xff")
    await api.ok("copyMessage", **copy, message_id=photo["message_id"])
    assert anna.messages[-1]["photo"][0]["file_unique_id"] == photo["photo"][0]["file_unique_id"]


@pytest.mark.parametrize(
    ("method", "verb", "done"), [("forwardMessage", "forward", "forwarded"), ("copyMessage", "copy", "copied")]
)
async def test_messages_that_can_not_be_forwarded(api: Api, anna: Person, method: str, verb: str, done: str) -> None:
    """Missing, service and protected ones."""
    call = {"chat_id": anna.id, "from_chat_id": anna.id}
    assert await api.no(method, chat_id=anna.id, message_id=1) == 'parameter "from_chat_id" is required'
    assert await api.no(method, **call, message_id=99) == f"message to {verb} not found"
    pin = anna.pin(1)
    assert await api.no(method, **call, message_id=pin["message_id"]) == f"the message can't be {done}"
    secret = await api.ok("sendMessage", chat_id=anna.id, text="x", protect_content=True)
    refusal = f"message has protected content and can't be {done}"
    assert await api.no(method, **call, message_id=secret["message_id"]) == refusal
