"""What the chats of the page ask for: what people do, and the files they send and get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from emulator.page import meant
from emulator.page.deeds import ACTIONS, pay
from emulator.page.files import HEADERS
from emulator.page.guard import RefusedError, read_body

if TYPE_CHECKING:
    from emulator.page.playbill import Playbill


class Chatting:
    """Carries out what is asked for in a chat."""

    def __init__(self, playbill: Playbill) -> None:
        self.playbill = playbill

    async def act(self, request: web.Request) -> web.Response:
        """A person does something in the chat."""
        name, body = request.match_info["action"], await read_body(request)
        person, scene = meant.person(self.playbill, request), meant.scene(self.playbill, request)
        if name not in ACTIONS and name != "pay":
            raise RefusedError(404, f"people can only {', '.join(ACTIONS)}, pay")
        if name == "pay":
            await pay(scene, person, body)
            return web.json_response({})
        done = ACTIONS[name](person, body)
        if scene.tally is not None:
            scene.tally.note(person, name, _messages(done))
        return web.json_response({})

    async def upload(self, request: web.Request) -> web.Response:
        """A person sends a document."""
        person, tally = meant.person(self.playbill, request), meant.scene(self.playbill, request).tally
        message = person.send_file(request.query.get("name", "file"), await request.read())
        if tally is not None:
            tally.note(person, "file", [message])
        return web.json_response({})

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of a document or photo, never shown by the browser as a page of ours."""
        place = meant.place(self.playbill, request)
        message = place.chat.messages.get(int(request.match_info["message"]))
        document = None if message is None else message.data.get("document") or message.data.get("photo", [None])[-1]
        if document is None:
            raise RefusedError(404, "this message has no file")
        stored = self.playbill.telegram.files.find(place.bot.id, document["file_id"])
        name = quote(document.get("file_name", "file"))
        headers = {**HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return web.Response(body=stored.data, content_type="application/octet-stream", headers=headers)


def _messages(done: object) -> list[dict[str, Any]]:
    """The messages that an action has sent, if that is what it does."""
    found = done if isinstance(done, list) else [done]
    return [message for message in found if isinstance(message, dict) and "message_id" in message]
