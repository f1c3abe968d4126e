"""What a person of the page does: the actions by name, each with what the page posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.page.guard import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.page.scene import Scene
    from emulator.state.people import Person

    Body = dict[str, Any]


def _text(body: Body, name: str) -> str:
    text = body[name]
    if not isinstance(text, str) or not text.strip():
        raise RefusedError(400, f"{name} must be a text that is not empty")
    return text


ACTIONS: dict[str, Callable[[Person, Body], object]] = {
    "send": lambda person, body: person.send(_text(body, "text"), body.get("reply_to")),
    "tap": lambda person, body: person.tap(_text(body, "text")),
    "press": lambda person, body: person.press(_text(body, "text"), body["message_id"]),
    "edit": lambda person, body: person.edit(body["message_id"], _text(body, "text")),
    "delete": lambda person, body: person.delete(body["message_id"]),
    "pin": lambda person, body: person.pin(body["message_id"]),
    "unpin": lambda person, body: person.unpin(body["message_id"]),
    "clear": lambda person, _: person.clear_history(),
    "block": lambda person, _: person.block(),
    "unblock": lambda person, _: person.unblock(),
    "rename": lambda person, body: person.rename(_text(body, "name")),
    "react": lambda person, body: person.react(body["message_id"], body.get("emoji") or ""),
    "voice": lambda person, _: person.voice(),
    "sticker": lambda person, _: person.sticker(),
    "contact": lambda person, _: person.share_contact(),
    "location": lambda person, _: person.location(*person.place),
    "album": lambda person, body: person.album([_picture(number) for number in range(min(10, max(2, body["count"])))]),
}


def _picture(number: int) -> bytes:
    """A plain picture of one colour, another one for each number: 64 by 64 points, a bitmap."""
    size, colours = 64, (b"\xe0\x8a\x2f", b"\x4b\x9a\x2c", b"\x3b\x3b\xd6", b"\x08\x74\xb7")
    data = colours[number % len(colours)] * (size * size)
    sizes = (54 + len(data), 0, 54, 40, size, size, 1 | 24 << 16, 0, len(data), 2835, 2835, 0, 0)
    return b"BM" + b"".join(value.to_bytes(4, "little") for value in sizes) + data


async def pay(scene: Scene, person: Person, body: Body) -> None:
    """Pay an invoice and wait for what the bot says. RefusedError if that is nothing, or no."""
    form = person.form(body["message_id"])
    if scene.purse and form.offer.invoice.amount > scene.stars(person):
        raise RefusedError(409, "there are not enough Stars")
    checkout = await person.paid(form)
    if checkout.outcome == "expired":
        raise RefusedError(409, "the bot has not answered within 10 s: nothing was paid")
    if checkout.outcome == "refused":
        raise RefusedError(409, checkout.error or "the bot has refused the payment")
