"""The content of messages without files: texts, captions, contacts and places, as the fields they have on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.state.entities import merge_entities
from emulator.state.text import clean, trim

if TYPE_CHECKING:
    from emulator.state.chats import Json

CAPTION_FIELDS = ("caption", "caption_entities")


def text_content(text: str, entities: list[Json] | None = None) -> Json:
    """A text message, cleaned and trimmed, with the entities found in it."""
    text = trim(clean(text))
    found = merge_entities(entities or [], text)
    return {"text": text, "entities": found} if found else {"text": text}


def caption_content(caption: str | None, entities: list[Json] | None = None) -> Json:
    """The caption's fields, none if it is empty."""
    content = text_content(caption or "", entities)
    return {
        name: content[field]
        for name, field in zip(CAPTION_FIELDS, ("text", "entities"), strict=True)
        if content.get(field)
    }


def contact_content(phone: str, first_name: str, last_name: str = "", user_id: int = 0) -> Json:
    """A contact; user_id 0: nobody on Telegram (Bot API, Contact)."""
    contact: dict[str, Any] = {"phone_number": phone, "first_name": first_name}
    if last_name:
        contact["last_name"] = last_name
    if user_id:
        contact["user_id"] = user_id
    return {"contact": contact}


def place_content(latitude: float, longitude: float) -> Json:
    """A location (Bot API, Location). ValueError if there is no such place."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"there is no place {latitude}, {longitude}")
    return {"location": {"latitude": latitude, "longitude": longitude}}
