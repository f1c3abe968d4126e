"""What a person can send in a chat, one method a kind; each returns the message, which is an update for the bot."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from emulator.state.bots import shallow
from emulator.state.content import contact_content, place_content, text_content
from emulator.state.forwards import forwarded
from emulator.state.media import PICTURE, Part, media_content
from emulator.state.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.state.bots import Bot
    from emulator.state.chats import Json, Ref


class Sender(View):
    """Somebody who sends. reply_to: the message that is answered, given whole or by its id."""

    bot: Bot

    def deliver(self, content: Json) -> Json:
        """Put a message with this content into the chat and tell the bot."""
        raise NotImplementedError

    def send(self, text: str, reply_to: Ref | None = None, *, entities: list[Json] | None = None) -> Json:
        """Send a text; entities are those that Telegram does not find by itself, such as a text_link."""
        return self._send(text_content(text, entities), reply_to)

    def media(
        self,
        kind: str,
        data: bytes,
        caption: str | None = None,
        *,
        name: str = "",
        reply_to: Ref | None = None,
        entities: list[Json] | None = None,
    ) -> Json:
        """Send a file as one of `media.KINDS`; the others below say the kind and pass the rest on."""
        return self._send(media_content(self.bot, kind, data, name, caption, entities), reply_to)

    def photo(self, data: bytes = PICTURE, caption: str | None = None, **more: Any) -> Json:
        """Send a photo: PNG, JPEG, GIF, BMP or WEBP."""
        return self.media("photo", data, caption, **more)

    def video(self, data: bytes = b"video", caption: str | None = None, **more: Any) -> Json:
        """Send a video."""
        return self.media("video", data, caption, **more)

    def animation(self, data: bytes = b"animation", caption: str | None = None, **more: Any) -> Json:
        """Send a GIF."""
        return self.media("animation", data, caption, **more)

    def audio(self, data: bytes = b"audio", caption: str | None = None, **more: Any) -> Json:
        """Send music."""
        return self.media("audio", data, caption, **more)

    def voice(self, data: bytes = b"voice", caption: str | None = None, **more: Any) -> Json:
        """Send a voice message."""
        return self.media("voice", data, caption, **more)

    def video_note(self, data: bytes = b"note", **more: Any) -> Json:
        """Send a round video."""
        return self.media("video_note", data, **more)

    def sticker(self, data: bytes = b"sticker", **more: Any) -> Json:
        """Send a sticker."""
        return self.media("sticker", data, **more)

    def send_file(self, name: str, data: bytes, caption: str | None = None, **more: Any) -> Json:
        """Send a document."""
        return self.media("document", data, caption, name=name, **more)

    def album(self, parts: Iterable[Part | bytes], reply_to: Ref | None = None) -> list[Json]:
        """Send several files as one album, a message each; bytes are a photo. Source: Message.media_group_id."""
        group = {"media_group_id": str(random.getrandbits(53))}
        whole = [Part(data=part) if isinstance(part, bytes) else part for part in parts]
        return [
            self._send({**group, **media_content(self.bot, part.kind, part.data, caption=part.caption)}, reply_to)
            for part in whole
        ]

    def contact(self, phone: str, first_name: str, last_name: str = "", user_id: int = 0) -> Json:
        """Send somebody's contact; user_id 0: nobody on Telegram."""
        return self._send(contact_content(phone, first_name, last_name, user_id))

    def location(self, latitude: float, longitude: float) -> Json:
        """Send a place, at any time."""
        return self._send(place_content(latitude, longitude))

    def poll(self, question: str, options: Iterable[str]) -> Json:
        """Send a poll."""
        answers = [
            {"persistent_id": str(index), "text": option, "voter_count": 0} for index, option in enumerate(options)
        ]
        off = ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only")
        switches = {"total_voter_count": 0, "is_anonymous": True, **dict.fromkeys(off, False)}
        poll = {"id": str(random.getrandbits(62)), "question": question, "options": answers, "type": "regular"}
        return self._send({"poll": {**poll, **switches}})

    def dice(self, value: int = 6, emoji: str = "🎲") -> Json:
        """Throw a die."""
        return self._send({"dice": {"emoji": emoji, "value": value}})

    def forward(self, message: Json, *, hidden: bool = False) -> Json:
        """Forward a message of any chat of the same bot; hidden: its author lets only the name be seen."""
        return self._send(forwarded(self.bot, message, hidden=hidden))

    def send_content(self, **content: Any) -> Json:
        """Send anything else, given as the fields of its message, for example venue={...}."""
        return self._send(content)

    def _send(self, content: Json, reply_to: Ref | None = None) -> Json:
        if reply_to is not None:
            content = {**content, "reply_to_message": shallow(self.seen(reply_to).data)}
        return self.deliver(content)
