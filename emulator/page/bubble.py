"""A message as the page draws it: the Bot API's fields it needs under the Bot API's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.state.channels import Channel
    from emulator.state.chats import Json, Message
    from emulator.state.people import Person

View = dict[str, Any]

WORDS = ("video", "animation", "audio", "voice", "video_note", "sticker", "contact", "location", "poll", "dice", "gift")
"""What is shown as a bubble with a word."""

SERVICES = ("successful_payment", "refunded_payment")
"""What is shown as a line in the middle, with the Stars that were paid."""

PLAIN = ("text", "caption", "edit_date", "media_group_id")
LONGEST_QUOTE = 120  # characters


def bubble(message: Message, person: Person | Channel) -> View:
    """The message in the chat of this person."""
    data = message.data
    view: View = {"id": message.id, "mine": not message.outgoing, "date": data["date"]}
    view |= {name: data[name] for name in PLAIN if name in data}
    view |= _file(data) | _service(data) | _buttons(data)
    for kind in WORDS:
        if kind in data:
            view["kind"] = kind
            view |= _about(kind, data[kind])
    if "forward_origin" in data:
        view["forwarded"] = True
    if "reply_to_message" in data:
        view["quote"] = _quote(data["reply_to_message"], person)
    if message.reactions:
        view["reactions"] = {str(who): emoji for who, emoji in message.reactions.items()}
    if "invoice" in data:
        offer = person.bot.money.offers.get(message.id)
        view["invoice"] = {**data["invoice"], "paid": offer is not None and offer.single and offer.paid}
    return view


def _file(data: Json) -> View:
    if "animation" in data:  # it has a document as well, for old clients
        return {}
    if "document" in data:
        document = data["document"]
        about = {"name": document.get("file_name", "file"), "size": document["file_size"]}
        return {"document": {"id": document["file_unique_id"], **about}}
    return {"photo": data["photo"][-1]["file_unique_id"]} if "photo" in data else {}


def _service(data: Json) -> View:
    if "pinned_message" in data:
        return {"pinned": data["pinned_message"]["message_id"]}
    for name in SERVICES:
        if name in data:
            return {"service": name, "stars": data[name]["total_amount"]}
    return {}


def _buttons(data: Json) -> View:
    rows = data.get("reply_markup", {}).get("inline_keyboard")
    if not rows:
        return {}
    links = {button["text"]: button["url"] for row in rows for button in row if "url" in button}
    pays = [button["text"] for row in rows for button in row if button.get("pay")]
    view: View = {"buttons": [[button["text"] for button in row] for row in rows]}
    return {**view, **({"links": links} if links else {}), **({"pays": pays} if pays else {})}


def _about(kind: str, what: Json) -> View:
    """The few words beside the kind: whose contact, which sticker, how long."""
    if kind == "contact":
        return {"words": f"{what['first_name']} {what.get('last_name', '')}".strip() + f" · {what['phone_number']}"}
    if kind == "location":
        return {"words": f"{what['latitude']:.4f}, {what['longitude']:.4f}"}
    words = what.get("emoji") or what.get("question") or what.get("title") or ""
    return {"words": words} if isinstance(words, str) and words else {}


def _quote(data: Json, person: Person | Channel) -> View:
    """What is answered: whose, and the beginning of its words."""
    kind = next((kind for kind in ("photo", "document", *WORDS) if kind in data), None)
    text = str(data.get("text", data.get("caption", "")))[:LONGEST_QUOTE]
    mine = data.get("from", {}).get("id") == person.id
    return {"id": data["message_id"], "mine": mine, "text": text, "kind": kind}
