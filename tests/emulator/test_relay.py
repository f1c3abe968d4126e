"""What is passed on: copies and forwards of every kind, in numbers, as albums; and edits of copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.limits import Limits
from emulator.state.media import KINDS, PICTURE, Part

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@pytest.fixture
def boris(telegram: Telegram) -> Person:
    """Boris, who has started the bot."""
    boris = telegram.person(1002, first_name="Boris")
    boris.send("/start")
    return boris


def numbers(messages: list[Any]) -> list[int]:
    """Their ids."""
    return [message["message_id"] for message in messages]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_copy_of_any_kind_can_be_told_from_what_is_no_copy(
    api: Api, anna: Person, boris: Person, kind: str
) -> None:
    """It shows no author, answers what it is to answer, and its absent buttons are not modified."""
    question = boris.send("?")
    sent = anna.media(kind, PICTURE, "c" if KINDS[kind].captioned else None)
    reply = {"message_id": question["message_id"]}
    call = {"chat_id": boris.id, "from_chat_id": anna.id, "message_id": sent["message_id"]}
    copy = await api.ok("copyMessage", **call, reply_parameters=reply)
    shown = boris.messages[-1]
    assert (shown["message_id"], shown["from"]["id"]) == (copy["message_id"], 42)
    assert copy["message_id"] > sent["message_id"]
    assert (shown.get("caption"), shown["reply_to_message"]["text"]) == (sent.get("caption"), "?")
    edit = {"chat_id": boris.id, "message_id": copy["message_id"]}
    assert await api.no("editMessageReplyMarkup", **edit) == SAME
    for other, refusal in ((question["message_id"], "message can't be edited"), (999, "message to edit not found")):
        assert await api.no("editMessageReplyMarkup", chat_id=boris.id, message_id=other) == refusal
    if KINDS[kind].captioned:
        assert (await api.ok("editMessageCaption", **edit, caption="d"))["caption"] == "d"
    else:
        no_caption = "there is no caption in the message to edit"
        assert await api.no("editMessageCaption", **edit, caption="d") == no_caption
    assert await api.no("editMessageText", **edit, text="d") == "there is no text in the message to edit"


async def test_a_copy_takes_what_it_is_given(api: Api, anna: Person, boris: Person) -> None:
    """A caption for another, buttons; texts, places and contacts as they are."""
    button = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    call = {"chat_id": boris.id, "from_chat_id": anna.id}
    await api.ok("copyMessage", **call, message_id=anna.photo(caption="a")["message_id"], caption="b")
    assert boris.messages[-1]["caption"] == "b"
    place = anna.location(1, 2)["message_id"]
    await api.ok("copyMessage", **call, message_id=place, reply_markup=button, caption="no place for it")
    assert (boris.messages[-1]["location"], boris.messages[-1]["reply_markup"]) == (
        anna.messages[-1]["location"],
        button,
    )
    await api.ok("copyMessage", **call, message_id=anna.forward(boris.messages[0])["message_id"])
    assert (boris.messages[-1]["text"], "forward_origin" in boris.messages[-1]) == ("/start", False)
    quiz = anna.send_content(poll={"id": "1", "type": "quiz"})["message_id"]
    for money in (quiz, anna.send_content(invoice={"title": "x"})["message_id"]):
        assert await api.no("copyMessage", **call, message_id=money) == "the message can't be copied"


async def test_many_copies_keep_albums_together(api: Api, anna: Person, boris: Person) -> None:
    """What is missing or can't be copied is left out; they answer nothing."""
    album = anna.album([Part(caption="one"), Part("video")], reply_to=anna.send("x"))
    alone = anna.album([PICTURE])
    pin = anna.pin(1)
    ids = numbers([*album, *alone, pin])
    assert boris.messages[1:] == []
    call = {"chat_id": boris.id, "from_chat_id": anna.id, "message_ids": [*ids, 999]}
    copies = await api.ok("copyMessages", **call)
    assert [list(copy) for copy in copies] == [["message_id"]] * 3
    shown = boris.messages[-3:]
    assert numbers(shown) == numbers(copies)
    assert shown[0]["media_group_id"] == shown[1]["media_group_id"] != album[0]["media_group_id"]
    assert "media_group_id" not in shown[2]
    assert [message.get("caption") for message in shown] == ["one", None, None]
    assert not any("reply_to_message" in message for message in shown)
    await api.ok("copyMessages", **call, remove_caption=True)
    assert "caption" not in boris.messages[-3]
    await api.ok("forwardMessages", **call)
    assert [message["forward_origin"]["sender_user"]["id"] for message in boris.messages[-3:]] == [anna.id] * 3
    edit = {"chat_id": boris.id, "message_id": boris.messages[-1]["message_id"]}
    assert await api.no("editMessageReplyMarkup", **edit) == "message can't be edited"


async def test_documents_together_become_an_album(api: Api, anna: Person, boris: Person) -> None:
    """Also if they were none; so does music, but not photos."""
    for kind in ("document", "audio", "photo"):
        ids = numbers([anna.media(kind, PICTURE), anna.media(kind, PICTURE)])
        await api.ok("copyMessages", chat_id=boris.id, from_chat_id=anna.id, message_ids=ids)
    groups = [message.get("media_group_id") for message in boris.messages[-6:]]
    assert groups[0] == groups[1] is not None
    assert groups[2] == groups[3] not in {None, groups[0]}
    assert groups[4:] == [None, None]


@pytest.mark.parametrize(
    ("ids", "refusal"),
    [
        ("", "message identifiers are not specified"),
        ([1] * 101, "too many message identifiers specified"),
        ([9, 10], "there are no messages to forward"),
        ([3, 1], "message identifiers must be in a strictly increasing order"),
        ([1, 1], "message identifiers must be in a strictly increasing order"),
        ([4], "messages can't be forwarded"),
    ],
)
@pytest.mark.parametrize("method", ["copyMessages", "forwardMessages"])
async def test_refused_batches(api: Api, anna: Person, boris: Person, method: str, ids: Any, refusal: str) -> None:
    """Nothing is sent."""
    anna.send("x")
    anna.pin(1)
    call = {"chat_id": boris.id, "from_chat_id": anna.id, "message_ids": ids}
    assert await api.no(method, **call) == refusal
    assert len(boris.messages) == 1


async def test_an_album_of_the_bot(api: Api, anna: Person) -> None:
    """Photos and videos, new and sent before, each a message; a caption at one; what it answers at each."""
    old = anna.photo(caption="not taken")["photo"][0]["file_id"]
    media = [
        {"type": "photo", "media": "attach://a", "caption": "<b>c</b>", "parse_mode": "HTML"},
        {"type": "video", "media": "attach://b"},
        {"type": "photo", "media": old},
    ]
    files = {"a": ("a.png", PICTURE), "b": ("b.mp4", b"video")}
    reply = {"message_id": 1}
    sent = (await api("sendMediaGroup", files, chat_id=anna.id, media=media, reply_parameters=reply)).result
    assert sent == anna.messages[-3:]
    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message.get("caption") for message in sent] == ["c", None, None]
    assert {message["reply_to_message"]["message_id"] for message in sent} == {1}
    gif = {"type": "document", "media": "attach://g"}
    files = {"g": ("g.gif", b"GIF89a")}
    documents = (await api("sendMediaGroup", files, chat_id=anna.id, media=[gif, gif])).result
    assert ["animation" in message for message in documents] == [False, False]


PHOTO = {"type": "photo", "media": "attach://a"}


@pytest.mark.parametrize(
    ("media", "refusal"),
    [
        ("", 'parameter "media" is required'),
        ("[", "can't parse media JSON object"),
        (PHOTO, "expected an Array of InputMedia"),
        ([], "there are no messages to send"),
        ([PHOTO], "an album has at least 2 messages"),
        ([PHOTO] * 11, "too many messages to send as an album"),
        ([PHOTO, {"type": "document", "media": "attach://a"}], "document can't be mixed with other media types"),
        ([{"type": "audio", "media": "attach://a"}, PHOTO], "audio can't be mixed with other media types"),
        ([PHOTO, {**PHOTO, "show_caption_above_media": True}],
         "parameter show_caption_above_media must be the same for all messages"),
        ([PHOTO, {"type": "animation", "media": "attach://a"}],
         'can\'t parse InputMedia: type "animation" can\'t be used in sendMediaGroup'),
        ([PHOTO, {"type": "voice", "media": "attach://a"}], 'can\'t parse InputMedia: type "voice" is unsupported'),
        ([PHOTO, {"type": "photo"}], "can't parse InputMedia: media not found"),
        ([PHOTO, {**PHOTO, "caption": "x" * 1025}], "message caption is too long"),
    ],
)  # fmt: skip
async def test_refused_albums(api: Api, anna: Person, media: Any, refusal: str) -> None:
    """Nothing is sent, not even in part."""
    reply = await api("sendMediaGroup", {"a": ("a.png", PICTURE)}, chat_id=anna.id, media=media)
    assert reply.refusal == refusal
    assert len(anna.messages) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_the_bot_sends_every_kind(api: Api, anna: Person, kind: str) -> None:
    """New or again by its id; without a file it is refused."""
    method = "send" + kind.replace("_", "")
    sent = (await api(method, {kind: ("x", PICTURE)}, chat_id=anna.id)).result
    file = sent[kind][0] if kind == "photo" else sent[kind]
    assert kind in await api.ok(method, chat_id=anna.id, **{kind: file["file_id"]})
    assert await api.no(method, chat_id=anna.id) == f"there is no {kind.replace('_', ' ')} in the request"
    if kind in {"sticker", "video_note", "voice"}:
        edit = {"chat_id": anna.id, "message_id": sent["message_id"]}
        media = {"type": "photo", "media": anna.photo()["photo"][0]["file_id"]}
        assert await api.no("editMessageMedia", **edit, media=media) == "message media can't be edited"


async def test_each_part_of_an_album_counts(api: Api, telegram: Telegram, anna: Person) -> None:
    """An album may begin when one message may, and is paid for afterwards; in a group it must fit into the minute."""
    group = telegram.group(-5, members=(anna,))
    ids = numbers([anna.photo() for _ in range(15)])
    telegram.limits = Limits()
    copy: Any = {"from_chat_id": anna.id}
    await api.ok("copyMessages", **copy, chat_id=anna.id, message_ids=ids[:10])
    reply = await api("sendMessage", chat_id=anna.id, text="x")
    assert reply.json["parameters"]["retry_after"] == 8
    await api.ok("copyMessages", **copy, chat_id=group.id, message_ids=ids)
    telegram.clock.advance(20)
    reply = await api("copyMessages", **copy, chat_id=group.id, message_ids=ids[:6])
    assert reply.json["parameters"]["retry_after"] == 40
    await api.ok("copyMessages", **copy, chat_id=group.id, message_ids=ids[:5])
