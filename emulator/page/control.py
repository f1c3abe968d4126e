"""What the chat page asks for over HTTP; documented here, served beside the Bot API on the same port.

    GET  /, /app.js, ...                  the page
    GET  /events                          server-sent events: {"whole": bool, "set": {key: value}, "gone": [key]},
                                          keys and values as in scene.py; the first event is whole, later ones differ
    GET  /people/{id}/files/{message id}  the document or photo of a message
    POST /people/{id}/{action}            send {text, reply_to}, tap {text}, press {text, message_id},
                                          edit {message_id, text}, delete, pin, unpin, pay {message_id},
                                          react {message_id, emoji}, rename {name}, album {count},
                                          ask {text}, choose {query, result}, more, enter {query}: inline,
                                          clear, block, unblock, voice, sticker, contact, location {}
    POST /people/{id}/file?name=N         a document, the body is its bytes (application/octet-stream)
    POST /network                         {cut: bool}
    POST /limit                           {overall: 30, 300 or null for none}: messages a second over all chats
    POST /faults                          {on: bool, method, kind, value, times: number or null (for ever)}
    POST /process/{start, stop, kill}     {}
    POST /clock                           {seconds}: the time of this Telegram and of its bots goes forward
    POST /bots/{name}                     start this bot, the first without a name, if it does not play

Each takes `?bot=NAME` where the page shows several bots; without it the first one is meant.

A POST answers {} or, with status 400, 403, 404 or 409, {"error": one line}. Only this machine is served: another page
open in the same browser is recognised by Host, Origin and Content-Type and refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from emulator.page import meant
from emulator.page.chatting import Chatting
from emulator.page.files import files
from emulator.page.guard import guarded
from emulator.page.panel import Panel
from emulator.page.playbill import Playbill
from emulator.page.stream import stream

if TYPE_CHECKING:
    from emulator.page.scene import Scene


def routes(shown: Scene | Playbill) -> list[web.AbstractRouteDef]:
    """The page and what it asks for, to be handed to `serve` as extra routes."""
    playbill = shown if isinstance(shown, Playbill) else Playbill({"": shown})
    chatting, panel = Chatting(playbill), Panel(playbill)

    async def events(request: web.Request) -> web.StreamResponse:
        """Everything shown, and from then on what changes."""
        name = meant.name(playbill, request)
        with playbill.watched(name):
            return await stream(request, playbill.telegram, lambda: playbill.view(name))

    return [
        *files(),
        web.get("/events", guarded(events)),
        web.get(r"/people/{person:-?\d+}/files/{message:\d+}", guarded(chatting.download)),
        web.post(r"/people/{person:\d+}/file", guarded(chatting.upload, "application/octet-stream")),
        web.post(r"/people/{person:\d+}/{action:[a-z]+}", guarded(chatting.act)),
        web.post("/network", guarded(panel.network)),
        web.post("/limit", guarded(panel.limit)),
        web.post("/faults", guarded(panel.faults)),
        web.post("/process/{action:[a-z]+}", guarded(panel.bot)),
        web.post("/clock", guarded(panel.clock)),
        web.post("/bots/{name:[a-z]*}", guarded(panel.choose)),
    ]
