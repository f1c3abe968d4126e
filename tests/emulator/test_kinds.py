"""What people send besides texts: files of all kinds, albums, places, contacts; replies, forwards and edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.media import KINDS, PICTURE, Part
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

PNG_1280 = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (1280).to_bytes(4, "big") + (960).to_bytes(4, "big")


async def told(api: Api) -> list[Any]:
    """The messages that the bot is told of, but for the first."""
    return [update["message"] for update in (await api.updates())[1:]]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_file_comes_to_the_bot(api: Api, anna: Person, kind: str) -> None:
    """Under its name, with ids; the bot can read it; the path says what it is."""
    sent = anna.media(kind, PICTURE, "see t.me/x" if KINDS[kind].captioned else None)
    (message,) = await told(api)
    assert message == sent
    file = message[kind][-1] if kind == "photo" else message[kind]
    assert file["file_size"] == len(PICTURE)
    assert (await api.download(file["file_id"])).body == PICTURE
    assert (await api.ok("getFile", file_id=file["file_id"]))["file_path"].startswith(KINDS[kind].folder + "/")
    if KINDS[kind].captioned:
        assert message["caption_entities"] == [{"type": "url", "offset": 4, "length": 6}]
    else:
        with pytest.raises(ValueError, match="has no caption"):
            anna.media(kind, PICTURE, "x")


def test_each_kind_has_a_method(anna: Person) -> None:
    """With fields of its own."""
    assert anna.video(caption="x")["video"]["duration"] == 1
    assert anna.animation().keys() >= {"animation", "document"}
    assert anna.audio(name="a.mp3")["audio"]["file_name"] == "a.mp3"
    assert "file_name" not in anna.voice()["voice"]
    assert anna.video_note()["video_note"]["length"] == 240
    assert anna.sticker()["sticker"]["type"] == "regular"
    assert anna.send_file("x.txt", b"x", "look")["document"]["mime_type"] == "text/plain"
    assert anna.location(41.3, 69.2)["location"] == {"latitude": 41.3, "longitude": 69.2}
    assert anna.contact("+1", "Eve", "K", 7)["contact"]["user_id"] == 7
    assert anna.contact("+1", "Eve")["contact"] == {"phone_number": "+1", "first_name": "Eve"}
    assert anna.poll("?", ["a", "b"])["poll"]["options"][1]["text"] == "b"
    assert anna.dice(3)["dice"]["value"] == 3
    with pytest.raises(ValueError, match="there is no place"):
        anna.location(91, 0)


async def test_a_photo_has_sizes_that_stand_for_the_whole(api: Api, anna: Person) -> None:
    """Ascending, each with its own ids; any of them sends all of them again."""
    sizes = anna.photo(PNG_1280)["photo"]
    assert [(size["width"], size["height"]) for size in sizes] == [(90, 68), (320, 240), (800, 600), (1280, 960)]
    assert len({size["file_unique_id"] for size in sizes}) == 4
    again = await api.ok("sendPhoto", chat_id=anna.id, photo=sizes[0]["file_id"])
    assert [size["file_unique_id"] for size in again["photo"]] == [size["file_unique_id"] for size in sizes]
    assert {size["file_id"] for size in again["photo"]}.isdisjoint(size["file_id"] for size in sizes)


async def test_an_album_is_several_messages(api: Api, anna: Person) -> None:
    """Updates of their own, one group, captions where they were written, and a reply at each."""
    first = anna.send("x")
    album = anna.album([PICTURE, Part("video", b"v", "look")], reply_to=first)
    assert (await told(api))[1:] == album
    assert len({message["media_group_id"] for message in album}) == 1
    assert [message.get("caption") for message in album] == [None, "look"]
    assert {message["reply_to_message"]["message_id"] for message in album} == {first["message_id"]}
    assert anna.album([PICTURE])[0]["media_group_id"] != album[0]["media_group_id"]


def test_people_give_entities_of_their_own(anna: Person) -> None:
    """A link behind a word is none that Telegram finds."""
    link = {"type": "text_link", "offset": 0, "length": 4, "url": "https://x.y/"}
    assert anna.send("here /a", entities=[link])["entities"][0] == link
    assert anna.photo(caption="here", entities=[link])["caption_entities"] == [link]


def test_forwards_say_whose_they_are(telegram: Telegram, anna: Person) -> None:
    """A user, a user who hides the account, and of a forward still the first author."""
    boris = telegram.person(1002, first_name="Boris")
    photo = boris.photo(caption="look", reply_to=boris.send("x"))
    first = anna.forward(photo)
    assert (first["forward_origin"]["sender_user"]["id"], first["caption"]) == (1002, "look")
    assert first["photo"][-1]["file_unique_id"] == photo["photo"][-1]["file_unique_id"]
    assert "reply_to_message" not in first
    assert boris.forward(first)["forward_origin"] == first["forward_origin"]
    hidden = anna.forward(photo, hidden=True)
    assert (hidden["forward_origin"]["type"], hidden["forward_sender_name"]) == ("hidden_user", "Boris")
    assert "forward_from" not in hidden


async def test_captions_are_edited_and_removed(api: Api, anna: Person) -> None:
    """By whoever sent them; what has no text can't be edited."""
    album = anna.album([Part(caption="a"), Part(caption="b")])
    anna.edit(album[1], "look at t.me/x")
    anna.edit(album[0]["message_id"], "")
    edits = [update["edited_message"] for update in (await api.updates())[-2:]]
    assert [edit.get("caption") for edit in edits] == ["look at t.me/x", None]
    assert edits[0]["caption_entities"][0]["type"] == "url"
    assert {edit["media_group_id"] for edit in edits} == {album[0]["media_group_id"]}
    for fixed in (anna.sticker(), anna.video_note(), anna.dice(), anna.forward(album[0])):
        with pytest.raises(NotShownError):
            anna.edit(fixed, "x")


async def test_ids_are_counted_where_telegram_counts_them(api: Api, telegram: Telegram, anna: Person) -> None:
    """Private chats and basic groups share a counter, each supergroup has its own."""
    group, large = telegram.group(-5, members=(anna,)), telegram.group(-1001000000007, members=(anna,))
    ids = [anna.send("x"), group.send(anna, "x"), large.send(anna, "x"), large.send(anna, "x"), anna.send("x")]
    assert [message["message_id"] for message in ids] == [2, 3, 2, 3, 4]
    assert (await api.ok("sendMessage", chat_id=large.id, text="x"))["message_id"] == 4
