"""Uploads, file ids and downloads: BOTAPI section 5."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.limits import Limits
from tests.emulator.api import TOKEN

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 3, 2)
JPEG = b"\xff\xd8\xff\xe0"


async def test_a_document_comes_back_as_it_was_sent(api: Api, anna: Person) -> None:
    """By getFile and its link."""
    message = await api.document(b'{"a": 1}', "backup.json", caption="one line")
    document = message["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == (
        "backup.json",
        "application/json",
        8,
    )
    assert message["caption"] == "one line"
    reply = await api.download(document["file_id"])
    assert (reply.status, reply.body) == (200, b'{"a": 1}')
    assert api.telegram.document(anna.messages[-1]) == b'{"a": 1}'


async def test_a_document_may_come_under_its_own_name(api: Api, anna: Person) -> None:
    """Without attach://; an unknown extension has no type."""
    reply = await api("sendDocument", {"document": ("a.unheardof", b"x")}, chat_id=anna.id)
    assert "mime_type" not in reply.result["document"]


@pytest.mark.parametrize(
    ("given", "files", "refusal"),
    [
        ({}, {}, "there is no document in the request"),
        ({"document": "attach://other"}, {"file": ("a", b"x")}, "there is no document in the request"),
        ({"document": "attach://file"}, {"file": ("a", b"")}, "file must be non-empty"),
        ({"document": "BQACAgIbad"}, {}, "wrong remote file identifier specified: Wrong character in the string"),
        ({"document": "https://example.com/a"}, {}, "failed to get HTTP URL content"),
        ({"document": "attach://file", "caption": "x" * 1025}, {"file": ("a", b"x")}, "message caption is too long"),
    ],
)
async def test_refused_documents(api: Api, anna: Person, given: Any, files: Any, refusal: str) -> None:
    """Nothing is stored."""
    assert (await api("sendDocument", files, chat_id=anna.id, **given)).refusal == refusal
    assert [file for file in api.telegram.files.stored if file.folder != "stickers"] == []  # those of the gifts


async def test_a_caption_has_1024_characters(api: Api, anna: Person) -> None:
    """Not bytes; spaces only are none."""
    assert len((await api.document(caption="🏆" * 1024))["caption"]) == 1024
    assert "caption" not in await api.document(caption="  ")
    assert len(anna.messages) == 3


async def test_a_new_upload_has_a_new_unique_id(api: Api, anna: Person) -> None:
    """Also of the same bytes."""
    first, second = [(await api.document(b"same"))["document"] for _ in range(2)]
    assert first["file_unique_id"] != second["file_unique_id"]
    assert anna.answers == []


async def test_a_file_sent_by_id_keeps_its_unique_id(api: Api, anna: Person) -> None:
    """But has another file_id; all of them stay valid, also after the message is deleted or edited."""
    message = await api.document(b"old")
    old = message["document"]
    again = (await api.ok("sendDocument", chat_id=anna.id, document=old["file_id"]))["document"]
    await api.document(b"new", message_id=message["message_id"])
    await api.ok("deleteMessage", chat_id=anna.id, message_id=message["message_id"])
    file = await api.ok("getFile", file_id=old["file_id"])
    ids = {old["file_id"], again["file_id"], file["file_id"]}
    assert len(ids) == 3
    assert {old["file_unique_id"], again["file_unique_id"], file["file_unique_id"]} == {old["file_unique_id"]}
    assert [(await api.download(file_id)).body for file_id in ids] == [b"old"] * 3


@pytest.mark.parametrize(
    ("file_id", "refusal"),
    [
        ("", "file_id not specified"),
        ("x", "invalid file_id"),
        ("BQACAgI" + "A" * 39, "invalid file_id"),
        ("ы" * 20, "invalid file_id"),
    ],
)
async def test_bad_file_ids(api: Api, anna: Person, file_id: str, refusal: str) -> None:
    """Refused by getFile."""
    assert await api.no("getFile", file_id=file_id) == refusal
    assert anna.answers == []


async def test_a_file_id_is_valid_for_its_bot_only(api: Api, telegram: Telegram, anna: Person) -> None:
    """Another bot can neither read nor send it."""
    telegram.add_bot("43:TEST", username="other_bot")
    file_id = (await api.document())["document"]["file_id"]
    reply = await api.request(f"/bot43:TEST/getFile?file_id={file_id}")
    assert reply.refusal == "invalid file_id"
    path = (await api.ok("getFile", file_id=file_id))["file_path"]
    assert (await api.request(f"/file/bot43:TEST/{path}", "GET")).error == (404, "Not Found")
    with pytest.raises(LookupError):
        telegram.replace_file("x", b"")
    assert anna.answers == []


@pytest.mark.parametrize(("size", "readable"), [(20 << 20, True), ((20 << 20) + 1, False)])
async def test_only_20_mib_can_be_read_back(api: Api, anna: Person, size: int, *, readable: bool) -> None:
    """While 50 MB can be sent."""
    file_id = (await api.document(bytes(size)))["document"]["file_id"]
    reply = await api("getFile", file_id=file_id)
    assert reply.result["file_size"] == size if readable else reply.refusal == "file is too big"
    assert anna.answers == []


async def test_a_link_lives_an_hour(api: Api, anna: Person) -> None:
    """Then getFile opens it again."""
    file_id = (await api.document())["document"]["file_id"]
    path = f"/file/bot{TOKEN}/" + (await api.ok("getFile", file_id=file_id))["file_path"]
    api.telegram.clock.advance(3600)
    assert (await api.request(path, "GET", headers={"Range": "bytes=1-"})).body == b"{}"
    api.telegram.clock.advance(1)
    assert (await api.request(path, "GET")).error == (404, "Not Found")
    assert (await api.download(file_id)).body == b"{}"
    assert anna.answers == []


async def test_what_is_stored_can_be_damaged(api: Api, anna: Person) -> None:
    """Ids unchanged."""
    file_id = (await api.document(b"good"))["document"]["file_id"]
    api.telegram.replace_file(file_id, b"evil")
    assert (await api.download(file_id)).body == b"evil"
    assert anna.answers == []


@pytest.mark.parametrize(("data", "size"), [(PNG, (3, 2)), (JPEG, (800, 600))])
async def test_photos(api: Api, anna: Person, data: bytes, size: tuple[int, int]) -> None:
    """They have sizes, and are not documents."""
    reply = await api("sendPhoto", {"photo": ("x.png", data)}, chat_id=anna.id, caption="look")
    photo = reply.result["photo"][-1]
    assert (photo["width"], photo["height"], reply.result["caption"]) == (*size, "look")
    assert (await api.download(photo["file_id"])).body == data
    assert (
        await api.no("sendDocument", chat_id=anna.id, document=photo["file_id"])
        == "can't use file of type Photo as Document"
    )
    assert (await api.ok("sendPhoto", chat_id=anna.id, photo=photo["file_id"]))["photo"]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"text", "IMAGE_PROCESS_FAILED"),
        (PNG + bytes(10_000_000), "too big for a photo (10000024 bytes)"),
        (PNG[:16] + struct.pack(">II", 5_001, 5_000), "PHOTO_INVALID_DIMENSIONS"),
        (PNG[:16] + struct.pack(">II", 101, 5), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_refused_photos(api: Api, anna: Person, data: bytes, refusal: str) -> None:
    """At most 10 MB, both sides together at most 10,000, one at most 20 times the other, and pictures only."""
    assert (await api("sendPhoto", {"photo": ("x.png", data)}, chat_id=anna.id)).refusal == refusal


@pytest.mark.parametrize("data", [b"GIF89a...", b"\0\0\0\x18ftypmp42"])
async def test_moving_pictures_become_animations(api: Api, anna: Person, data: bytes) -> None:
    """Unless the detection is switched off."""
    files = {"document": ("x.bin", data)}
    assert "animation" in (await api("sendDocument", files, chat_id=anna.id)).result
    quiet = await api("sendDocument", files, chat_id=anna.id, disable_content_type_detection=True)
    assert "animation" not in quiet.result


async def test_uploads_of_equal_size_stand_in_line(api: Api, anna: Person) -> None:
    """Above 100,000 bytes, with a credit of a second; in a line longer than 5 s they are refused after 3 s."""
    telegram = api.telegram
    telegram.limits = Limits(per_chat=1e9, burst=10**9, overall=1e9)
    line = telegram.bot().uploads
    data = bytes(6_000_000)
    assert [line.delay(100_000, telegram.clock.now()) for _ in range(99)] == [0] * 99
    assert await api.document(data)
    delays = [line.delay(len(data), telegram.clock.now()) for _ in range(9)]
    assert delays == pytest.approx([max(0.0, 0.6 * i - 0.4) for i in range(9)], abs=1e-4)
    waiting = await api.reached("sendDocument", api.document(data))
    telegram.clock.advance(5.6)
    assert (await waiting)["document"]["file_size"] == len(data)
    while line.delay(len(data), telegram.clock.now()) is not None:
        pass
    refused = await api.begun("sendDocument", chat_id=anna.id, files={"document": ("x", data)})
    telegram.clock.advance(3)
    assert (await refused).error == (429, "Too Many Requests: retry after 60")
    telegram.limits = Limits(equal_uploads=False)
    assert await api.document(data)
